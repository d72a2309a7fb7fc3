import { Migration, StatefulBackend } from '../../lib';
import { startupDeadlock } from '../../lib/rules/startup-deadlock';
import { Shop } from '../support/rules';

const waitsFor = (host: string) => ({
  initContainers: [
    { name: 'wait', image: 'wait:1.0.0', command: ['sh', '-c', `until nc -z ${host} 8080; do sleep 1; done`] },
  ],
});

test('says nothing of services that wait in one direction, nor of calls without waiting', () => {
  const shop = Shop.create();
  const web = shop.add('web', waitsFor('orders'));
  const orders = shop.add('orders', waitsFor('payments'));
  const payments = shop.add('payments');
  web.calls(orders);
  orders.calls(payments);
  payments.calls(web, { synchronous: false });
  expect(shop.says(startupDeadlock)).toEqual([]);
});

test('says nothing of members that look for each other by names that are there before they are ready', () => {
  const shop = Shop.create();
  StatefulBackend.redis(shop, 'cache', { storage: '1Gi', topology: 'sentinel' });
  expect(shop.says(startupDeadlock)).toEqual([]);
});

test('says nothing of a Service that also offers pods that are not ready', () => {
  const shop = Shop.create();
  shop.add('web', { ...waitsFor('web'), overrides: { service: { spec: { publishNotReadyAddresses: true } } } });
  expect(shop.says(startupDeadlock)).toEqual([]);
});

test('names the circle of those that wait for each other', () => {
  const shop = Shop.create();
  shop.add('web', waitsFor('orders'));
  shop.add('orders', waitsFor('payments.test.svc'));
  shop.add('payments', { readiness: { command: ['curl', '-f', 'http://web:8080/readyz'] } });
  expect(shop.says(startupDeadlock)).toEqual([
    '[test/orders/Deployment] error: becomes ready only after itself: orders waits for payments waits for web waits for orders; on an empty cluster none of them ever starts',
  ]);
});

test('speaks of a service that waits for its own Service', () => {
  const shop = Shop.create();
  shop.add('web', waitsFor('web'));
  expect(shop.says(startupDeadlock)).toEqual([
    '[test/web/Deployment] error: becomes ready only after itself: web waits for web; on an empty cluster none of them ever starts',
  ]);
});

describe('a migration', () => {
  function shopThatMigrates() {
    const shop = Shop.create({ deployOrder: 'argo-cd' });
    const orders = shop.add('orders');
    const schema = new Migration(shop, 'schema', { image: 'schema:1.0.0' });
    orders.waitsFor(schema);
    return { shop, orders, schema };
  }

  test('may call what does not wait for it', () => {
    const { shop, orders, schema } = shopThatMigrates();
    const rates = shop.add('rates');
    schema.calls(rates);
    orders.calls(rates);
    expect(shop.says(startupDeadlock)).toEqual([]);
  });

  test('must not need the service that waits for it, over any number of others', () => {
    const { shop, schema } = shopThatMigrates();
    schema.calls(shop.add('rates', waitsFor('orders')));
    expect(shop.says(startupDeadlock)).toEqual([
      expect.stringMatching(
        /becomes ready only after itself: orders waits for schema-\w+ waits for rates waits for orders/,
      ),
    ]);
  });

  test('may tell that service something and go on', () => {
    const { shop, orders, schema } = shopThatMigrates();
    schema.calls(orders, { synchronous: false });
    expect(shop.says(startupDeadlock)).toEqual([]);
  });
});
