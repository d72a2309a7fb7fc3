import { Environment, StatefulBackend } from '../../lib';
import { effectivePriorities } from '../../lib/model/priority';
import { priorityInversion } from '../../lib/rules/priority-inversion';
import { call, Shop } from '../support/rules';

const classOf = (shop: Shop, name: string): string =>
  shop.system().objects.find(({ path }) => /\/(Deployment|StatefulSet)$/.test(path) && path.includes(`/${name}/`))
    ?.manifest.spec.template.spec.priorityClassName;

test('what a critical service cannot work without is critical, however far down it is', () => {
  const shop = Shop.create();
  const sessions = StatefulBackend.redis(shop, 'sessions', { topology: 'sentinel', storage: '1Gi' });
  const cart = shop.add('cart');
  const reviews = shop.add('reviews');
  const web = shop.add('web', { priority: 'critical' });
  web.calls(cart);
  web.calls(reviews, { optional: true });
  cart.uses(sessions);
  expect(['web', 'cart', 'sessions', 'reviews'].map((name) => classOf(shop, name))).toEqual([
    'test-critical',
    'test-critical',
    'test-critical',
    'test-standard',
  ]);
  expect(shop.says(priorityInversion)).toEqual([]);
});

test('what only optional work calls stays standard, and a circle comes to an end', () => {
  const workloads = ['a', 'b', 'c'].map((path) => ({
    path,
    priority: path === 'c' ? ('optional' as const) : undefined,
  }));
  expect(effectivePriorities(workloads, [call('a', 'b'), call('b', 'a'), call('c', 'a')])).toEqual(
    new Map([
      ['a', 'standard'],
      ['b', 'standard'],
      ['c', 'optional'],
    ]),
  );
});

test('speaks of a priority that was chosen below that of a caller', () => {
  const shop = Shop.create();
  const stock = shop.add('stock', { priority: 'optional' });
  shop.add('web', { priority: 'critical' }).calls(stock);
  shop.add('report').calls(stock);
  shop.add('banner', { priority: 'critical' }).calls(stock, { optional: true });
  const found = shop.violations(priorityInversion);
  expect(found).toEqual([
    {
      path: 'test/stock',
      message:
        'is optional, but report (standard) and web (critical) cannot work without it: on a full cluster its pods make room first',
      fix: "no priority for stock, so that it follows its callers, or 'critical'; optional: true on a call that the caller can do without",
    },
  ]);
});

test('speaks of an environment whose pods are not below those of production', () => {
  const shop = Shop.create({}, 'production');
  new Environment(shop.node.root, 'test', { priorityBase: 200_000 });
  new Environment(shop.node.root, 'staging', { priorityBase: 90_000 });
  expect(shop.says(priorityInversion)).toEqual([
    '[test] error: has the priorityBase 200000, but production has 100000: where both share a cluster, pods of test are not below those of production',
  ]);
});
