import { type EtcdProps, StatefulBackend, type UseOptions } from '../../lib';
import { everyBackendProp, messages, played, yamlOf } from './helpers';

const registry = (props: Partial<EtcdProps> = {}, use: UseOptions = {}) =>
  played((shop) => StatefulBackend.etcd(shop, 'registry', { storage: '10Gi', ...props }), use);
const setOf = (props: Partial<EtcdProps> = {}) => registry(props).find('StatefulSet', 'registry');
const containerOf = (props: Partial<EtcdProps> = {}) => setOf(props)?.spec.template.spec.containers[0];

const everyProp: Required<EtcdProps> = {
  ...everyBackendProp,
  storage: { size: '20Gi', storageClass: 'fast' },
  replicas: 5,
  clusterState: 'existing',
  quota: '4Gi',
  historyRetention: '30m',
  settings: { 'max-txn-ops': 512, 'pre-vote': true },
  credentials: { secret: 'registry', keys: { username: 'user', password: 'word' } },
  metrics: true,
  image: 'quay.io/coreos/etcd:v3.5.17',
};

test('uses every prop', () => {
  expect(yamlOf((shop) => StatefulBackend.etcd(shop, 'registry', everyProp))).toMatchSnapshot();
});

test('members are known by their names, before they are ready', () => {
  expect(containerOf().args).toContain(
    '--initial-cluster=registry-0=http://registry-0.registry-peers:2380,registry-1=http://registry-1.registry-peers:2380,registry-2=http://registry-2.registry-peers:2380',
  );
  expect(containerOf().args).toContain('--initial-advertise-peer-urls=http://$(POD_NAME).registry-peers:2380');
  expect(registry().find('Service', 'registry-peers')?.spec.publishNotReadyAddresses).toBe(true);
});

test('a cluster of another environment with the same names is a stranger', () => {
  expect(containerOf().args).toContain('--initial-cluster-token=$(CLUSTER)');
  expect(containerOf().env).toContainEqual({ name: 'CLUSTER', value: 'production-registry' });
});

test('a member that is added later joins those that are there', () => {
  expect(containerOf().args).toContain('--initial-cluster-state=new');
  expect(containerOf({ clusterState: 'existing' }).args).toContain('--initial-cluster-state=existing');
});

test('forgets earlier values, and bounds its database', () => {
  expect(containerOf({ historyRetention: '2h', quota: '1Gi' }).args).toEqual(
    expect.arrayContaining([
      '--auto-compaction-mode=periodic',
      '--auto-compaction-retention=2h',
      `--quota-backend-bytes=${2 ** 30}`,
    ]),
  );
});

test('takes further settings, which win', () => {
  const { args } = containerOf({ settings: { 'snapshot-count': 5000, 'auto-compaction-retention': '8h' } });
  expect(args).toContain('--snapshot-count=5000');
  expect(args.filter((arg: string) => arg.startsWith('--auto-compaction-retention'))).toEqual([
    '--auto-compaction-retention=8h',
  ]);
});

test('ready is who is with most others, alive who can read what it has', () => {
  const { readinessProbe, livenessProbe } = containerOf();
  expect(readinessProbe.httpGet.path).toBe('/health');
  expect(livenessProbe.httpGet.path).toBe('/health?serializable=true&exclude=NOSPACE');
});

test('is asked for its state and not for metrics where it says so', () => {
  const { ports, readinessProbe } = containerOf({ metrics: false });
  expect(ports.map(({ name }: { name: string }) => name)).toEqual(['client', 'peer', 'status']);
  expect(readinessProbe.httpGet.port).toBe('status');
});

test('tells its users all members', () => {
  expect(registry().env).toMatchObject({
    REGISTRY_URL: 'http://registry:2379',
    REGISTRY_HOST: 'registry',
    REGISTRY_PORT: '2379',
    REGISTRY_ENDPOINTS:
      'http://registry-0.registry-peers:2379,http://registry-1.registry-peers:2379,http://registry-2.registry-peers:2379',
  });
});

test('lets its users reach the members, and not the port by which members speak', () => {
  const ports = registry().find('NetworkPolicy', 'orders')?.spec.egress[0].ports;
  expect(ports).toEqual([{ port: 2379, protocol: 'TCP' }]);
});

test.each<[object, string]>([
  [{ storage: undefined }, "'storage': must be a size such as 10Gi, or { size, storageClass }, got nothing"],
  [
    { storage: '3Gi' },
    "'storage': must be at least twice the quota of 2Gi, got 3Gi: to defragment it writes a second copy",
  ],
  [
    { replicas: 4 },
    "'replicas': must be odd, got 4: 3 of 4 must be there, so it bears the loss of 1, no more than 3 members do",
  ],
  [{ replicas: 11 }, "'replicas': must be between 1 and 9, inclusive, got 11"],
  [{ clusterState: 'old' }, '\'clusterState\': must be one of "new", "existing", got "old"'],
  [{ quota: 'much' }, '\'quota\': must be a quantity such as 250m, 1.5 or 512Mi, got "much"'],
  [{ historyRetention: '1d' }, '\'historyRetention\': must be hours or minutes such as 1h or 30m, got "1d"'],
  [{ settings: { 'a b': 1 } }, '\'settings.a b\': must be the name of a setting, got "a b"'],
  [{ members: 3 }, "'members': must not be set, there is no such property"],
])('refuses %j', (props, message) => {
  expect(messages((shop) => StatefulBackend.etcd(shop, 'registry', { storage: '10Gi', ...props } as never))).toContain(
    message,
  );
});
