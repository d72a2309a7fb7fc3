import { capacityQuota } from '../../lib/rules/capacity-quota';
import { Shop } from '../support/rules';

const fill = (shop: Shop) => {
  shop.add('orders', { replicas: { from: 2, to: 10 }, resources: { cpu: '100m' } });
  shop.add('payments', { replicas: 3, resources: { cpu: '250m' } });
  return shop;
};

test('says nothing of a computed quota, none, or one that is large enough', () => {
  expect(fill(Shop.create()).says(capacityQuota)).toEqual([]);
  expect(fill(Shop.create({ quota: false })).says(capacityQuota)).toEqual([]);
  expect(
    fill(Shop.create({ quota: { 'requests.cpu': '2300m', pods: '17', services: '1' } })).says(capacityQuota),
  ).toEqual([]);
});

test('spells out the sum that does not fit', () => {
  expect(fill(Shop.create({ quota: { 'requests.cpu': '2', pods: '16' } })).violations(capacityQuota)).toEqual([
    {
      path: 'test/_environment/ResourceQuota',
      message:
        'allows requests.cpu 2, but at its peak the namespace takes orders (10 + 3 surge) x 100m + payments (3 + 1 surge) x 250m = 2300m',
      fix: "quota: { 'requests.cpu': '2300m' } or more, quota: 'computed', or fewer replicas at the most",
    },
    {
      path: 'test/_environment/ResourceQuota',
      message:
        'allows pods 16, but at its peak the namespace takes orders (10 + 3 surge) + payments (3 + 1 surge) = 17',
      fix: "quota: { 'pods': '17' } or more, quota: 'computed', or fewer replicas at the most",
    },
  ]);
});

test('counts a native sidecar beside what runs, and an init container only where it takes more', () => {
  const shop = Shop.create({ quota: { 'requests.cpu': '1' } });
  const takes = (name: string, cpu: string) => ({ name, image: `${name}:1.0.0`, resources: { requests: { cpu } } });
  shop.add('orders', {
    replicas: 3,
    resources: { cpu: '100m' },
    sidecars: [takes('proxy', '50m')],
    initContainers: [takes('migrate', '300m')],
  });
  expect(shop.violations(capacityQuota).map(({ message }) => message)).toEqual([
    'allows requests.cpu 1, but at its peak the namespace takes orders (3 + 1 surge) x 350m = 1400m',
  ]);
});

test('sums up the many small ones', () => {
  const shop = Shop.create({ quota: { pods: '10' } });
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) shop.add(id);
  expect(shop.violations(capacityQuota)[0]?.message).toMatch(/e \(3 \+ 1 surge\) \+ 2 others 8 = 28$/);
});

test('leaves a quota alone that counts only some of the pods', () => {
  const shop = Shop.create({ quota: { pods: '1' } });
  shop.resourceQuota?.patch({ spec: { scopes: ['BestEffort'] } });
  expect(fill(shop).says(capacityQuota)).toEqual([]);
});

test('speaks of a container outside the limits of the namespace', () => {
  const shop = Shop.create({ containerLimits: { min: { memory: '64Mi' }, max: { cpu: '2' } } });
  shop.add('small', { resources: { memory: '32Mi' } });
  shop.add('large', { resources: { cpu: '1', cpuLimit: '3' } });
  expect(shop.says(capacityQuota)).toEqual([
    '[test/large/Deployment] error: the cpu limit of large is 3, above the 2 that the namespace allows each container',
    '[test/small/Deployment] error: the memory of small is 32Mi, below the 64Mi that the namespace asks of each container',
  ]);
});
