import { spawnSync } from 'node:child_process';
import { type RabbitmqProps, StatefulBackend, StatelessService, type UseOptions } from '../../lib';
import { everyBackendProp, messages, played, yamlOf } from './helpers';

const least: RabbitmqProps = { storage: '10Gi', credentials: { secret: 'events' } };
const events = (props: Partial<RabbitmqProps> = {}, use: UseOptions = {}) =>
  played((shop) => StatefulBackend.rabbitmq(shop, 'events', { ...least, ...props }), use);
const setOf = (props: Partial<RabbitmqProps> = {}) => events(props).find('StatefulSet', 'events');
const containerOf = (props: Partial<RabbitmqProps> = {}) => setOf(props)?.spec.template.spec.containers[0];
const fileOf = (props: Partial<RabbitmqProps>, name: string): string =>
  events(props).objects.find(({ kind, data }) => kind === 'ConfigMap' && name in data)?.data[name];

const everyProp: Required<RabbitmqProps> = {
  ...everyBackendProp,
  storage: { size: '20Gi', storageClass: 'fast' },
  credentials: { secret: 'events', keys: { username: 'user', password: 'word', erlangCookie: 'cookie' } },
  replicas: 5,
  queueType: 'classic',
  plugins: ['rabbitmq_shovel'],
  management: true,
  maxConnections: 500,
  settings: { heartbeat: 30, channel_max: 100 },
  accounts: 'shared',
  metrics: true,
  image: 'docker.io/library/rabbitmq:4.0.5',
};

test('uses every prop', () => {
  expect(yamlOf((shop) => StatefulBackend.rabbitmq(shop, 'events', everyProp))).toMatchSnapshot();
});

test('members find each other by their names, before they are ready', () => {
  expect(fileOf({}, 'rabbitmq.conf')).toContain(
    [
      'cluster_formation.peer_discovery_backend = classic_config',
      'cluster_formation.classic_config.nodes.1 = rabbit@events-0.events-peers',
      'cluster_formation.classic_config.nodes.2 = rabbit@events-1.events-peers',
      'cluster_formation.classic_config.nodes.3 = rabbit@events-2.events-peers',
      '',
    ].join('\n'),
  );
  expect(events().find('Service', 'events-peers')?.spec.publishNotReadyAddresses).toBe(true);
});

test('a queue is a quorum queue unless it says otherwise', () => {
  expect(fileOf({}, 'rabbitmq.conf')).toContain('default_queue_type = quorum\n');
  expect(fileOf({ queueType: 'classic' }, 'rabbitmq.conf')).not.toContain('default_queue_type');
});

test('of two parts of a cluster the smaller one stops', () => {
  expect(fileOf({}, 'rabbitmq.conf')).toContain('cluster_partition_handling = pause_minority\n');
});

test('refuses what would not fit into its memory or on its disk', () => {
  const config = fileOf({ resources: { memory: '1000Mi' }, storage: '10Gi' }, 'rabbitmq.conf');
  expect(config).toContain(`vm_memory_high_watermark.absolute = ${1000 * 2 ** 20 * 0.6}\n`);
  expect(config).toContain(`disk_free_limit.absolute = ${2 * 2 ** 30}\n`);
});

