import { StatefulBackend } from '../../lib';
import { zoneLoss } from '../../lib/rules/zone-loss';
import { Shop } from '../support/rules';

const priority = 'critical';

test('says nothing where a zone can go, where it may not matter, or where nobody said how many there are', () => {
  const three = Shop.create({ nodes: { zones: 3 } });
  three.add('orders', { priority });
  three.add('reports', { replicas: 1 });
  new StatefulBackend(three, 'votes', { image: 'votes:1.0.0', ports: 9000, storage: '1Gi', quorum: true, priority });
  expect(three.says(zoneLoss)).toEqual([]);
  const unknown = Shop.create();
  unknown.add('orders', { priority, replicas: 1 });
  expect(unknown.says(zoneLoss)).toEqual([]);
});

test('subtracts the pods of one zone from all', () => {
  const shop = Shop.create({ nodes: { zones: 3 } });
  shop.add('orders', { priority, replicas: { from: 1, to: 9 } });
  const spec = { template: { spec: { topologySpreadConstraints: null } } };
  shop.add('payments', { priority, overrides: { deployment: { spec } } });
  expect(shop.says(zoneLoss)).toEqual([
    '[test/orders/Deployment] error: is critical, but the loss of one zone may leave 0 of its pods (1 over 3 zones: 1 - 1 = 0), and it needs 1',
    '[test/payments/Deployment] error: is critical, but the loss of one zone may leave 0 of its pods (3 without a spread over zones: 3 - 3 = 0), and it needs 1',
  ]);
});

test('asks for a majority of those that vote', () => {
  const shop = Shop.create({ nodes: { zones: 2 } });
  new StatefulBackend(shop, 'votes', { image: 'votes:1.0.0', ports: 9000, storage: '1Gi', quorum: true, priority });
  expect(shop.says(zoneLoss)).toEqual([
    '[test/votes/StatefulSet] error: is critical, but the loss of one zone may leave 1 of its pods (3 over 2 zones: 3 - 2 = 1), and it needs 2, its majority',
  ]);
});

test('does not rely on a soft spread of members, which may stay in one zone with their volumes', () => {
  const shop = Shop.create({ nodes: { zones: 3 } });
  const props = { image: 'votes:1.0.0', ports: 9000, storage: '1Gi', quorum: true, priority } as const;
  new StatefulBackend(shop, 'votes', { ...props, spread: 'soft' });
  expect(shop.says(zoneLoss)).toEqual([
    '[test/votes/StatefulSet] error: is critical, but the loss of one zone may leave 0 of its pods (3 with a soft spread over zones: 3 - 3 = 0), and it needs 2, its majority',
  ]);
  expect(shop.violations(zoneLoss)[0]?.fix).toBe("spread: 'hard', so that no member stands in the zone of another");
});

test('speaks of hard rules that ask for more zones than there are', () => {
  const shop = Shop.create({ nodes: { zones: 2 } });
  const constraint = {
    maxSkew: 1,
    minDomains: 3,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
  };
  const term = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: {} };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  shop.add('orders', {
    overrides: { deployment: { spec: { template: { spec: { topologySpreadConstraints: [constraint], affinity } } } } },
  });
  expect(shop.says(zoneLoss)).toEqual([
    '[test/orders/Deployment] error: must be spread over 3 zones (minDomains), but there are 2: the rest of its pods wait for ever',
    '[test/orders/Deployment] error: wants each of 3 pods of Deployment orders in a zone of its own, but there are 2: 1 wait for ever',
  ]);
});
