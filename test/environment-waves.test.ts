import { ApiObject } from 'cdk8s';
import {
  ApiGateway,
  Backup,
  BatchJob,
  ConfigCenter,
  type Environment,
  type EnvironmentProps,
  Migration,
  MonitoredApp,
  ScheduledJob,
  StatefulBackend,
  StatelessService,
} from '../lib';
import { type quietApp, quietEnvironment } from './support/render';

const WAVE = 'argocd.argoproj.io/sync-wave';
const deployOrder = 'argo-cd';
const ordered = (props: EnvironmentProps = {}) => quietEnvironment({ deployOrder, ...props });

/** The wave of every object, by its kind and name. */
function wavesOf(environment: Environment): Record<string, number> {
  const { objects } = (environment.node.root as ReturnType<typeof quietApp>).system();
  return Object.fromEntries(
    objects.map(({ manifest: { kind, metadata } }) => [
      `${kind} ${metadata.name ?? metadata.generateName}`,
      Number(metadata.annotations?.[WAVE] ?? 0),
    ]),
  );
}

function foreign(environment: Environment, kind: string, name: string, spec: object = {}, annotations = {}) {
  const groups: Record<string, string> = {
    Certificate: 'cert-manager.io/v1',
    Issuer: 'cert-manager.io/v1',
    SecretStore: 'external-secrets.io/v1',
    ExternalSecret: 'external-secrets.io/v1',
    ScaledObject: 'keda.sh/v1alpha1',
    CronJob: 'batch/v1',
    Deployment: 'apps/v1',
  };
  const apiVersion = groups[kind] ?? 'v1';
  return new ApiObject(environment, `${kind}-${name}`, {
    apiVersion,
    kind,
    metadata: { name, annotations },
    spec,
  } as object as ConstructorParameters<typeof ApiObject>[2]);
}

const image = 'orders:2.0.1';

test('the namespace and what limits its pods come before everything else', () => {
  const environment = ordered();
  new StatelessService(environment, 'orders', { image });
  const waves = wavesOf(environment);
  expect(
    Object.keys(waves)
      .filter((name) => waves[name] === -10)
      .sort(),
  ).toEqual([
    'LimitRange container-limits',
    'Namespace test',
    'NetworkPolicy allow-dns',
    'NetworkPolicy default-deny',
    'PriorityClass test-standard',
    'ResourceQuota environment',
  ]);
});

test('an autoscaler comes with the service that it scales', () => {
  const environment = ordered();
  const users = new StatelessService(environment, 'users', { image: 'users:1.0.0' });
  const orders = new StatelessService(environment, 'orders', { image, replicas: { from: 3, to: 9 } });
  orders.calls(users);
  expect(wavesOf(environment)).toMatchObject({ 'Deployment orders': 1, 'HorizontalPodAutoscaler orders': 1 });
});

test('a foreign autoscaler comes with what it scales', () => {
  const environment = ordered();
  const users = new StatelessService(environment, 'users', { image: 'users:1.0.0' });
  new StatelessService(environment, 'orders', { image }).calls(users);
  foreign(environment, 'ScaledObject', 'by-queue', { scaleTargetRef: { name: 'orders' } });
  foreign(environment, 'Deployment', 'legacy', { template: { spec: { containers: [] } } }, { [WAVE]: '7' });
  foreign(environment, 'ScaledObject', 'of-legacy', { scaleTargetRef: { name: 'legacy' } });
  expect(wavesOf(environment)).toMatchObject({ 'ScaledObject by-queue': 1, 'ScaledObject of-legacy': 7 });
});

test('an entry that never gets an address and a certificate that is not signed hold up nothing', () => {
  const environment = ordered();
  const orders = new StatelessService(environment, 'orders', { image });
  new ApiGateway(environment, 'gateway', { host: 'shop.example.com', tls: { issuer: 'letsencrypt' } }).route(
    '/',
    orders,
  );
  foreign(environment, 'Issuer', 'letsencrypt', { acme: { privateKeySecretRef: { name: 'letsencrypt' } } });
  expect(wavesOf(environment)).toMatchObject({
    'Ingress gateway': 1000,
    'Certificate gateway': 1000,
    'Issuer letsencrypt': 1000,
  });
});

test('a certificate that pods mount comes before them, and its issuers before it', () => {
  const environment = ordered();
  new StatelessService(environment, 'orders', {
    image,
    volumes: [{ name: 'tls', secret: { secretName: 'orders-tls' } }],
  });
  foreign(environment, 'Issuer', 'self-signed', { selfSigned: {} });
  foreign(environment, 'Certificate', 'ca', { secretName: 'ca', isCA: true, issuerRef: { name: 'self-signed' } });
  foreign(environment, 'Issuer', 'ca', { ca: { secretName: 'ca' } });
  foreign(environment, 'Certificate', 'orders', {
    secretName: 'orders-tls',
    issuerRef: { name: 'ca', kind: 'Issuer' },
  });
  expect(wavesOf(environment)).toMatchObject({
    'Issuer self-signed': -9,
    'Certificate ca': -8,
    'Issuer ca': -7,
    'Certificate orders': -6,
    'Deployment orders': 0,
  });
});

test('a secret store comes first, then what is fetched from it, then what reads it', () => {
  const environment = ordered();
  const settings = new ConfigCenter(environment, 'settings', {
    secrets: { KEY: { externalSecret: { store: 'vault', key: 'shop/key' } } },
  });
  new StatelessService(environment, 'orders', { image }).configure(settings, { secrets: ['KEY'] });
  foreign(environment, 'SecretStore', 'vault', {
    provider: { vault: { auth: { kubernetes: { serviceAccountRef: { name: 'vault' } } } } },
  });
  foreign(environment, 'ServiceAccount', 'vault');
  foreign(environment, 'ServiceAccount', 'other');
  expect(wavesOf(environment)).toMatchObject({
    'ServiceAccount vault': -9,
    'SecretStore vault': -8,
    'ExternalSecret settings-secrets': -7,
    'ServiceAccount other': 0,
    'Deployment orders': 0,
  });
});

