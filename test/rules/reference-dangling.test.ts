import { Chart } from 'cdk8s';
import { StatefulBackend, StatelessService } from '../../lib';
import { referenceDangling } from '../../lib/rules/reference-dangling';
import { foreignDeployment, Shop } from '../support/rules';

const container = { name: 'main', image: 'main:1.0.0' };
const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const ingress = (name: string, service: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
  },
});

test('says nothing where everything is there, is optional, or comes from elsewhere by design', () => {
  const shop = Shop.create({ imagePullSecrets: ['login'] });
  const orders = shop.add('orders', { replicas: { from: 2, to: 8 }, aliases: ['purchases'] });
  orders.calls(shop.add('payments', { ports: { http: 8080, admin: 9000 } }), { port: 'admin' });
  shop.foreign('settings', configMap('settings', { level: 'info' }));
  const env = [
    { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } },
    { name: 'MORE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'more', optional: true } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
  ];
  const volumes = [
    { name: 'ca', configMap: { name: 'kube-root-ca.crt' } },
    { name: 'tls', secret: { secretName: 'tls' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data-my-redis-0' } },
  ];
  const volumeMounts = [{ name: 'tls', mountPath: '/tls' }];
  shop.foreign(
    'cart',
    foreignDeployment('cart', {
      containers: [{ ...container, env, volumeMounts, envFrom: [{ configMapRef: { name: 'none', optional: true } }] }],
      volumes,
      serviceAccountName: 'default',
      priorityClassName: 'system-cluster-critical',
    }),
  );
  shop.foreign('redis', {
    ...foreignDeployment('my-redis', {}, { volumeClaimTemplates: [{ metadata: { name: 'data' } }] }),
    kind: 'StatefulSet',
  });
  shop.foreign('bank', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'bank' },
    spec: { type: 'ExternalName', externalName: 'bank.example.com' },
  });
  shop.foreign('door', ingress('door', { name: 'purchases', port: { name: 'http' } }));
  shop.foreign('bank-door', ingress('bank-door', { name: 'bank', port: { number: 443 } }));
  expect(shop.says(referenceDangling)).toEqual([]);
});

test('knows the labels that members of a StatefulSet are given', () => {
  const shop = Shop.create();
  new StatefulBackend(shop, 'files', {
    image: 'files:1.0.0',
    ports: 9000,
    storage: '1Gi',
    replicas: 3,
    writable: 'the first member',
  });
  expect(shop.says(referenceDangling)).toEqual([]);
});

test('finds what stands in a plain chart of the same namespace', () => {
  const shop = Shop.create();
  const plain = new Chart(shop.node.root, 'plain', { namespace: 'test' });
  shop.foreign.call(plain, 'settings', configMap('settings'));
  shop.foreign('cart', foreignDeployment('cart', { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] }));
  expect(shop.says(referenceDangling)).toEqual([]);
});

test('does not take what another environment has', () => {
  const shop = Shop.create();
  const other = new Chart(shop.node.root, 'other', { namespace: 'other' });
  new StatelessService(other, 'payments', { image: 'payments:1.0.0' });
  shop.foreign('door', ingress('door', { name: 'payments', port: { number: 8080 } }));
  expect(shop.says(referenceDangling)).toEqual([
    '[test/door] error: leads to the Service payments for shop.example.com/, which is not in the app',
  ]);
});

test.each<[string, object, string]>([
  [
    'a ServiceAccount',
    { serviceAccountName: 'robot' },
    'runs as the ServiceAccount robot, which is not in namespace test of the app: its pods are refused',
  ],
  [
    'a ConfigMap as a volume',
    { volumes: [{ name: 'files', projected: { sources: [{ configMap: { name: 'files' } }] } }] },
    'its volume files reads the ConfigMap files, which is not in namespace test of the app: its pods never start',
  ],
  [
    'a ConfigMap as variables',
    { containers: [{ ...container, envFrom: [{ configMapRef: { name: 'settings' } }] }] },
    'envFrom of main reads the ConfigMap settings, which is not in namespace test of the app: its pods never start',
  ],
  [
    'a key of a ConfigMap',
    {
      containers: [
        { ...container, env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'there', key: 'levle' } } }] },
      ],
    },
    'the variable LEVEL of main reads levle of the ConfigMap there, which has only level',
  ],
  [
    'a claim',
    { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    'its volume data is the claim data, which is not in namespace test of the app',
  ],
  [
    'a volume',
    { containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
    'main mounts the volume data at /data, which its pods do not have',
  ],
  [
    'a port',
    {
      containers: [
        { ...container, ports: [{ name: 'http', containerPort: 80 }], readinessProbe: { tcpSocket: { port: 'htpp' } } },
      ],
    },
    'the readiness probe of main asks the port htpp, but the container has only http',
  ],
])('speaks of %s that is not there', (_, pod, message) => {
  const shop = Shop.create();
  shop.foreign('there', configMap('there', { level: 'info' }));
  shop.foreign('cart', foreignDeployment('cart', pod));
  expect(shop.says(referenceDangling)).toEqual([`[test/cart] error: ${message}`]);
});

test('warns of a PriorityClass, which the cluster may have', () => {
  const shop = Shop.create();
  shop.foreign('cart', foreignDeployment('cart', { priorityClassName: 'high' }));
  expect(shop.says(referenceDangling)).toEqual([
    '[test/cart] warning: has the PriorityClass high, which nothing here makes: without it its pods are refused',
  ]);
});

test('follows Services to pods and ports, and Ingresses to Services and ports', () => {
  const shop = Shop.create();
  shop.add('orders', {
    overrides: { service: { spec: { ports: [{ name: 'http', port: 8080, targetPort: 'web' }] } } },
  });
  shop.add('cart', { overrides: { service: { spec: { selector: { 'app.kubernetes.io/instance': 'card' } } } } });
  shop.foreign('door', ingress('door', { name: 'orders', port: { number: 80 } }));
  expect(shop.says(referenceDangling)).toEqual([
    '[test/orders/Service] error: its port http leads to the port web of orders, which has only http',
    '[test/cart/Service] warning: sends to pods with app.kubernetes.io/instance=card, which nothing here makes',
    '[test/door] error: leads to port 80 of the Service orders for shop.example.com/, which has only http 8080',
  ]);
});

test('follows autoscalers, budgets, StatefulSets and bindings', () => {
  const shop = Shop.create();
  shop.add('orders', {
    replicas: { from: 2, to: 4 },
    overrides: {
      horizontalPodAutoscaler: { spec: { scaleTargetRef: { name: 'order' } } },
      podDisruptionBudget: { spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': 'order' } } } },
    },
  });
  shop.foreign('redis', { ...foreignDeployment('redis', {}, { serviceName: 'redis-peers' }), kind: 'StatefulSet' });
  shop.foreign('binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'binding' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [
      { kind: 'ServiceAccount', name: 'orders' },
      { kind: 'ServiceAccount', name: 'robot' },
      { kind: 'ServiceAccount', name: 'prometheus', namespace: 'monitoring' },
    ],
  });
  expect(shop.says(referenceDangling)).toEqual([
    '[test/redis] error: names its pods after the Service redis-peers, which is not in namespace test of the app',
    '[test/orders/PodDisruptionBudget] warning: protects pods with {"app.kubernetes.io/instance":"order"}, which nothing here makes',
    '[test/orders/HorizontalPodAutoscaler] error: scales Deployment order, which is not in the app',
    '[test/binding] error: gives the Role reader, which is not in the app',
    '[test/binding] error: gives rights to the ServiceAccount robot, which is not in the app',
  ]);
});
