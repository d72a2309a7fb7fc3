import * as fc from 'fast-check';
import type { CallRecord, RouteRecord } from '../../lib/model/system';
import { timeoutBudget, waits, worstSeconds } from '../../lib/rules/timeout-budget';
import { call, Shop, systemOfCalls } from '../support/rules';

const says = (calls: readonly CallRecord[], routes: readonly RouteRecord[] = []) =>
  [...timeoutBudget.check({ ...systemOfCalls(calls), routes })].map(({ message }) => message);

test('says nothing where every caller waits longer than what it calls', () => {
  const shop = Shop.create();
  const web = shop.add('web');
  const orders = shop.add('orders');
  web.calls(orders, { timeout: '6s' });
  orders.calls(shop.add('payments'), { timeout: '3s', retries: 1, idempotent: true });
  orders.calls(shop.add('stock'), { timeout: '2s', parallel: 'lookups' });
  orders.calls(shop.add('prices'), { timeout: '3s', parallel: 'lookups' });
  orders.calls(shop.add('mail'), { timeout: '60s', synchronous: false });
  expect(shop.says(timeoutBudget)).toEqual([]);
});

test('says nothing where no timeout was declared', () => {
  const shop = Shop.create();
  const orders = shop.add('orders');
  shop.add('web').calls(orders, { timeout: '1s' });
  orders.calls(shop.add('payments'));
  shop.add('cart').calls(shop.add('prices'), { timeout: '9s' });
  expect(shop.says(timeoutBudget)).toEqual([]);
});

test('speaks where a caller gives up before its callee has its own answer', () => {
  const shop = Shop.create();
  const payments = shop.add('payments');
  shop.add('orders').calls(payments, { timeout: '2s' });
  payments.calls(shop.add('bank'), { perTryTimeout: '1s', retries: 2, idempotent: true });
  expect(shop.violations(timeoutBudget)).toEqual([
    {
      path: 'test/payments',
      message:
        'orders waits 2 s for payments, but payments may take 3 attempts x 1 s + 0.05 s backoff = 3.05 s for bank',
      fix: 'let orders wait at least 3.05 s, or shorten what payments waits for',
    },
  ]);
});

test('adds what is called one after another, and takes the longest of what is called at once', () => {
  const calls = [
    call('web', 'orders', { timeoutSeconds: 4 }),
    call('door', 'orders', { timeoutSeconds: 5 }),
    call('orders', 'payments', { timeoutSeconds: 2 }),
    call('orders', 'stock', { timeoutSeconds: 1, parallel: 'lookups' }),
    call('orders', 'prices', { timeoutSeconds: 2.1, parallel: 'lookups' }),
  ];
  expect(says(calls)).toEqual([
    'web waits 4 s for orders, but orders may take (2 s for payments) + (2.1 s for prices (the longest of lookups)) = 4.1 s',
  ]);
});

test('takes a route as somebody who waits', () => {
  const route: RouteRecord = {
    path: 'test/door',
    environment: 'test',
    gateway: 'test/door',
    controller: 'nginx',
    host: 'shop.example.com',
    match: { type: 'prefix', value: '/orders' },
    to: 'orders',
    port: 'http',
    timeoutSeconds: 1,
  };
  expect(says([call('orders', 'payments', { timeoutSeconds: 2 })], [route])).toEqual([
    'the route shop.example.com/orders of door waits 1 s for orders, but orders may take 2 s for payments',
  ]);
});

test('speaks of a retry for which there is no time after a timeout', () => {
  const shop = Shop.create();
  shop.add('orders').calls(shop.add('payments'), { timeout: '2s', perTryTimeout: '2s', retries: 1, idempotent: true });
  expect(shop.violations(timeoutBudget)).toEqual([
    {
      path: 'test/orders',
      severity: 'error',
      message:
        'orders waits 2 s for payments, but 2 attempts x 2 s + 0.025 s backoff = 4.025 s: after a timeout a retry can never happen',
      fix: "timeout: '4.025s' or more, a shorter perTryTimeout, or fewer retries",
    },
  ]);
});

test('warns of a later attempt that can never happen or is cut short', () => {
  const options = { perTrySeconds: 1, retries: 2, backoffSeconds: 0.025 };
  expect(says([call('orders', 'payments', { timeoutSeconds: 2, ...options })])).toEqual([
    'orders waits 2 s for payments, but 3 attempts x 1 s + 0.05 s backoff = 3.05 s: after a timeout attempt 3 can never happen',
  ]);
  expect(says([call('orders', 'payments', { timeoutSeconds: 2.5, ...options })])).toEqual([
    'orders waits 2.5 s for payments, but 3 attempts x 1 s + 0.05 s backoff = 3.05 s: the last attempt is cut short',
  ]);
  expect(says([call('orders', 'payments', { timeoutSeconds: 3, ...options })])).toEqual([]);
});

const seconds = fc.integer({ min: 1, max: 5_000 }).map((milliseconds) => milliseconds / 1_000);
const anyCall = fc.record({
  timeoutSeconds: fc.option(seconds, { nil: undefined }),
  perTrySeconds: fc.option(seconds, { nil: undefined }),
  retries: fc.nat(4),
  backoffSeconds: fc.constantFrom(0, 0.025, 0.1),
  synchronous: fc.boolean(),
  parallel: fc.constantFrom(undefined, 'x', 'y'),
});

test('the worst of a call is what trying it out, attempt by attempt, comes to', () => {
  fc.assert(
    fc.property(anyCall, (options) => {
      const { timeoutSeconds, perTrySeconds, retries, backoffSeconds } = options;
      let tried: number | undefined;
      if (perTrySeconds !== undefined) {
        tried = perTrySeconds;
        for (let retry = 0; retry < retries; retry += 1) tried += backoffSeconds + perTrySeconds;
      }
      const naive = Math.min(tried ?? Number.POSITIVE_INFINITY, timeoutSeconds ?? Number.POSITIVE_INFINITY);
      const worst = worstSeconds(call('a', 'b', options));
      if (worst === undefined) expect(naive).toBe(Number.POSITIVE_INFINITY);
      else expect(worst).toBeCloseTo(naive, 9);
    }),
  );
});

test('speaks exactly where the sum of the groups is more than the shortest timeout', () => {
  fc.assert(
    fc.property(
      fc.array(anyCall, { maxLength: 6 }),
      fc.array(seconds, { minLength: 1, maxLength: 3 }),
      (options, inbound) => {
        const outgoing = options.map((each, index) => call('orders', `callee${index}`, each));
        const groups: Record<string, number> = {};
        for (const [index, each] of outgoing.entries()) {
          const worst = each.synchronous ? worstSeconds(each) : undefined;
          if (worst === undefined) continue;
          const group = each.parallel ?? `alone ${index}`;
          groups[group] = Math.max(groups[group] ?? 0, worst);
        }
        const total = Object.values(groups).reduce((sum, each) => sum + each, 0);
        expect(waits(outgoing).reduce((sum, each) => sum + each.seconds, 0)).toBeCloseTo(total, 9);
        const callers = inbound.map((timeoutSeconds, index) => call(`caller${index}`, 'orders', { timeoutSeconds }));
        const found = says([...callers, ...outgoing]).filter((message) => message.includes('orders may take'));
        expect(found.length).toBe(total > Math.min(...inbound) + 1e-9 ? 1 : 0);
      },
    ),
  );
});