test('the cookie and the passwords are in no manifest, and its users see no cookie', () => {
  const { env, objects } = events();
  const volumes = setOf()?.spec.template.spec.volumes;
  expect(volumes.find(({ name }: { name: string }) => name === 'accounts').secret.items).toEqual([
    { key: 'username', path: 'username' },
    { key: 'password', path: 'password' },
    { key: 'erlang-cookie', path: 'erlangCookie' },
  ]);
  expect(env).toMatchObject({ EVENTS_PASSWORD_FILE: '/run/secrets/events/password' });
  expect(Object.keys(env).join()).not.toMatch(/COOKIE/i);
  expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

test('ready is whose ports take connections, alive whose Erlang machine answers', () => {
  expect(fileOf({}, 'ready.sh')).toContain('check_port_connectivity');
  expect(fileOf({}, 'alive.sh')).toContain('rabbitmq-diagnostics -q ping');
});

test('at its end it waits until no queue needs it, and hands over', () => {
  const script = fileOf({}, 'start.sh');
  expect(script.indexOf('await_online_quorum_plus_one')).toBeLessThan(script.indexOf('rabbitmq-upgrade -q drain'));
  expect(setOf()?.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(75 + 45);
});

test('a start that hangs is begun again', () => {
  expect(containerOf({ startupTime: '2m' }).env).toContainEqual({ name: 'STARTUP_SECONDS', value: '120' });
  expect(fileOf({}, 'start.sh')).toContain('latest=$(($(date +%s) + STARTUP_SECONDS))');
});

test.each(['start.sh', 'ready.sh', 'alive.sh'])('%s is a script that a shell can read', (name) => {
  expect(spawnSync('sh', ['-n'], { input: fileOf({}, name) }).status).toBe(0);
});

test('offers its metrics itself, unless it says no', () => {
  const names = (props: Partial<RabbitmqProps>) =>
    containerOf(props).ports.map(({ name, containerPort }: Record<string, unknown>) => `${name} ${containerPort}`);
  expect(names({})).toEqual(['amqp 5672', 'epmd 4369', 'distribution 25672', 'metrics 15692']);
  expect(fileOf({}, 'enabled_plugins')).toBe('[rabbitmq_prometheus].\n');
  expect(names({ metrics: false })).not.toContain('metrics 15692');
  expect(fileOf({ metrics: false }, 'enabled_plugins')).toBe('[].\n');
});

test('offers the management page to its users where it is asked for', () => {
  const { env, find } = events({ management: true });
  expect(fileOf({ management: true }, 'enabled_plugins')).toBe('[rabbitmq_prometheus, rabbitmq_management].\n');
  expect(env.EVENTS_MANAGEMENT_URL).toBe('http://events:15672');
  expect(find('NetworkPolicy', 'orders')?.spec.egress[0].ports).toEqual([
    { port: 5672, protocol: 'TCP' },
    { port: 15_672, protocol: 'TCP' },
  ]);
});

test('enables a plugin once, however often it is named', () => {
  expect(fileOf({ plugins: ['rabbitmq_shovel', 'rabbitmq_prometheus'] }, 'enabled_plugins')).toBe(
    '[rabbitmq_prometheus, rabbitmq_shovel].\n',
  );
});

test('takes further settings, which win', () => {
  const config = fileOf({ settings: { 'log.console': false, heartbeat: 30 } }, 'rabbitmq.conf');
  expect(config).toContain('log.console = false\n');
  expect(config).not.toContain('log.console = true\n');
  expect(config).toMatch(/heartbeat = 30\n$/);
});

test('tells its users where it is', () => {
  expect(events().env).toMatchObject({
    EVENTS_URL: 'amqp://events:5672',
    EVENTS_HOST: 'events',
    EVENTS_PORT: '5672',
    EVENTS_NODES: 'events-0.events-peers:5672,events-1.events-peers:5672,events-2.events-peers:5672',
    EVENTS_VHOST: '/',
  });
});

test('a user has the virtual host that it names', () => {
  expect(events({}, { vhost: 'mall' }).env.EVENTS_VHOST).toBe('mall');
  expect(events({}, { vhost: 'mall' }).system.uses).toContainEqual(
    expect.objectContaining({ from: 'production/orders', vhost: 'mall' }),
  );
});

describe('accounts', () => {
  const { system, find, objects } = played(
    (shop) => {
      const backend = StatefulBackend.rabbitmq(shop, 'events', least);
      new StatelessService(shop, 'reports', { image: 'reports:1.0.0' }).uses(backend, {
        vhost: 'mall',
        access: 'read-only',
      });
      return backend;
    },
    { vhost: 'mall' },
  );
  const job = objects.find(({ kind }) => kind === 'Job');
  const pod = job?.spec.template.spec;

  test('of its users are made by a Job, each in its virtual host', () => {
    expect(pod.containers[0].env).toContainEqual({ name: 'ACCOUNTS', value: 'orders write mall\nreports read mall' });
    expect(system.uses.find(({ from }) => from === 'production/orders')?.account).toMatchObject({
      secret: 'events-orders',
      made: true,
    });
  });

  test('need the cookie, which no user gets', () => {
    const secretOf = (volumes: { secret?: { secretName: string; items?: object[] } }[], name: string) =>
      volumes.find(({ secret }) => secret?.secretName === name)?.secret;
    expect(secretOf(pod.volumes, 'events')?.items).toContainEqual({ key: 'erlang-cookie', path: 'erlangCookie' });
    const { volumes } = find('Deployment', 'orders')?.spec.template.spec ?? {};
    expect(secretOf(volumes, 'events')).toBeUndefined();
  });

  test('are made over the ports by which members reach each other', () => {
    const { egress } = find('NetworkPolicy', 'events-accounts')?.spec ?? {};
    const ports = egress.flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port));
    expect(ports.sort()).toEqual([25_672, 4369, 5672]);
  });

  test('are one where that is wanted', () => {
    const shared = events({ accounts: 'shared' });
    expect(shared.objects.filter(({ kind }) => kind === 'Job')).toEqual([]);
    expect(shared.env).toHaveProperty('EVENTS_PASSWORD_FILE');
  });

  test('have no virtual host that would end a line of the Job', () => {
    expect(events({}, { vhost: 'my mall' }).findings.join()).toContain(
      '\'vhost\': must be at most 128 letters, digits, dots, slashes, underscores and dashes, got "my mall"',
    );
  });
});

test('says how many connections it accepts', () => {
  expect(fileOf({ maxConnections: 300 }, 'rabbitmq.conf')).toContain('connection_max = 300\n');
  const [backend] = events({ maxConnections: 300 }).system.backends;
  expect(backend).toMatchObject({ engine: 'rabbitmq', members: 3, quorum: true, maxConnections: 300 });
});

test.each<[object, string]>([
  [{ storage: undefined }, "'storage': must be a size such as 10Gi, or { size, storageClass }, got nothing"],
  [{ credentials: undefined }, "'credentials': must be set: passwords are never made up"],
  [
    { replicas: 4 },
    "'replicas': must be odd, got 4: 3 of 4 must be there, so it bears the loss of 1, no more than 3 members do",
  ],
  [{ queueType: 'mirrored' }, '\'queueType\': must be one of "quorum", "classic", got "mirrored"'],
  [{ plugins: ['a b'] }, '\'plugins.0\': must be the name of a plugin such as rabbitmq_shovel, got "a b"'],
  [{ management: 'yes' }, '\'management\': must be true or false, got "yes"'],
  [{ maxConnections: 1 }, "'maxConnections': must be between 10 and 1000000, inclusive, got 1"],
  [
    { settings: { heartbeat: '1\n2' } },
    '\'settings.heartbeat\': must be text on one line, a number, true or false, got "1\\n2"',
  ],
  [{ definitions: {} }, "'definitions': must not be set, there is no such property"],
])('refuses %j', (props, message) => {
  expect(messages((shop) => StatefulBackend.rabbitmq(shop, 'events', { ...least, ...props } as never))).toContain(
    message,
  );
});
