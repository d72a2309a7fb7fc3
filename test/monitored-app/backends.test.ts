import {
  Backup,
  type Environment,
  MonitoredApp,
  ScheduledJob,
  StatefulBackend,
  StatelessService,
  type StatelessServiceProps,
} from '../../lib';
import type { Workload } from '../../lib/workload/workload';
import { findingsOf, manifestsOf, quietEnvironment } from '../support/render';
import { schemaProblems } from '../support/validate';

const credentials = { secret: 'accounts' };
const storage = '10Gi';
type Make = (shop: Environment) => Workload;

const withSidecar: [engine: string, make: Make, port: number][] = [
  ['redis', (shop) => StatefulBackend.redis(shop, 'db', { storage }), 9121],
  ['mysql', (shop) => StatefulBackend.mysql(shop, 'db', { storage, credentials }), 9104],
  ['mariadb', (shop) => StatefulBackend.mariadb(shop, 'db', { storage, credentials }), 9104],
  ['postgres', (shop) => StatefulBackend.postgres(shop, 'db', { storage, credentials }), 9187],
  ['mongodb', (shop) => StatefulBackend.mongodb(shop, 'db', { storage, credentials }), 9216],
  ['elasticsearch', (shop) => StatefulBackend.elasticsearch(shop, 'db', { storage }), 9114],
  ['memcached', (shop) => StatefulBackend.memcached(shop, 'db', {}), 9150],
];

const containersOf = (shop: Environment) =>
  manifestsOf(shop).flatMap(({ spec }) => spec?.template?.spec?.initContainers ?? []);
const nameOf = ({ name }: { readonly name: string }) => name;
const fromPrometheus = (workload: Workload) =>
  (workload.networkPolicy.toJson().spec.ingress ?? []).filter((rule: object) =>
    JSON.stringify(rule).includes('"app.kubernetes.io/name":"prometheus"'),
  );

describe.each(withSidecar)('the exporter of %s', (_, make, port) => {
  test('is not there where nobody reads it: no container, no port, no way through the policy', () => {
    const shop = quietEnvironment();
    const backend = make(shop);
    expect(containersOf(shop).map(nameOf)).not.toContain('exporter');
    expect(JSON.stringify(manifestsOf(shop))).not.toContain('"metrics"');
    expect(fromPrometheus(backend)).toEqual([]);
  });

  test('is there where it is watched, and Prometheus asks each member', () => {
    const shop = quietEnvironment();
    const backend = make(shop);
    const { podMonitor } = new MonitoredApp(backend, 'monitoring');
    const exporter = containersOf(shop).find(({ name }) => name === 'exporter');
    expect(exporter?.ports).toEqual([{ name: 'metrics', containerPort: port, protocol: 'TCP' }]);
    expect(podMonitor?.toJson().spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'db' } },
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics' }],
    });
    expect(fromPrometheus(backend)).toMatchObject([{ ports: [{ port, protocol: 'TCP' }] }]);
    expect(manifestsOf(shop).flatMap(schemaProblems)).toEqual([]);
  });
});

test.each(withSidecar.slice(0, 1))('%s is not asked where it says no', () => {
  const shop = quietEnvironment();
  const cache = StatefulBackend.redis(shop, 'cache', { storage, metrics: false });
  const { podMonitor, serviceMonitor } = new MonitoredApp(cache, 'monitoring');
  expect([podMonitor, serviceMonitor, containersOf(shop).length]).toEqual([undefined, undefined, 0]);
});

describe('the exporter of Kafka', () => {
  const made = (watched: boolean) => {
    const shop = quietEnvironment();
    const events = StatefulBackend.kafka(shop, 'events', { storage });
    const monitoring = watched ? new MonitoredApp(events, 'monitoring') : undefined;
    const deployments = manifestsOf(shop).filter(({ kind }) => kind === 'Deployment');
    return { shop, events, monitoring, deployments };
  };

  test('is there only where it is watched', () => {
    expect(made(false).deployments).toEqual([]);
  });

  test('is one pod for all brokers, because each would count the whole cluster', () => {
    const { deployments, monitoring, shop } = made(true);
    expect(deployments.map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([['events-exporter', 1]]);
    expect(deployments[0]?.spec.template.spec.containers[0].args).toEqual([
      '--kafka.server=events-0.events-peers:9092',
      '--kafka.server=events-1.events-peers:9092',
      '--kafka.server=events-2.events-peers:9092',
    ]);
    expect(containersOf(shop)).toEqual([]);
    expect(monitoring?.podMonitor?.toJson().spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'events-exporter' } },
      podMetricsEndpoints: [{ relabelings: [{ targetLabel: 'service', replacement: 'events' }] }],
    });
    expect(findingsOf(shop)).toEqual([]);
  });

  test('may connect to the brokers', () => {
    const { events } = made(true);
    expect(JSON.stringify(events.networkPolicy.toJson().spec.ingress)).toContain('events-exporter');
  });
});

