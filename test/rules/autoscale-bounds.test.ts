import { autoscaleBounds } from '../../lib/rules/autoscale-bounds';
import { foreignDeployment, Shop } from '../support/rules';

const scaler = (name: string, spec: object = {}, target = name) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas: 2,
    maxReplicas: 4,
    ...spec,
  },
});
const withoutReplicas = { replicas: undefined };

test('says nothing of any autoscaler that the library writes', () => {
  const shop = Shop.create();
  shop.add('cpu', { replicas: { from: 2, to: 10, cpuPercent: 60 } });
  shop.add('memory', { replicas: { from: 2, to: 10, memoryPercent: 80 } });
  shop.add('sidecar', { replicas: { from: 2, to: 10 }, sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }] });
  const queue = {
    type: 'External',
    external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '10' } },
  };
  shop.add('queue', { replicas: { from: 2, to: 10, metrics: [queue] } });
  shop.foreign('plain', foreignDeployment('plain', {}, withoutReplicas));
  shop.foreign('plain-scaler', scaler('plain'));
  expect(shop.says(autoscaleBounds)).toEqual([]);
});

test('speaks of bounds between which nothing can move', () => {
  const shop = Shop.create();
  shop.add('same', { replicas: { from: 3, to: 3 } });
  shop.add('turned', { replicas: { from: 5, to: 2 } });
  expect(shop.says(autoscaleBounds)).toEqual([
    '[test/same/HorizontalPodAutoscaler] warning: cannot move: its minimum and its maximum are both 3',
    '[test/turned/HorizontalPodAutoscaler] error: has a minimum of 5 above its maximum of 2',
  ]);
});

test('speaks of replicas that every apply sets back', () => {
  const shop = Shop.create();
  shop.add('orders', { replicas: { from: 2, to: 8 }, overrides: { deployment: { spec: { replicas: 4 } } } });
  expect(shop.says(autoscaleBounds)).toEqual([
    '[test/orders/Deployment] error: says replicas 4, but HorizontalPodAutoscaler orders moves them: every apply sets them back to 4',
  ]);
});

test('speaks of two that move the same pods', () => {
  const shop = Shop.create();
  shop.add('orders', { replicas: { from: 2, to: 8 } });
  shop.foreign('events', {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'orders-events' },
    spec: { scaleTargetRef: { name: 'orders' }, minReplicaCount: 1, maxReplicaCount: 5 },
  });
  expect(shop.says(autoscaleBounds)).toEqual([
    '[test/events] error: Deployment orders is scaled by HorizontalPodAutoscaler orders and ScaledObject orders-events, which undo what the other does',
  ]);
});

test('speaks of a percentage of nothing, unless the namespace gives a request', () => {
  const shop = Shop.create();
  shop.foreign('plain', foreignDeployment('plain', {}, withoutReplicas));
  shop.foreign('plain-scaler', scaler('plain'));
  shop.limitRange.patch({ spec: { limits: null } });
  expect(shop.says(autoscaleBounds)).toEqual([
    '[test/plain-scaler] error: measures cpu in percent of the request, but main requests none: 100 % of nothing',
  ]);
});

test('speaks of a sidecar that distorts the percentage, and of a container that is not there', () => {
  const shop = Shop.create();
  const containers = ['main', 'proxy'].map((name) => ({ name, image: `${name}:1.0.0` }));
  shop.foreign('two', foreignDeployment('two', { containers }, withoutReplicas));
  shop.foreign('two-scaler', scaler('two'));
  const target = { type: 'Utilization', averageUtilization: 70 };
  const metric = { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', target } };
  shop.foreign('one', foreignDeployment('one', {}, withoutReplicas));
  shop.foreign('one-scaler', scaler('one', { metrics: [metric] }));
  expect(shop.says(autoscaleBounds)).toEqual([
    '[test/two-scaler] warning: measures the cpu of 2 containers as one (main and proxy), so an idle sidecar hides that the application is busy',
    '[test/one-scaler] error: measures the container app, which Deployment one does not have',
  ]);
});
