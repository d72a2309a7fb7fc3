import * as fc from 'fast-check';
import type { CallRecord } from '../../lib/model/system';
import { heaviestPaths, retryStorm } from '../../lib/rules/retry-storm';
import { call, Shop, systemOfCalls } from '../support/rules';

const says = (calls: readonly CallRecord[]) =>
  [...retryStorm.check(systemOfCalls(calls))].map(({ message }) => message);

test('says nothing where one place of a path retries', () => {
  const shop = Shop.create();
  const web = shop.add('web');
  const orders = shop.add('orders');
  const payments = shop.add('payments');
  web.calls(orders, { timeout: '4s' });
  orders.calls(payments, { timeout: '3s', retries: 3, idempotent: true });
  expect(shop.says(retryStorm)).toEqual([]);
});

test('multiplies the attempts along a path and names it', () => {
  const shop = Shop.create();
  const [web, orders, payments, ledger] = ['web', 'orders', 'payments', 'ledger'].map((id) => shop.add(id)) as [
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
  ];
  web.calls(orders, { retries: 2, idempotent: true });
  orders.calls(payments, { retries: 2, idempotent: true });
  payments.calls(ledger, { retries: 2, idempotent: true });
  expect(shop.says(retryStorm)).toEqual([
    '[test/web] error: one request to web may become 27 calls of ledger (web -> orders -> payments -> ledger: 3 x 3 x 3 = 27 attempts), more than 4',
  ]);
});

test('speaks of one call alone that is repeated more than three times', () => {
  expect(says([call('orders', 'payments', { retries: 4 })])).toEqual([
    'one request to orders may become 5 calls of payments (orders -> payments: 1 + 4 retries = 5 attempts), more than 4',
  ]);
  expect(says([call('orders', 'payments', { retries: 3 })])).toEqual([]);
});

test('leaves out calls before the first retry and after the last', () => {
  const calls = [
    call('door', 'web'),
    call('web', 'orders', { retries: 2 }),
    call('orders', 'payments', { retries: 1 }),
    call('payments', 'ledger'),
  ];
  expect(says(calls)).toEqual([
    'one request to web may become 6 calls of payments (web -> orders -> payments: 3 x 2 = 6 attempts), more than 4',
  ]);
});

test('does not count calls that nobody waits for', () => {
  expect(says([call('a', 'b', { retries: 2 }), call('b', 'c', { retries: 2, synchronous: false })])).toEqual([]);
});

test('speaks of every service behind which nobody retries', () => {
  const calls = [call('web', 'a', { retries: 2 }), call('a', 'b', { retries: 1 }), call('a', 'c', { retries: 2 })];
  expect(says(calls).map((message) => /\((.*):/.exec(message)?.[1])).toEqual(['web -> a -> b', 'web -> a -> c']);
});

test('has an answer for paths of any length', () => {
  const calls = Array.from({ length: 5_000 }, (_, index) => call(`s${index}`, `s${index + 1}`, { retries: 2 }));
  expect(says(calls)).toEqual([
    expect.stringContaining('may become more than 9,007,199,254,740,991 calls of s5000 (… s4988 -> '),
  ]);
});

test('finds the same heaviest paths as walking all of them', () => {
  const size = 7;
  const edge = fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.nat(3)).filter(([from, to]) => from < to);
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 14 }), (triples) => {
      const calls = triples.map(([from, to, retries]) => call(String(from), String(to), { retries }));
      const outgoing = (from: string) => calls.filter((each) => each.from === from);
      const heaviest = new Map<string, number>();
      const walk = (node: string, product: number): void => {
        heaviest.set(node, Math.max(heaviest.get(node) ?? 1, product));
        for (const { to, retries } of outgoing(node)) walk(to, product * (1 + retries));
      };
      for (let start = 0; start < size; start += 1) walk(String(start), 1);
      const retriesBelow = (node: string): boolean =>
        outgoing(node).some(({ to, retries }) => retries > 0 || retriesBelow(to));
      const paths = heaviestPaths(calls);
      for (const { product, edges } of paths) {
        expect(product).toBe(heaviest.get(edges.at(-1)?.to as string));
        expect(product).toBe(edges.reduce((so, { retries }) => so * (1 + retries), 1));
        for (const [index, { from }] of edges.slice(1).entries()) expect(edges[index]?.to).toBe(from);
      }
      // No service beyond the cap is forgotten: it is named itself, or one further down is, which has even more.
      const named = Math.max(1, ...paths.map(({ product }) => product));
      expect(named).toBe(Math.max(1, ...heaviest.values()));
      for (const { edges } of paths) expect(retriesBelow(edges.at(-1)?.to as string)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