test('stores and secrets that need each other come to an end', () => {
  const environment = ordered();
  foreign(environment, 'SecretStore', 'vault', { provider: { auth: { secretRef: { name: 'token' } } } });
  foreign(environment, 'ExternalSecret', 'token', { secretStoreRef: { name: 'vault' } });
  expect(Object.values(wavesOf(environment)).every((wave) => wave < 0)).toBe(true);
});

test('work by the clock and work that may take hours are behind everything, and nothing waits for them', () => {
  const environment = ordered();
  new ScheduledJob(environment, 'report', { image: 'report:1.0.0', schedule: '0 4 * * *' });
  new BatchJob(environment, 'backfill', { image: 'backfill:1.0.0' });
  foreign(environment, 'CronJob', 'foreign', { jobTemplate: { spec: { template: { spec: { containers: [] } } } } });
  const waves = wavesOf(environment);
  expect(waves).toMatchObject({ 'CronJob report': 1000, 'CronJob foreign': 1000, 'ServiceAccount report': 0 });
  expect(Object.entries(waves).filter(([name]) => name.startsWith('Job backfill'))).toEqual([
    [expect.any(String), 1000],
  ]);
});

test('the last run of a CronJob is no part of the health of a release', () => {
  const job = new ScheduledJob(ordered(), 'report', { image: 'report:1.0.0', schedule: '0 4 * * *' });
  expect(job.cronJob.toJson().metadata.annotations).toEqual({
    'argocd.argoproj.io/ignore-healthcheck': 'true',
    [WAVE]: '1000',
  });
});

test('a claim comes with the first pods that mount it', () => {
  const environment = ordered();
  const users = new StatelessService(environment, 'users', { image: 'users:1.0.0' });
  const mounts = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'shared' } }] };
  new StatelessService(environment, 'orders', { image, replicas: 1, ...mounts }).calls(users);
  new ScheduledJob(environment, 'report', { image: 'report:1.0.0', schedule: '0 4 * * *', ...mounts });
  foreign(environment, 'PersistentVolumeClaim', 'shared');
  foreign(environment, 'PersistentVolumeClaim', 'unused');
  expect(wavesOf(environment)).toMatchObject({
    'PersistentVolumeClaim shared': 1,
    'PersistentVolumeClaim unused': 1000,
  });
});

test('a claim for backups waits for the first night', () => {
  const environment = ordered();
  const database = StatefulBackend.postgres(environment, 'db', { storage: '1Gi', credentials: { secret: 'db' } });
  new Backup(database, 'backup', { schedule: '0 1 * * *', to: { volume: { size: '10Gi' } } });
  expect(wavesOf(environment)).toMatchObject({
    'PersistentVolumeClaim db-backup': 1000,
    'CronJob db-backup': 1000,
    'StatefulSet db': 0,
  });
});

test('a balancer that never gets an address holds up nothing but those who call through it', () => {
  const environment = ordered();
  const users = new StatelessService(environment, 'users', { image: 'users:1.0.0', serviceType: 'LoadBalancer' });
  const orders = new StatelessService(environment, 'orders', { image, serviceType: 'LoadBalancer' });
  orders.calls(users);
  expect(wavesOf(environment)).toMatchObject({ 'Service users': 0, 'Service orders': 1000 });
});

test('what has no health stays in wave 0, without an annotation', () => {
  const environment = ordered();
  const users = new StatelessService(environment, 'users', { image: 'users:1.0.0' });
  const orders = new StatelessService(environment, 'orders', { image });
  orders.calls(users);
  new MonitoredApp(orders, 'monitoring');
  for (const object of [orders.service, orders.networkPolicy, orders.serviceAccount, orders.podDisruptionBudget]) {
    expect(object?.toJson().metadata.annotations ?? {}).not.toHaveProperty([WAVE]);
  }
  expect(wavesOf(environment)).toMatchObject({ 'ServiceMonitor orders': 0 });
});

test('a wave that an object names itself stays', () => {
  const environment = ordered();
  foreign(environment, 'CronJob', 'foreign', {}, { [WAVE]: '3' });
  new StatelessService(environment, 'orders', { image, annotations: { [WAVE]: '5' }, replicas: { from: 3, to: 9 } });
  const migration = new Migration(environment, 'schema', { image: 'schema:1.0.0' });
  migration.job.patch({ metadata: { annotations: { [WAVE]: '4' } } });
  expect(wavesOf(environment)).toMatchObject({ 'CronJob foreign': 3, 'Deployment orders': 5 });
  expect(migration.job.toJson().metadata.annotations).toEqual({ [WAVE]: '4' });
});

test('without an order nothing has a wave', () => {
  const environment = quietEnvironment();
  new ScheduledJob(environment, 'report', { image: 'report:1.0.0', schedule: '0 4 * * *' });
  expect(Object.values(wavesOf(environment)).every((wave) => wave === 0)).toBe(true);
});

test('an autoscaler follows its service into a wave that the program chose', () => {
  const environment = ordered();
  new StatelessService(environment, 'orders', { image, annotations: { [WAVE]: '5' }, replicas: { from: 3, to: 9 } });
  expect(wavesOf(environment)).toMatchObject({ 'HorizontalPodAutoscaler orders': 5 });
});
