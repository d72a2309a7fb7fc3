import { ExternalBackend, StatefulBackend } from '../../lib';
import { plaintextBackend } from '../../lib/rules/plaintext-backend';
import { Shop } from '../support/rules';

const outside = { host: 'db.example.com', ports: { mysql: 3306 }, cidrs: ['10.0.0.0/24'] } as const;
const kafka = (shop: Shop, tls?: { issuer: string } | false) =>
  StatefulBackend.kafka(shop, 'events', { storage: '10Gi', ...(tls === undefined ? {} : { tls }) });

test('says nothing where connections are encrypted', () => {
  const shop = Shop.create({ backendTls: { issuer: 'shop-ca' } }, 'production');
  shop.add('orders').uses(new ExternalBackend(shop, 'orders-db', { ...outside, tls: true }));
  shop.add('billing').uses(kafka(shop));
  shop
    .add('search')
    .uses(new ExternalBackend(shop, 'logs', { ...outside, ports: { https: 443, transport: 9300 } }), { port: 'https' });
  expect(shop.says(plaintextBackend)).toEqual([]);
});

test('says nothing outside of production, of engines without TLS, and where nobody connects', () => {
  const test = Shop.create();
  test.add('orders').uses(new ExternalBackend(test, 'orders-db', outside));
  expect(test.says(plaintextBackend)).toEqual([]);
  const shop = Shop.create({}, 'production');
  shop.add('cart').uses(StatefulBackend.memcached(shop, 'cache', {}));
  kafka(shop);
  expect(shop.says(plaintextBackend)).toEqual([]);
});

test('names who reaches an external backend in the clear, as far as is declared', () => {
  const shop = Shop.create({}, 'production');
  const db = new ExternalBackend(shop, 'orders-db', outside);
  shop.add('orders').uses(db);
  shop.add('billing').uses(db);
  expect(shop.says(plaintextBackend)).toEqual([
    '[production/orders-db] warning: orders-db is outside the cluster, and nothing says that connections to it are encrypted; it is used by billing and orders',
  ]);
});

test('names who reaches a backend of the cluster in the clear that could encrypt', () => {
  const shop = Shop.create({ backendTls: { issuer: 'shop-ca' } }, 'production');
  shop.add('orders').uses(kafka(shop, false));
  expect(shop.says(plaintextBackend)).toEqual([
    '[production/events] warning: events is reached in the clear by orders: passwords and data cross the network of the cluster readable',
  ]);
});
