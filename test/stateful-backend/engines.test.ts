import { spawnSync } from 'node:child_process';
import { type Environment, StatefulBackend, type Usable } from '../../lib';
import { messages, played, yamlOf } from './helpers';

const accounts = { secret: 'accounts' };
const database = (shop: Environment) =>
  StatefulBackend.mysql(shop, 'registry-db', { storage: '5Gi', credentials: { secret: 'registry-db' } });

/** Every engine with the least that it needs. */
const engines: Readonly<Record<string, (shop: Environment, props?: object) => Usable<never>>> = {
  mysql: (shop, props) => StatefulBackend.mysql(shop, 'backend', { storage: '10Gi', credentials: accounts, ...props }),
  mariadb: (shop, props) =>
    StatefulBackend.mariadb(shop, 'backend', { storage: '10Gi', credentials: accounts, ...props }),
  postgres: (shop, props) =>
    StatefulBackend.postgres(shop, 'backend', { storage: '10Gi', credentials: accounts, ...props }),
  mongodb: (shop, props) =>
    StatefulBackend.mongodb(shop, 'backend', { storage: '10Gi', credentials: accounts, ...props }),
  memcached: (shop, props) => StatefulBackend.memcached(shop, 'backend', { ...props }),
  kafka: (shop, props) => StatefulBackend.kafka(shop, 'backend', { storage: '10Gi', ...props }),
  elasticsearch: (shop, props) => StatefulBackend.elasticsearch(shop, 'backend', { storage: '10Gi', ...props }),
  consul: (shop, props) => StatefulBackend.consul(shop, 'backend', { storage: '10Gi', ...props }),
  nacos: (shop, props) =>
    StatefulBackend.nacos(shop, 'backend', {
      storage: '5Gi',
      credentials: accounts,
      database: database(shop),
      ...props,
    }),
  etcd: (shop, props) => StatefulBackend.etcd(shop, 'backend', { storage: '10Gi', ...props }),
  zookeeper: (shop, props) => StatefulBackend.zookeeper(shop, 'backend', { storage: '10Gi', ...props }),
  rabbitmq: (shop, props) =>
    StatefulBackend.rabbitmq(shop, 'backend', { storage: '10Gi', credentials: accounts, ...props }),
  apollo: (shop, props) => StatefulBackend.apollo(shop, 'backend', { database: database(shop), ...props }),
  eureka: (shop, props) =>
    StatefulBackend.eureka(shop, 'backend', { image: 'registry.example.com/eureka:2.0.0', ...props }),
};
const names = Object.keys(engines);
const make = (name: string) => engines[name] as (shop: Environment, props?: object) => Usable;
const env = (name: string, use = {}) => played((shop) => make(name)(shop), use).env;

test.each(names)('%s needs nothing but …', (name) => {
  expect(yamlOf((shop) => make(name)(shop))).toMatchSnapshot();
});

test.each(names)('%s has scripts that a shell can read', (name) => {
  const { objects } = played((shop) => make(name)(shop));
  const scripts = objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .filter(([file]) => file.endsWith('.sh'));
  for (const [file, text] of scripts) {
    expect([file, spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' }).stderr]).toEqual([file, '']);
  }
});

/** Engines whose accounts are opt-in: production is asked for them. */
const open = ['kafka', 'elasticsearch'];

test.each(names)('%s triggers no rule, but where it has no accounts in production', (name) => {
  const expected = open.includes(name) ? [expect.stringMatching(/^account-missing /)] : [];
  expect(played((shop) => make(name)(shop)).findings).toEqual(expected);
});

test.each(names)(
  '%s is the same for its users where somebody else runs it, but for the list of its members',
  (name) => {
    const outside = played((shop) =>
      make(name)(shop, { provider: 'external', external: { host: 'elsewhere.example.com', cidrs: ['10.9.0.0/24'] } }),
    ).env;
    expect(Object.keys(env(name))).toEqual(expect.arrayContaining(Object.keys(outside)));
    expect(outside.BACKEND_HOST).toBe('elsewhere.example.com');
  },
);

const voters = ['mongodb', 'kafka', 'elasticsearch', 'consul', 'nacos', 'etcd', 'zookeeper', 'rabbitmq'];

test.each(voters)('%s votes, so its members are odd', (name) => {
  expect(messages((shop) => make(name)(shop, { replicas: 4 }))).toContain(
    "'replicas': must be odd, got 4: 3 of 4 must be there, so it bears the loss of 1, no more than 3 members do",
  );
  expect(played((shop) => make(name)(shop)).find('StatefulSet', 'backend')?.spec.podManagementPolicy).toBe('Parallel');
});

test.each(voters.filter((name) => name !== 'kafka'))('of 5 members of %s 2 may be away', (name) => {
  const { find } = played((shop) => make(name)(shop, { replicas: 5 }));
  expect(find('PodDisruptionBudget', 'backend')?.spec.maxUnavailable).toBe(2);
});

test.each(['mysql', 'mariadb', 'postgres'])(
  '%s has one member that takes writes, and a Service for reading',
  (name) => {
    expect(env(name)).toMatchObject({
      BACKEND_HOST: 'backend',
      BACKEND_READ_HOST: 'backend-read',
      BACKEND_DATABASE: 'backend',
    });
    expect(env(name, { access: 'read-only' }).BACKEND_HOST).toBe('backend-read');
    const { find } = played((shop) => make(name)(shop));
    expect(find('Service', 'backend')?.spec.selector).toHaveProperty(
      ['statefulset.kubernetes.io/pod-name'],
      'backend-0',
    );
    expect(find('StatefulSet', 'backend')?.spec.podManagementPolicy).toBe('OrderedReady');
  },
);

test.each(['mysql', 'mariadb', 'postgres', 'mongodb'])('%s makes up no password', (name) => {
  expect(messages((shop) => make(name)(shop, { credentials: undefined }))).toContain(
    "'credentials': must be set: passwords are never made up",
  );
});

test.each(['mysql', 'mariadb', 'postgres', 'mongodb'])('%s gives its users their account, and no other', (name) => {
  const { find } = played((shop) => make(name)(shop));
  const { volumes } = find('Deployment', 'orders')?.spec.template.spec ?? {};
  expect(volumes.find(({ secret }: { secret?: object }) => secret).secret.items).toEqual([
    { key: 'username', path: 'username' },
    { key: 'password', path: 'password' },
  ]);
});

test.each(names.filter((name) => !['memcached', 'apollo', 'eureka'].includes(name)))(
  '%s says what it stores',
  (name) => {
    expect(messages((shop) => make(name)(shop, { storage: 'much' }))).toContain(
      '\'storage\': must be a size such as 10Gi, at least 1Mi, got "much"',
    );
  },
);

test('as many connections as a database takes stand in the model', () => {
  const { system } = played((shop) => make('mysql')(shop, { maxConnections: 300 }));
  expect(system.backends[0]).toMatchObject({ engine: 'mysql', maxConnections: 300, reservedConnections: 11 });
});

test('Kafka loses one of five at a time, or partitions would take no writes', () => {
  const { find, system } = played((shop) => make('kafka')(shop, { replicas: 5, partitions: 24 }));
  expect(find('PodDisruptionBudget', 'backend')?.spec.maxUnavailable).toBe(1);
  expect(system.backends[0]).toMatchObject({ partitions: 24 });
});

test('Memcached tells its users every member, because they spread the keys', () => {
  expect(env('memcached').BACKEND_NODES.split(',')).toEqual([
    'backend-0.backend-peers:11211',
    'backend-1.backend-peers:11211',
    'backend-2.backend-peers:11211',
  ]);
});
