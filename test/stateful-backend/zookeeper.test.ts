import { StatefulBackend, type UseOptions, type ZookeeperProps } from '../../lib';
import { everyBackendProp, messages, played, yamlOf } from './helpers';

const registry = (props: Partial<ZookeeperProps> = {}, use: UseOptions = {}) =>
  played((shop) => StatefulBackend.zookeeper(shop, 'registry', { storage: '10Gi', ...props }), use);
const setOf = (props: Partial<ZookeeperProps> = {}) => registry(props).find('StatefulSet', 'registry');
const containerOf = (props: Partial<ZookeeperProps> = {}) => setOf(props)?.spec.template.spec.containers[0];
const fileOf = (props: Partial<ZookeeperProps>, name: string): string =>
  registry(props).objects.find(({ kind, data }) => kind === 'ConfigMap' && name in data)?.data[name];

const everyProp: Required<ZookeeperProps> = {
  ...everyBackendProp,
  storage: { size: '20Gi', storageClass: 'standard' },
  logStorage: { size: '5Gi', storageClass: 'fast' },
  replicas: 5,
  credentials: { secret: 'registry', keys: { username: 'user', password: 'word' } },
  maxConnections: 500,
  settings: { 'jute.maxbuffer': 2_000_000, snapCount: 50_000 },
  metrics: true,
  image: 'docker.io/library/zookeeper:3.9.3',
};

test('uses every prop', () => {
  expect(yamlOf((shop) => StatefulBackend.zookeeper(shop, 'registry', everyProp))).toMatchSnapshot();
});

test('members are known by their names and numbers, the first by 1', () => {
  expect(fileOf({}, 'zoo.cfg')).toContain(
    'server.1=registry-0.registry-peers:2888:3888\nserver.2=registry-1.registry-peers:2888:3888\nserver.3=',
  );
  expect(fileOf({}, 'start.sh')).toMatch(/echo \$\(\(\$\{POD_NAME##\*-\} \+ 1\)\) > \/data\/myid/);
  expect(registry().find('Service', 'registry-peers')?.spec.publishNotReadyAddresses).toBe(true);
});

test('answers only the words that probes and people need', () => {
  expect(fileOf({}, 'zoo.cfg')).toContain('4lw.commands.whitelist=ruok,srvr,mntr\nadmin.enableServer=false\n');
});

test('removes old logs and snapshots', () => {
  expect(fileOf({}, 'zoo.cfg')).toContain('autopurge.snapRetainCount=3\nautopurge.purgeInterval=1\n');
});

test('never writes its config file, which is read-only', () => {
  expect(fileOf({}, 'zoo.cfg')).toContain('reconfigEnabled=false\n');
});

test('ready is who leads or follows, alive who answers', () => {
  expect(fileOf({}, 'ready.sh')).toContain("ask srvr | grep -q '^Mode: '");
  expect(fileOf({}, 'alive.sh')).toContain('[ "$(ask ruok)" = imok ]');
});

test('offers its metrics itself, unless it says no', () => {
  const names = (props: Partial<ZookeeperProps>) =>
    containerOf(props).ports.map(({ name, containerPort }: Record<string, unknown>) => `${name} ${containerPort}`);
  expect(names({})).toEqual(['client 2181', 'peer 2888', 'election 3888', 'metrics 7000']);
  expect(fileOf({}, 'zoo.cfg')).toContain('metricsProvider.httpPort=7000\n');
  expect(names({ metrics: false })).not.toContain('metrics 7000');
  expect(fileOf({ metrics: false }, 'zoo.cfg')).not.toContain('metricsProvider');
});

test('uses seven tenths of its memory as heap', () => {
  expect(containerOf({ resources: { memory: '2000Mi' } }).env).toContainEqual({
    name: 'ZK_SERVER_HEAP',
    value: '1400',
  });
});

test('writes its log of changes to a disk of its own where it has one', () => {
  expect(fileOf({ logStorage: '5Gi' }, 'zoo.cfg')).toContain('dataLogDir=/datalog\n');
  const claims = setOf({ logStorage: '5Gi' })?.spec.volumeClaimTemplates;
  expect(claims.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['data', 'log']);
});

test('refuses who does not sign in where there is an account, which is in no manifest', () => {
  const credentials = { secret: 'registry' };
  expect(fileOf({ credentials }, 'zoo.cfg')).toContain('enforce.auth.enabled=true\nenforce.auth.schemes=sasl\n');
  expect(fileOf({}, 'zoo.cfg')).not.toContain('enforce.auth');
  expect(registry({ credentials }).env.REGISTRY_PASSWORD_FILE).toBe('/run/secrets/registry/password');
});

test('takes further settings, which win', () => {
  const config = fileOf({ settings: { tickTime: 3000, fsync: false } }, 'zoo.cfg');
  expect(config).toContain('tickTime=3000\n');
  expect(config).not.toContain('tickTime=2000\n');
  expect(config).toMatch(/fsync=false\n$/);
});

test('tells its users all members', () => {
  expect(registry().env).toMatchObject({
    REGISTRY_HOST: 'registry',
    REGISTRY_PORT: '2181',
    REGISTRY_CONNECT: 'registry-0.registry-peers:2181,registry-1.registry-peers:2181,registry-2.registry-peers:2181',
  });
});

test('says how many connections it accepts', () => {
  const [backend] = registry({ maxConnections: 300 }).system.backends;
  expect(backend).toMatchObject({ engine: 'zookeeper', members: 3, quorum: true, maxConnections: 300 });
});

test('triggers no rule', () => {
  expect(registry().findings).toEqual([]);
  expect(registry({ credentials: { secret: 'registry' } }).findings).toEqual([]);
});

test.each<[object, string]>([
  [{ storage: undefined }, "'storage': must be a size such as 10Gi, or { size, storageClass }, got nothing"],
  [{ logStorage: 5 }, "'logStorage': must be a size such as 10Gi, or { size, storageClass }, got 5"],
  [
    { replicas: 2 },
    "'replicas': must be odd, got 2: 2 of 2 must be there, so it bears the loss of 0, no more than 1 member does",
  ],
  [{ replicas: 0 }, "'replicas': must be between 1 and 99, inclusive, got 0"],
  [{ maxConnections: 1 }, "'maxConnections': must be between 10 and 1000000, inclusive, got 1"],
  [
    { settings: { tickTime: '1\n2' } },
    '\'settings.tickTime\': must be text on one line, a number, true or false, got "1\\n2"',
  ],
  [
    { credentials: { secret: 'A' } },
    '\'credentials.secret\': must be a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters, got "A"',
  ],
  [{ ensemble: 3 }, "'ensemble': must not be set, there is no such property"],
])('refuses %j', (props, message) => {
  expect(
    messages((shop) => StatefulBackend.zookeeper(shop, 'registry', { storage: '10Gi', ...props } as never)),
  ).toContain(message);
});
