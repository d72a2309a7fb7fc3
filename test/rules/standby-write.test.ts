import { ExternalBackend, StatefulBackend } from '../../lib';
import { standbyWrite } from '../../lib/rules/standby-write';
import { Shop } from '../support/rules';

function database(shop: Shop, follows: boolean) {
  const east = new ExternalBackend(shop, 'orders-db-east', { addresses: ['10.8.0.7'], ports: { mysql: 3306 } });
  return StatefulBackend.mysql(shop, 'orders-db', {
    storage: '10Gi',
    credentials: { secret: 'orders-db' },
    site: 1,
    follows: follows ? east : undefined,
  });
}

test('says nothing where a standby is only read, and where the database takes writes', () => {
  const shop = Shop.create();
  shop.add('reports').uses(database(shop, true), { access: 'read-only' });
  expect(shop.says(standbyWrite)).toEqual([]);
  const promoted = Shop.create();
  promoted.add('orders').uses(database(promoted, false));
  expect(promoted.says(standbyWrite)).toEqual([]);
});

test('names who may write to a standby', () => {
  const shop = Shop.create();
  const db = database(shop, true);
  shop.add('payments').uses(db);
  shop.add('orders').uses(db, { access: 'read-write' });
  shop.add('reports').uses(db, { access: 'read-only' });
  expect(shop.says(standbyWrite)).toEqual([
    '[test/orders-db] error: orders-db follows orders-db-east and takes no writes, but its users may write: orders and payments',
  ]);
});
