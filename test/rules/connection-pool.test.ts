import { ExternalBackend } from '../../lib';
import { connectionPool } from '../../lib/rules/connection-pool';
import { Shop } from '../support/rules';

function database(shop: Shop, maxConnections?: number) {
  return new ExternalBackend(shop, 'db', { host: 'db.example.com', ports: 5432, maxConnections });
}

test('says nothing where the pools fit, or where nobody said how many there are', () => {
  const shop = Shop.create();
  const db = database(shop, 300);
  shop.add('orders', { replicas: { from: 3, to: 12 } }).uses(db, { connectionsPerPod: 20 });
  shop.add('reports').uses(db);
  expect(shop.says(connectionPool)).toEqual([]);
  const unlimited = Shop.create();
  unlimited.add('orders', { replicas: 500 }).uses(database(unlimited), { connectionsPerPod: 100 });
  expect(unlimited.says(connectionPool)).toEqual([]);
});

test('adds up the pools of all pods, those of a rollout too', () => {
  const shop = Shop.create();
  const db = database(shop, 299);
  shop.add('orders', { replicas: { from: 3, to: 12 } }).uses(db, { connectionsPerPod: 20 });
  expect(shop.says(connectionPool)).toEqual([
    '[test/db] error: db accepts 299 connections, but its users may open 300: ' +
      'orders (12 + 3 while it is rolled out) x 20 = 300',
  ]);
});

test('counts what an override says of the pods', () => {
  const shop = Shop.create();
  const overrides = { deployment: { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } } };
  shop.add('orders', { replicas: 3, overrides }).uses(database(shop, 59), { connectionsPerPod: 20 });
  expect(shop.says(connectionPool)).toEqual([
    '[test/db] error: db accepts 59 connections, but its users may open 60: orders (3) x 20 = 60',
  ]);
});
