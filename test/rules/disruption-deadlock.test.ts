import { disruptionDeadlock } from '../../lib/rules/disruption-deadlock';
import { foreignDeployment, Shop } from '../support/rules';

const budget = (name: string, spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec,
});
const orders = { selector: { matchLabels: { app: 'orders' } } };

test('says nothing where a drain can take a pod and leaves one', () => {
  const shop = Shop.create();
  shop.add('web');
  shop.add('cart', { replicas: { from: 2, to: 10 }, maxUnavailable: '1%' });
  shop.add('off', { replicas: 0, maxUnavailable: 0 });
  shop.foreign('orders', foreignDeployment('orders', {}, { replicas: 3 }));
  shop.foreign('budget', budget('orders', { ...orders, minAvailable: '60%' }));
  expect(shop.says(disruptionDeadlock)).toEqual([]);
});

test('subtracts what must stay from the pods, by the minimum of the autoscaler', () => {
  const shop = Shop.create();
  shop.foreign('orders', foreignDeployment('orders', {}, { replicas: undefined }));
  shop.foreign('scaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'orders' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
      minReplicas: 2,
      maxReplicas: 9,
    },
  });
  shop.foreign('budget', budget('orders', { ...orders, minAvailable: 2 }));
  expect(shop.says(disruptionDeadlock)).toEqual([
    '[test/budget] error: lets no pod of orders go (2 pods - minAvailable 2 = 0), so the drain of a node waits for ever',
  ]);
});

test('rounds shares up, as Kubernetes does', () => {
  const shop = Shop.create();
  shop.foreign('orders', foreignDeployment('orders', {}, { replicas: 3 }));
  shop.foreign('budget', budget('orders', { ...orders, minAvailable: '70%' }));
  expect(shop.says(disruptionDeadlock)).toEqual([
    '[test/budget] error: lets no pod of orders go (3 pods - minAvailable 3 (70% of 3 = 2.1, rounded up) = 0), so the drain of a node waits for ever',
  ]);
});

test('speaks of a budget that lets nothing go', () => {
  const shop = Shop.create();
  shop.add('orders', { maxUnavailable: 0 });
  expect(shop.says(disruptionDeadlock)).toEqual([
    '[test/orders/PodDisruptionBudget] error: lets no pod of orders go (maxUnavailable 0), so the drain of a node waits for ever',
  ]);
});

test('speaks of two bounds in one budget, and of two budgets for one pod', () => {
  const shop = Shop.create();
  shop.add('orders', { overrides: { podDisruptionBudget: { spec: { minAvailable: 2 } } } });
  shop.add('cart');
  shop.foreign(
    'second',
    budget('second', { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': 'cart' } } }),
  );
  expect(shop.says(disruptionDeadlock)).toEqual([
    '[test/orders/PodDisruptionBudget] error: has minAvailable 2 and maxUnavailable 1, of which Kubernetes takes only one',
    '[test/cart/Deployment] error: its pods are in 2 budgets (cart and second), and a pod in more than one can never be evicted',
  ]);
});

test('warns of a single pod with the time for which nobody does its work', () => {
  const shop = Shop.create();
  shop.add('reports', { replicas: 1, startupTime: '2m' });
  shop.add('night', { replicas: { from: 1, to: 3 } });
  shop.foreign('plain', foreignDeployment('plain', {}, { replicas: 1 }));
  expect(shop.says(disruptionDeadlock)).toEqual([
    '[test/reports/Deployment] warning: runs in one pod: while its node is drained, nobody does its work for up to 24 x 5 s to start = 120 s',
    '[test/night/Deployment] warning: runs in one pod: while its node is drained, nobody does its work for up to 12 x 5 s to start = 60 s',
    '[test/plain] warning: runs in one pod: while its node is drained, nobody does its work until a new one has started',
  ]);
});
