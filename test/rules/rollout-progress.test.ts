import { rolloutProgress } from '../../lib/rules/rollout-progress';
import { foreignDeployment, Shop } from '../support/rules';

const strategy = (maxSurge: number | string, maxUnavailable: number | string) => ({
  deployment: { spec: { strategy: { rollingUpdate: { maxSurge, maxUnavailable } } } },
});
const claim = (name: string, mode: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: [mode] },
});
const volumes = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

test('says nothing of services as the library writes them, however slowly they start', () => {
  const shop = Shop.create();
  shop.add('quick', { replicas: 1 });
  shop.add('slow', { startupTime: '1h' });
  shop.add('off', { replicas: 0, overrides: strategy(0, '25%') });
  shop.add('in-place', { overrides: strategy(0, 1) });
  shop.foreign('shared', claim('shared', 'ReadWriteMany'));
  shop.foreign('own', claim('own', 'ReadWriteOnce'));
  shop.foreign('many', foreignDeployment('many', volumes('shared')));
  shop.foreign('one', foreignDeployment('one', volumes('own'), { strategy: { type: 'Recreate' } }));
  shop.foreign('elsewhere', foreignDeployment('elsewhere', volumes('not-of-this-app')));
  expect(shop.says(rolloutProgress)).toEqual([]);
});

test('speaks of a rollout that can never begin', () => {
  const shop = Shop.create();
  shop.add('orders', { overrides: strategy(0, 0) });
  expect(shop.says(rolloutProgress)).toEqual([
    '[test/orders/Deployment] error: may add no pod and take none away (maxSurge 0 and maxUnavailable 0), so a rollout can never begin',
  ]);
});

test('warns where rounding leaves no step', () => {
  const shop = Shop.create();
  shop.add('orders', { overrides: strategy(0, '25%') });
  expect(shop.says(rolloutProgress)).toEqual([
    '[test/orders/Deployment] warning: may add no pod, and maxSurge 0 and maxUnavailable 25% of 3 = 0.75, rounded down to 0, lets none go; Kubernetes then takes one away all the same',
  ]);
});

test('speaks of a strategy that Kubernetes refuses', () => {
  const shop = Shop.create();
  shop.add('orders', { overrides: { deployment: { spec: { strategy: { type: 'Recreate' } } } } });
  shop.add('cart', { overrides: { deployment: { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } } } });
  expect(shop.says(rolloutProgress)).toEqual([
    '[test/orders/Deployment] error: has strategy Recreate together with the numbers of a rolling update, which Kubernetes refuses',
  ]);
});

test('compares the start of a pod with the time until a rollout is given up', () => {
  const shop = Shop.create();
  const startupProbe = { tcpSocket: { port: 9000 }, periodSeconds: 10, failureThreshold: 2 };
  shop.add('orders', {
    startupTime: '3m',
    progressDeadline: '190s',
    sidecars: [{ name: 'proxy', image: 'proxy:1.0.0', startupProbe }],
  });
  expect(shop.violations(rolloutProgress)).toEqual([
    {
      path: 'test/orders/Deployment',
      message:
        'may take 2 x 10 s to start proxy + 36 x 5 s to start orders = 200 s, but its rollout counts as failed after 190 s without a new pod',
      fix: 'progressDeadlineSeconds: 320, which is the start and two minutes for the image; or a shorter startupTime',
    },
  ]);
});

test('speaks of a claim that only one node can mount', () => {
  const shop = Shop.create();
  shop.foreign('own', claim('own', 'ReadWriteOnce'));
  shop.foreign('files', foreignDeployment('files', volumes('own')));
  expect(shop.says(rolloutProgress)).toEqual([
    '[test/files] error: a rollout starts 1 new pod beside the old (maxSurge 25% of 2 = 0.5), but the claim own is ReadWriteOnce: on another node the new pod waits for ever',
  ]);
});
