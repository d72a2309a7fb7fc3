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
    '[test/orders/Deployment] error: a pod requests 4 CPU, but the largest node has 3920m for pods, so no node ever takes it',
    '[test/orders/Deployment] error: a pod requests 2560Mi of memory, but the largest node has 2Gi for pods, so no node ever takes it',
  ]);
});
