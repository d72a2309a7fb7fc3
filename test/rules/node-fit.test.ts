import { nodeFit } from '../../lib/rules/node-fit';
import { Shop } from '../support/rules';

const nodes = { allocatable: { cpu: '3920m', memory: '2Gi' } };
const containerLimits = { max: { cpu: '64', memory: '64Gi' } };
const sidecars = [{ name: 'proxy', image: 'proxy:1.0.0', resources: { requests: { cpu: '500m', memory: '1Gi' } } }];

test('says nothing where every pod fits, or where nobody said what nodes have', () => {
  const small = Shop.create({ nodes });
  small.add('orders', { resources: { cpu: '3420m', memory: '1Gi' }, sidecars });
  expect(small.says(nodeFit)).toEqual([]);
  const unknown = Shop.create({ containerLimits });
  unknown.add('orders', { resources: { cpu: '60', memory: '60Gi' } });
  expect(unknown.says(nodeFit)).toEqual([]);
});

test('adds the sidecars to what a pod requests', () => {
  const shop = Shop.create({ nodes, containerLimits });
  shop.add('orders', { resources: { cpu: '3500m', memory: '1536Mi' }, sidecars });
  expect(shop.says(nodeFit)).toEqual([
    '[test/orders/Deployment] error: a pod requests 4 of CPU, but the largest node has 3920m for pods, so no node ever takes it',
    '[test/orders/Deployment] error: a pod requests 2560Mi of memory, but the largest node has 2Gi for pods, so no node ever takes it',
  ]);
});

test('compares disk where the nodes say what they have', () => {
  const allocatable = { cpu: '4', memory: '8Gi', ephemeralStorage: '1Gi' };
  const shop = Shop.create({ nodes: { allocatable } });
  shop.add('orders', { writablePaths: { '/var/cache': '900Mi' } });
  expect(shop.says(nodeFit)).toEqual([
    '[test/orders/Deployment] error: a pod requests 1092Mi of ephemeral storage, but the largest node has 1Gi for pods, so no node ever takes it',
  ]);
});

test('adds up all pods where the number of nodes is known', () => {
  const fill = (count: number) => {
    const shop = Shop.create({ nodes: { count, allocatable: { cpu: '4', memory: '16Gi' } } });
    shop.add('orders', { replicas: { from: 3, to: 10 }, resources: { cpu: '1' } });
    shop.add('cart', { replicas: 3, resources: { cpu: '1' } });
    return shop.says(nodeFit);
  };
  expect(fill(4)).toEqual([]);
  expect(fill(3)).toEqual([
    '[test] error: 13 pods request 13 of CPU when every autoscaler is at its maximum, but 3 nodes of at most 4 have 12, so some pods stay pending',
  ]);
});
