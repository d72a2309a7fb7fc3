import * as fc from 'fast-check';
import { callCycle } from '../../lib/rules/call-cycle';
import { call, Shop, systemOfCalls } from '../support/rules';

test('says nothing of a diamond, nor of a circle that somebody does not wait in', () => {
  const shop = Shop.create();
  const [web, orders, stock, payments] = ['web', 'orders', 'stock', 'payments'].map((id) => shop.add(id)) as [
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
    ReturnType<Shop['add']>,
  ];
  web.calls(orders);
  web.calls(stock);
  orders.calls(payments);
  stock.calls(payments);
  payments.calls(orders, { synchronous: false });
  expect(shop.says(callCycle)).toEqual([]);
});

test('names the circle, once, from its first member on', () => {
  const shop = Shop.create();
  const web = shop.add('web');
  const orders = shop.add('orders');
  const payments = shop.add('payments');
  web.calls(orders);
  orders.calls(payments);
  payments.calls(web);
  expect(shop.says(callCycle)).toEqual(['[test/orders] error: waits for itself: orders -> payments -> web -> orders']);
});

test('names the shortest of several circles and says how many are in them', () => {
  const calls = [call('a', 'b'), call('b', 'c'), call('c', 'a'), call('b', 'a')];
  expect([...callCycle.check(systemOfCalls(calls))].map(({ message }) => message)).toEqual([
    'waits for itself: a -> b -> a; 3 services are tangled in circles with each other',
  ]);
});

test('speaks exactly where some service reaches itself', () => {
  const node = fc.integer({ min: 0, max: 7 }).map(String);
  const edges = fc.array(
    fc.tuple(node, node, fc.boolean()).filter(([from, to]) => from !== to),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(edges, (pairs) => {
      const calls = pairs.map(([from, to, synchronous]) => call(from, to, { synchronous }));
      const next = (from: string) => calls.filter((each) => each.synchronous && each.from === from).map(({ to }) => to);
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        next(from).some((step) => step === to || (!seen.has(step) && reaches(step, to, seen.add(step))));
      const found = [...callCycle.check(systemOfCalls(calls))];
      expect(found.length > 0).toBe('01234567'.split('').some((start) => reaches(start, start)));
      for (const { message } of found) {
        const circle = (message.split(': ')[1] as string).split(';')[0]?.split(' -> ') as string[];
        expect(circle.at(0)).toBe(circle.at(-1));
        for (const [index, step] of circle.slice(1).entries()) expect(next(circle[index] as string)).toContain(step);
      }
    }),
  );
});