const own: [engine: string, make: Make, endpoint: object][] = [
  ['etcd', (shop) => StatefulBackend.etcd(shop, 'db', { storage }), { port: 'metrics', path: '/metrics' }],
  ['zookeeper', (shop) => StatefulBackend.zookeeper(shop, 'db', { storage }), { port: 'metrics', path: '/metrics' }],
  [
    'consul',
    (shop) => StatefulBackend.consul(shop, 'db', { storage }),
    { port: 'http', path: '/v1/agent/metrics', params: { format: ['prometheus'] } },
  ],
  [
    'eureka',
    (shop) => StatefulBackend.eureka(shop, 'db', { image: 'eureka:1.0.0' }),
    { port: 'http', path: '/actuator/prometheus' },
  ],
];
test.each(own)('%s is asked where it answers itself', (_, make, endpoint) => {
  const { podMonitor } = new MonitoredApp(make(quietEnvironment()), 'monitoring');
  expect(podMonitor?.toJson().spec.podMetricsEndpoints[0]).toMatchObject(endpoint);
});

test('a backend whose metrics are nowhere is watched by its pods', () => {
  const shop = quietEnvironment();
  const files = new StatefulBackend(shop, 'files', { image: 'files:1.0.3', ports: 9000, storage, replicas: 2 });
  const { podMonitor, serviceMonitor, prometheusRule } = new MonitoredApp(files, 'monitoring');
  expect([podMonitor, serviceMonitor]).toEqual([undefined, undefined]);
  expect(JSON.stringify(prometheusRule?.toJson())).not.toContain('"MetricsMissing"');
  expect(findingsOf(shop)).toEqual([]);
});

test('a job is watched by what Kubernetes knows of it', () => {
  const shop = quietEnvironment();
  const report = new ScheduledJob(shop, 'report', { image: 'report:1.0.0', schedule: '@daily' });
  const { podMonitor, serviceMonitor } = new MonitoredApp(report, 'monitoring');
  expect([podMonitor, serviceMonitor]).toEqual([undefined, undefined]);
  expect(findingsOf(shop)).toEqual([]);
});

test('only the Service that is scraped carries the label by which it is found', () => {
  const service: Partial<StatelessServiceProps> = { aliases: ['com.example.OrderService'] };
  const shop = quietEnvironment();
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0', ...service });
  const labelled = () =>
    manifestsOf(shop)
      .filter(({ kind, metadata }) => kind === 'Service' && 'cdk8s-microservices/scrape' in (metadata.labels ?? {}))
      .map(({ metadata }) => metadata.name);
  expect(labelled()).toEqual([]);
  const { serviceMonitor } = new MonitoredApp(orders, 'monitoring');
  expect(labelled()).toEqual(['orders']);
  // Argo CD overwrites app.kubernetes.io/instance of what it tracks by labels.
  expect(serviceMonitor?.toJson().spec.selector.matchLabels).toEqual({ 'cdk8s-microservices/scrape': 'orders' });
});

describe('watchAll', () => {
  const names = (apps: readonly MonitoredApp[]) => apps.map(({ node }) => node.scope?.node.id).sort();

  test('watches services, backends, agents and jobs, each once, and no backup', () => {
    const shop = quietEnvironment();
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    const db = StatefulBackend.mysql(shop, 'db', { storage, credentials });
    new Backup(db, 'backup', { schedule: '@daily', to: { volume: '20Gi' } });
    StatefulBackend.kafka(shop, 'events', { storage });
    new ScheduledJob(shop, 'report', { image: 'report:1.0.0', schedule: '@daily' });
    new MonitoredApp(orders, 'monitoring', { alerts: { errorRatio: 0.01 } });
    expect(names(MonitoredApp.watchAll(shop))).toEqual(['Accounts', 'db', 'events', 'report']);
    expect(findingsOf(shop)).toEqual([]);
  });

  test('reports what is made after it, and is therefore not watched', () => {
    const shop = quietEnvironment();
    MonitoredApp.watchAll(shop);
    new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    expect(findingsOf(shop)).toEqual([
      '[test] MonitoredApp.watchAll must be called after orders is made, or it is not watched',
    ]);
  });
});
