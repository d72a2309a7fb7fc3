import { ApiObject } from 'cdk8s';
import type { Container } from 'kubernetes-types/core/v1';
import type { AlertingRule } from '../imports/prometheus-operator';
import { Backup, Environment, type EnvironmentProps, MonitoredApp, StatefulBackend, StatelessService } from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { findingsOf, manifestsOf, quietApp, quietEnvironment } from './support/render';

const object = (environment: Environment<string>, kind: string) =>
  manifestsOf(environment).find((manifest) => manifest.kind === kind) as Manifest;

test('is a namespace that holds its pods to the restricted level', () => {
  const { metadata } = object(quietEnvironment(), 'Namespace');
  expect(metadata).toMatchObject({ name: 'test', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } });
});

test('is a namespace of another name and level where it is told to', () => {
  const { metadata } = object(quietEnvironment({ namespace: 'shop-test', podSecurity: 'baseline' }), 'Namespace');
  expect(metadata).toMatchObject({ name: 'shop-test', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } });
});

test('is a namespace that neither Argo CD nor Flux deletes', () => {
  expect(object(quietEnvironment(), 'Namespace').metadata.annotations).toEqual({
    'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  });
});

test('lets nobody in and nobody out who was not declared', () => {
  const policy = object(quietEnvironment(), 'NetworkPolicy');
  expect(policy.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

const dnsOf = (props: EnvironmentProps = {}) => {
  const policies = manifestsOf(quietEnvironment(props)).filter(({ kind }) => kind === 'NetworkPolicy');
  return policies.find(({ metadata }) => metadata.name === 'allow-dns')?.spec;
};
const blocks = (...addresses: string[]) => addresses.map((address) => ({ ipBlock: { cidr: `${address}/32` } }));

test('lets every pod resolve names, with kube-dns and with a cache on the node', () => {
  expect(dnsOf()).toEqual({
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: {
              matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
            },
          },
          ...blocks('169.254.20.10', '10.96.0.10'),
        ],
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
    ],
  });
});

test.each<[NonNullable<EnvironmentProps['dns']>, string[]]>([
  ['gke', ['169.254.20.10', '169.254.169.254']],
  ['eks', ['169.254.20.10', '10.100.0.10', '172.20.0.10']],
  ['aks', ['169.254.10.10', '169.254.10.11', '10.0.0.10']],
  [{ platform: 'eks', clusterIp: '10.7.0.10' }, ['169.254.20.10', '10.7.0.10']],
  [{ clusterIp: '10.43.0.10' }, ['169.254.20.10', '10.43.0.10']],
])('lets pods reach the resolvers on the node of %j', (dns, addresses) => {
  expect(dnsOf({ dns })?.egress[0].to.slice(1)).toEqual(blocks(...addresses));
});

test('finds the resolver of OpenShift by its own names and port', () => {
  const [{ to, ports }] = dnsOf({ dns: 'openshift' })?.egress ?? [];
  expect(to).toEqual([
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
      podSelector: { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
    },
  ]);
  expect(ports).toEqual([
    { port: 5353, protocol: 'UDP' },
    { port: 5353, protocol: 'TCP' },
  ]);
});

test('takes peers and ports of name resolution as they are given', () => {
  const peers = [{ ipBlock: { cidr: '10.5.0.0/24' } }];
  expect(dnsOf({ dns: { peers, ports: [5300] } })?.egress).toEqual([
    {
      to: peers,
      ports: [
        { port: 5300, protocol: 'UDP' },
        { port: 5300, protocol: 'TCP' },
      ],
    },
  ]);
});

test('gives limits to a container that is started by hand, disk included, which the quota asks for', () => {
  const { spec } = object(
    quietEnvironment({ resources: { cpu: '200m' }, containerLimits: { max: { memory: '4Gi' } } }),
    'LimitRange',
  );
  expect(spec.limits).toEqual([
    {
      type: 'Container',
      default: { cpu: '200m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
      defaultRequest: { cpu: '200m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
      min: { cpu: '10m', memory: '16Mi' },
      max: { cpu: '8', memory: '4Gi' },
    },
  ]);
});

test('puts its objects into its namespace, and no namespace on those of the cluster', () => {
  const environment = quietEnvironment({ namespace: 'shop-test' });
  new StatelessService(environment, 'orders', { image: 'orders:1' });
  for (const { kind, metadata } of manifestsOf(environment)) {
    const isOfCluster = kind === 'Namespace' || kind === 'PriorityClass';
    expect([kind, metadata.namespace]).toEqual([kind, isOfCluster ? undefined : 'shop-test']);
  }
});

describe('priority classes', () => {
  const classesOf = (id: string, props: EnvironmentProps = {}) => {
    const environment = new Environment(quietApp(), id, props);
    for (const priority of ['optional', 'standard', 'critical'] as const)
      new StatelessService(environment, priority, { image: 'a:1.0.0', priority });
    return manifestsOf(environment)
      .filter(({ kind }) => kind === 'PriorityClass')
      .map(({ metadata, value, preemptionPolicy }) => [metadata.name, value, preemptionPolicy]);
  };

  test('of production are above those of every other environment', () => {
    expect(classesOf('production')).toEqual([
      ['production-optional', 101_000, 'Never'],
      ['production-standard', 102_000, 'PreemptLowerPriority'],
      ['production-critical', 103_000, 'PreemptLowerPriority'],
    ]);
  });

  test('of test end no pods of others', () => {
    expect(classesOf('test')).toEqual([
      ['test-optional', 1_000, 'Never'],
      ['test-standard', 2_000, 'Never'],
      ['test-critical', 3_000, 'Never'],
    ]);
  });

  test('begin where the program says', () => {
    expect(classesOf('staging', { priorityBase: 50_000 }).map(([, value]) => value)).toEqual([51_000, 52_000, 53_000]);
  });

  test('are those of the cluster where they are named', () => {
    const priorityClasses = { critical: 'platform-critical' };
    expect(classesOf('test', { priorityClasses }).map(([name]) => name)).toEqual(['test-optional', 'test-standard']);
    const environment = quietEnvironment({ priorityClasses });
    const web = new StatelessService(environment, 'web', { image: 'web:1.0.0', priority: 'critical' });
    expect((web.deployment.toJson() as Manifest).spec.template.spec.priorityClassName).toBe('platform-critical');
    expect(findingsOf(environment).filter((finding) => finding.includes('PriorityClass'))).toEqual([]);
  });
});

test('leaves cluster-scoped objects to others, and says what it expects', () => {
  const environment = quietEnvironment({ clusterScoped: 'external', tenant: 'acme' });
  new StatelessService(environment, 'web', { image: 'web:1.0.0' });
  const kindsOf = manifestsOf(environment).map(({ kind }) => kind);
  expect(kindsOf).not.toContain('Namespace');
  expect(kindsOf).not.toContain('PriorityClass');
  expect(environment.namespaceObject).toBeUndefined();
  const [record] = (environment.node.root as ReturnType<typeof quietApp>).system().environments;
  expect(record?.expected).toMatchObject([
    {
      kind: 'Namespace',
      metadata: {
        name: 'test',
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'cdk8s-microservices/tenant': 'acme' },
      },
    },
    { kind: 'PriorityClass', metadata: { name: 'test-standard' }, value: 2_000, preemptionPolicy: 'Never' },
  ]);
  expect(findingsOf(environment).filter((finding) => finding.includes('PriorityClass'))).toEqual([]);
});

test('expects nothing where it writes everything', () => {
  const environment = quietEnvironment();
  new StatelessService(environment, 'web', { image: 'web:1.0.0' });
  expect((environment.node.root as ReturnType<typeof quietApp>).system().environments[0]?.expected).toEqual([]);
});

describe('the quota', () => {
  test('is what its contents take at the most', () => {
    const environment = quietEnvironment({ resources: { cpu: '100m', memory: '256Mi' } });
    new StatelessService(environment, 'fixed', { image: 'a:1', replicas: 3 });
    new StatelessService(environment, 'scaled', {
      image: 'b:1',
      replicas: { from: 2, to: 10 },
      resources: { cpu: '500m', cpuLimit: '1', memory: '1Gi' },
      sidecars: [
        {
          name: 'proxy',
          image: 'proxy:1',
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
        },
      ],
    });
    // fixed: 3 pods and 25 % more, rounded up, while it is rolled out: 4 x (100m, 256Mi, 128Mi + 64Mi disk).
    // scaled: 10 pods and 3 more: 13 x (500m + 100m, 1024Mi + 128Mi, 192Mi disk).
    // While a rollout goes on, as many old pods are still ending as it adds: 1 and 3. One pod is started by hand.
    expect(object(environment, 'ResourceQuota').spec.hard).toEqual({
      pods: '22',
      'requests.cpu': '10200m',
      'requests.memory': '19968Mi',
      'requests.ephemeral-storage': '4160Mi',
      'limits.cpu': '24300m',
      'limits.memory': '19968Mi',
      'limits.ephemeral-storage': '4160Mi',
      persistentvolumeclaims: '0',
      'requests.storage': '0',
    });
  });

  test('counts what starts before the application only where it takes more', () => {
    const quota = (cpu: string) => {
      const environment = quietEnvironment();
      const warm: Container = { name: 'warm', image: 'w:1', resources: { requests: { cpu }, limits: { cpu } } };
      new StatelessService(environment, 'a', { image: 'a:1', replicas: 1, initContainers: [warm] });
      return object(environment, 'ResourceQuota').spec.hard['requests.cpu'];
    };
    expect([quota('50m'), quota('300m')]).toEqual(['400m', '1']);
  });

  test('counts objects that stand beside the constructs', () => {
    const environment = quietEnvironment();
    const resources = { requests: { cpu: '1' } };
    new ApiObject(environment, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job' },
      spec: { parallelism: 2, template: { spec: { containers: [{ name: 'a', resources }] } } },
    });
    expect(object(environment, 'ResourceQuota').spec.hard).toMatchObject({ pods: '3', 'requests.cpu': '2100m' });
  });

  test('is what it is told, or nothing', () => {
    expect(object(quietEnvironment({ quota: { pods: '10' } }), 'ResourceQuota').spec.hard).toEqual({ pods: '10' });
    expect(object(quietEnvironment({ quota: false }), 'ResourceQuota')).toBeUndefined();
  });
});

describe('pick', () => {
  const picked = <const Stage extends string>(stage: Stage) =>
    new Environment<'test' | 'production'>(quietApp(), stage as unknown as 'test').pick({ test: 1, production: 3 });

  test('chooses the value of the environment', () => {
    expect([picked('test'), picked('production')]).toEqual([1, 3]);
  });

  test('keeps 0, false and undefined', () => {
    expect(quietEnvironment().pick({ test: 0 })).toBe(0);
    expect(quietEnvironment().pick({ test: undefined })).toBeUndefined();
  });

  test('does not compile where one environment has no value', () => {
    const environment = new Environment<'test' | 'production'>(quietApp(), 'test');
    // @ts-expect-error production has no value
    expect(environment.pick({ test: 1 })).toBe(1);
  });

  test('says which one has none', () => {
    expect(() => picked('staging' as 'test')).toThrow(
      '[staging] pick: must have a value for staging, got one for test, production',
    );
  });
});

describe('several', () => {
  test('environments have the same names inside', () => {
    const app = quietApp();
    for (const stage of ['test', 'staging', 'production']) {
      new StatelessService(new Environment(app, stage), 'orders', { image: 'orders:1' });
    }
    expect(findingsOf(app)).toEqual([]);
    expect(
      new Set(
        manifestsOf(app)
          .filter(({ kind }) => kind === 'Deployment')
          .map(({ metadata }) => metadata.name),
      ),
    ).toEqual(new Set(['orders']));
  });

  test('tenants cannot reach each other: peers are pods of the same namespace, and the rest is closed', () => {
    const app = quietApp();
    const tenants = ['acme', 'globex'].map((tenant) => {
      const environment = new Environment(app, tenant, { tenant });
      const [web, api] = ['web', 'api'].map((id) => new StatelessService(environment, id, { image: 'a:1' })) as [
        StatelessService,
        StatelessService,
      ];
      web.calls(api);
      return environment;
    });
    for (const environment of tenants) {
      expect(object(environment, 'Namespace').metadata.labels).toMatchObject({
        'cdk8s-microservices/tenant': environment.stage,
      });
      const policies = manifestsOf(environment).filter(({ kind }) => kind === 'NetworkPolicy');
      const peers = policies.flatMap(({ spec }) =>
        (spec.ingress ?? []).flatMap(({ from }: { from: object[] }) => from),
      );
      expect(peers.every((peer) => !('namespaceSelector' in peer) && !('ipBlock' in peer))).toBe(true);
    }
  });

  test('have nodes of their own by taint and selector', () => {
    const environment = quietEnvironment({ dedicatedNodes: { key: 'tenant', value: 'acme' } });
    new StatelessService(environment, 'orders', { image: 'orders:1', nodeSelector: { disk: 'ssd' } });
    expect(object(environment, 'Deployment').spec.template.spec).toMatchObject({
      nodeSelector: { tenant: 'acme', disk: 'ssd' },
      tolerations: [{ key: 'tenant', operator: 'Equal', value: 'acme', effect: 'NoSchedule' }],
    });
  });
});

test.each<[EnvironmentProps, string]>([
  [{ namespace: 'Shop' }, "[test] 'namespace': must be lower-case letters"],
  [{ kubernetesVersion: '1.27' as '1.28' }, "[test] 'kubernetesVersion': must be one of"],
  [{ dns: 'coredns' as 'gke' }, `[test] 'dns': must be one of`],
  [{ dns: { clusterIp: '10.0.0.0/8' } }, `[test] 'dns.clusterIp': must be an IP address`],
  [{ dns: { peers: [] } }, `[test] 'dns.peers': must be a list, not empty`],
  [{ quota: { pods: 'many' } }, "[test] 'quota.pods': must be a quantity"],
])('reports %j', (props, message) => {
  expect(findingsOf(quietEnvironment(props))).toEqual([expect.stringContaining(message)]);
});

describe('its monitoring', () => {
  const alertsIn = (stage: string, monitoring?: EnvironmentProps['monitoring']) => {
    const shop = new Environment(quietApp(), stage, { owner: { team: 'shop', email: 'shop@example.com' }, monitoring });
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    const { serviceMonitor, prometheusRule } = new MonitoredApp(orders, 'monitoring');
    const rules: readonly AlertingRule[] = prometheusRule?.toJson().spec.groups[0].rules;
    return { orders, serviceMonitor, prometheusRule, rule: rules.find(({ alert }) => alert === 'HighErrorRatio') };
  };

  test('pages in production only', () => {
    expect(alertsIn('production').rule?.labels.severity).toBe('critical');
    expect(alertsIn('test').rule?.labels.severity).toBe('warning');
    expect(alertsIn('test', { severities: { critical: 'page' } }).rule?.labels.severity).toBe('page');
  });

  test('labels monitors and rules as Prometheus looks for them', () => {
    const { serviceMonitor, prometheusRule } = alertsIn('test', { labels: { release: 'stack' } });
    for (const object of [serviceMonitor, prometheusRule]) {
      expect(object?.toJson().metadata.labels?.release).toBe('stack');
    }
  });

  test('says who scrapes', () => {
    const { orders } = alertsIn('test', { namespace: 'observability', podLabels: { app: 'prometheus' } });
    expect(orders.networkPolicy.toJson().spec.ingress[0].from).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } },
        podSelector: { matchLabels: { app: 'prometheus' } },
      },
    ]);
  });

  test('names the owner of alerts, by default the team, and where the runbooks are', () => {
    expect(alertsIn('test').rule?.labels.owner).toBe('shop');
    const { rule } = alertsIn('test', { owner: 'platform', runbook: 'https://wiki.example.com' });
    expect(rule?.labels.owner).toBe('platform');
    expect(rule?.annotations.runbook_url).toBe('https://wiki.example.com/{{ $labels.service }}#high-error-ratio');
  });

  test.each([
    [{ namespace: 'A' }, "'monitoring.namespace': must be lower-case letters, digits and dashes"],
    [{ runbook: 'wiki' }, "'monitoring.runbook': must be an address such as https://wiki.example.com/orders"],
    [{ severities: { page: 'x' } }, "'monitoring.severities.page': must not be set, there is no such property"],
  ])('reports %o', (monitoring, message) => {
    const shop = new Environment(quietApp(), 'test', { monitoring: monitoring as never });
    expect(findingsOf(shop)).toEqual([expect.stringContaining(message)]);
  });
});

test('pulls every image from the mirror: engines, exporters, sidecars, init containers and backups', () => {
  const environment = quietEnvironment({
    registry: 'registry.example.com/shop',
    mirror: 'registry.example.com/mirror',
    digests: { 'docker.io/library/postgres:17.4': `sha256:${'0'.repeat(64)}` },
  });
  const credentials = { secret: 'db' };
  const db = StatefulBackend.postgres(environment, 'db', { storage: '1Gi', credentials });
  new MonitoredApp(db, 'monitoring');
  new Backup(db, 'backup', { schedule: '0 1 * * *', to: { volume: { size: '5Gi' } }, keep: { last: 3 } });
  const orders = new StatelessService(environment, 'orders', { image: 'orders:1' });
  orders.uses(db);
  const images = environment.node
    .findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .flatMap((node) => JSON.stringify(node.toJson()).match(/(?<="image":")[^"]+/g) ?? []);
  expect(new Set(images).size).toBeGreaterThan(3);
  for (const image of images) expect(image).toMatch(/^registry\.example\.com\/(shop|mirror)\//);
});
