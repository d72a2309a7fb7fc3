import { StatefulBackend } from '../../lib';
import { accountMissing } from '../../lib/rules/account-missing';
import { Shop } from '../support/rules';

const storage = '10Gi';

test('is silent where users sign in, outside production, and where nothing connects', () => {
  const shop = Shop.create({}, 'production');
  shop.add('cart').uses(StatefulBackend.redis(shop, 'sessions', { storage }));
  shop.add('orders').uses(StatefulBackend.postgres(shop, 'db', { storage, credentials: { secret: 'db' } }));
  shop.add('web').uses(StatefulBackend.memcached(shop, 'cache', {}));
  StatefulBackend.redis(shop, 'unused', { storage, accounts: false });
  expect(shop.says(accountMissing)).toEqual([]);
  const test = Shop.create();
  test.add('cart').uses(StatefulBackend.redis(test, 'sessions', { storage, accounts: false }));
  expect(test.says(accountMissing)).toEqual([]);
});

test('names who reaches a data store of production without an account', () => {
  const shop = Shop.create({}, 'production');
  const sessions = StatefulBackend.redis(shop, 'sessions', { storage, accounts: false });
  for (const id of ['web', 'cart']) shop.add(id).uses(sessions);
  shop.add('orders').uses(StatefulBackend.kafka(shop, 'events', { storage }));
  expect(shop.says(accountMissing)).toEqual([
    '[production/sessions] warning: sessions (redis) asks for no account: an attacker in a pod of cart and web can read, change and delete everything in it',
    '[production/events] warning: events (kafka) asks for no account: an attacker in a pod of orders can read, change and delete everything in it',
  ]);
});
