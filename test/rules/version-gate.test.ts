import { Chart } from 'cdk8s';
import { kubernetesVersions } from '../../lib/kubernetes/version';
import { versionGate } from '../../lib/rules/version-gate';
import { quietApp } from '../support/render';
import { foreignDeployment, Shop } from '../support/rules';

const container = { name: 'main', image: 'main:1.0.0' };

test('says nothing of what the library writes for any version', () => {
  for (const kubernetesVersion of kubernetesVersions) {
    const shop = Shop.create({ kubernetesVersion });
    shop.add('orders', {
      replicas: { from: 2, to: 8 },
      serviceType: 'LoadBalancer',
      sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
      initContainers: [{ name: 'wait', image: 'wait:1.0.0' }],
    });
    expect(shop.says(versionGate)).toEqual([]);
  }
});

test('speaks of fields that came later', () => {
  const shop = Shop.create({ kubernetesVersion: '1.28' });
  shop.foreign(
    'cart',
    foreignDeployment('cart', {
      initContainers: [{ ...container, name: 'proxy', restartPolicy: 'Always' }],
      containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
    }),
  );
  shop.add('orders', { overrides: { service: { spec: { trafficDistribution: 'PreferClose' } } } });
  expect(shop.says(versionGate)).toEqual([
    '[test/cart] error: uses restartPolicy of an init container (a native sidecar), which Kubernetes has from 1.29, but is applied to 1.28',
    '[test/cart] error: uses lifecycle.preStop.sleep, which Kubernetes has from 1.30, but is applied to 1.28',
    '[test/orders/Service] error: uses trafficDistribution, which Kubernetes has from 1.31, but is applied to 1.28',
  ]);
});

test.each([
  ['extensions/v1beta1', 'Deployment', '1.16', 'apps/v1'],
  ['extensions/v1beta1', 'Ingress', '1.22', 'networking.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget', '1.25', 'policy/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26', 'autoscaling/v2'],
  ['batch/v1beta1', 'CronJob', '1.25', 'batch/v1'],
])('speaks of %s %s, which is gone', (apiVersion, kind, removed, instead) => {
  const shop = Shop.create();
  shop.foreign('old', { apiVersion, kind, metadata: { name: 'old' } });
  expect(shop.violations(versionGate)).toEqual([
    {
      path: 'test/old',
      message: `is ${kind} of ${apiVersion}, which Kubernetes removed in ${removed}, and is applied to 1.30`,
      fix: `apiVersion: ${instead}`,
    },
  ]);
});

test('speaks of what is gone everywhere in a plain chart, too, but of nothing that depends on its version', () => {
  const app = quietApp();
  const chart = new Chart(app, 'plain');
  const shop = Shop.prototype;
  const add = shop.foreign.bind(chart);
  add('old', { apiVersion: 'batch/v1beta1', kind: 'CronJob', metadata: { name: 'old' } });
  add(
    'young',
    foreignDeployment('young', { containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 5 } } } }] }),
  );
  expect([...versionGate.check(app.system())].map(({ path }) => path)).toEqual(['plain/old']);
});

test('speaks of a version that is removed later only where it is gone', () => {
  const old = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', kind: 'FlowSchema', metadata: { name: 'old' } };
  for (const [kubernetesVersion, count] of [
    ['1.31', 0],
    ['1.32', 1],
  ] as const) {
    const shop = Shop.create({ kubernetesVersion });
    shop.foreign('old', old);
    expect(shop.says(versionGate)).toHaveLength(count);
  }
});
