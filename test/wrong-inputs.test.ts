import { existsSync } from 'node:fs';
import {
  ApiGateway,
  Backup,
  BatchJob,
  ConfigCenter,
  Environment,
  ExternalBackend,
  fromFile,
  LoggingSidecar,
  Migration,
  MonitoredApp,
  NodeAgent,
  ScheduledJob,
  ShardedDatabase,
  StatefulBackend,
  StatelessService,
  suppress,
} from '../lib';
import { SynthError } from '../lib/synth/synth-error';
import { findingsOf, quietApp } from './support/render';
import './support/yaml-snapshot';

type Shop = Environment<string>;
const image = 'orders:2.0.1';
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const getter = Object.defineProperty({}, 'image', {
  enumerable: true,
  get: () => {
    throw new Error('no image today');
  },
});

// What follows is what a program without the compiler, or against it, can do.
// biome-ignore-start lint/suspicious/noExplicitAny: wrong on purpose
const service = (shop: Shop, props: any = {}, id: any = 'orders') => new StatelessService<any>(shop, id, props);
const withImage = (shop: Shop, props: object) => service(shop, { image, ...props });
const call = (shop: Shop, options: any, callee: object = {}) => {
  const payments = service(shop, { image, ...callee }, 'payments');
  withImage(shop, {}).calls(payments, options);
};
const environment = (shop: Shop, props: any, id: any = 'other') => new Environment(shop.node.root as any, id, props);
const external = (shop: Shop, props: any, id: any = 'database') => new ExternalBackend<any>(shop, id, props);
const backend = (shop: Shop, props: any, id: any = 'files') => new StatefulBackend<any>(shop, id, props);
const files = { image: 'files:1.0.3', ports: 9000, storage: '1Gi' };
const postgres = (shop: Shop, props: any) =>
  StatefulBackend.postgres(shop, 'orders-db', { storage: '1Gi', credentials: { secret: 'orders-db' }, ...props });
const east = (shop: Shop, ports: any = { postgres: 5432 }) => external(shop, { host: 'db.example.com', ports }, 'east');
const sharded = (shop: Shop, props: any) =>
  ShardedDatabase.postgres(shop, 'orders-db', {
    shards: 2,
    tables: { orders: { shardBy: 'customer_id' } },
    storage: '1Gi',
    credentials: { secret: 'orders-db' },
    ...props,
  });
const engine = (shop: Shop, name: Exclude<keyof typeof StatefulBackend, 'prototype'>, props: any) =>
  (StatefulBackend[name] as any)(shop, 'it', {
    storage: '10Gi',
    ...(['mysql', 'postgres', 'mongodb', 'rabbitmq', 'nacos'].includes(name) ? { credentials: { secret: 'it' } } : {}),
    ...(name === 'nacos'
      ? { database: StatefulBackend.mysql(shop, 'db', { storage: '5Gi', credentials: { secret: 'db' } }) }
      : {}),
    ...props,
  });
const gateway = (shop: Shop, props: any, id: any = 'gateway') => {
  const made = new ApiGateway(shop, id, props);
  made.route('/', withImage(shop, {}));
  return made;
};
const route = (shop: Shop, path: any, options?: any) =>
  new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' } }).route(
    path,
    withImage(shop, {}),
    options,
  );
const config = (shop: Shop, props: any, use: any = {}) =>
  withImage(shop, {}).configure(new ConfigCenter<any, any, any, any, any>(shop, 'settings', props), use);
const logs = (shop: Shop, props: any, id: any = 'logs') => new LoggingSidecar(withImage(shop, {}), id, props);
const output = { elasticsearch: { hosts: ['logs.example.com:9200'] } };
const monitor = (shop: Shop, props: any) => new MonitoredApp(withImage(shop, {}), 'monitoring', props);
const job = (shop: Shop, props: any, id: any = 'backfill') => new BatchJob(shop, id, { image, ...props });
const scheduled = (shop: Shop, props: any, id: any = 'report') =>
  new ScheduledJob(shop, id, { image, schedule: '@daily', ...props });
const migration = (shop: Shop, props: any, id: any = 'schema') => new Migration(shop, id, { image, ...props });
const backup = (shop: Shop, props: any, id: any = 'backup') =>
  new Backup(StatefulBackend.mysql(shop, 'orders-db', { storage: '10Gi', credentials: { secret: 'orders-db' } }), id, {
    schedule: '@daily',
    to: { volume: '50Gi' },
    ...props,
  });
const backupOf = (target: any) => new Backup(target, 'backup', { schedule: '@daily', to: { volume: '50Gi' } });
const agent = (shop: Shop, props: any) => new NodeAgent<any>(shop, 'agent', { image, ...props });
// biome-ignore-end lint/suspicious/noExplicitAny: as above

const wrong: Readonly<Record<string, (shop: Shop) => unknown>> = {
  'service: no properties': (shop) => service(shop, undefined),
  'service: null for properties': (shop) => service(shop, null),
  'service: text for properties': (shop) => service(shop, 'orders:1'),
  'service: a list for properties': (shop) => service(shop, [image]),
  'service: no image': (shop) => service(shop, {}),
  'service: an empty image': (shop) => service(shop, { image: '' }),
  'service: an image with spaces': (shop) => service(shop, { image: 'orders 1' }),
  'service: an image in capitals': (shop) => service(shop, { image: 'Orders:1' }),
  'service: a number for the image': (shop) => service(shop, { image: 5 }),
  'service: a property that does not exist': (shop) => withImage(shop, { replica: 3 }),
  'service: a property from far away': (shop) => withImage(shop, { xyz: 3 }),
  'service: a property that every object has': (shop) => withImage(shop, { toString: 'x', constructor: 'y' }),
  'service: an id in capitals': (shop) => service(shop, { image }, 'My_Svc'),
  'service: an id that is a number': (shop) => service(shop, { image }, '42'),
  'service: an id of 64 characters': (shop) => service(shop, { image }, 'a'.repeat(64)),
  'service: an id that leaves the folder': (shop) => service(shop, { image }, '..'),
  'service: an id with a slash': (shop) => service(shop, { image }, 'a/b'),
  'service: an id twice': (shop) => [withImage(shop, {}), withImage(shop, {})],
  'service: port 0': (shop) => withImage(shop, { ports: 0 }),
  'service: port 70000': (shop) => withImage(shop, { ports: 70_000 }),
  'service: half a port': (shop) => withImage(shop, { ports: 80.5 }),
  'service: not a number for a port': (shop) => withImage(shop, { ports: Number.NaN }),
  'service: text for ports': (shop) => withImage(shop, { ports: '8080' }),
  'service: a port name in capitals': (shop) => withImage(shop, { ports: { HTTP: 8080 } }),
  'service: a port name of 16 characters': (shop) => withImage(shop, { ports: { 'a-very-long-name': 8080 } }),
  'service: a port without a number': (shop) => withImage(shop, { ports: { http: {} } }),
  'service: a port with a protocol that nobody speaks': (shop) =>
    withImage(shop, { ports: { http: { port: 80, protocol: 'soap' } } }),
  'service: two ports with one number': (shop) => withImage(shop, { ports: { http: 8080, admin: 8080 } }),
  'service: a node port that is too low': (shop) => withImage(shop, { ports: { http: { port: 8080, nodePort: 80 } } }),
  'service: fewer pods than none': (shop) => withImage(shop, { replicas: -1 }),
  'service: half a pod': (shop) => withImage(shop, { replicas: 2.5 }),
  'service: infinitely many pods': (shop) => withImage(shop, { replicas: Number.POSITIVE_INFINITY }),
  'service: more pods than an integer holds': (shop) => withImage(shop, { replicas: 1e300 }),
  'service: a range without an end': (shop) => withImage(shop, { replicas: { from: 2 } }),
  'service: a range backwards': (shop) => withImage(shop, { replicas: { from: 5, to: 2 } }),
  'service: a range of text': (shop) => withImage(shop, { replicas: '2-5' }),
  'service: 0 percent of the CPU': (shop) => withImage(shop, { replicas: { from: 2, to: 5, cpuPercent: 0 } }),
  'service: a duration without a unit': (shop) => withImage(shop, { startupTime: '60' }),
  'service: a duration in another unit': (shop) => withImage(shop, { startupTime: '1d' }),
  'service: a start in no time': (shop) => withImage(shop, { startupTime: '0s' }),
  'service: a number for a duration': (shop) => withImage(shop, { requestTimeout: 30 }),
  'service: a probe that asks nothing': (shop) => withImage(shop, { readiness: {} }),
  'service: a probe that asks two things': (shop) => withImage(shop, { readiness: { http: '/', tcp: true } }),
  'service: a probe of a port that is not there': (shop) =>
    withImage(shop, { readiness: { http: '/', port: 'admin' } }),
  'service: a probe without a slash': (shop) => withImage(shop, { readiness: { http: 'ready' } }),
  'service: true for a probe': (shop) => withImage(shop, { readiness: true }),
  'service: a type of Service that does not exist': (shop) => withImage(shop, { serviceType: 'ExternalName' }),
  'service: memory in a unit that does not exist': (shop) => withImage(shop, { resources: { memory: '512MB' } }),
  'service: memory as a number': (shop) => withImage(shop, { resources: { memory: 512 } }),
  'service: an unknown resource': (shop) => withImage(shop, { resources: { gpu: '1' } }),
  'service: a variable with a dash': (shop) => withImage(shop, { env: { 'LOG-LEVEL': 'info' } }),
  'service: a variable without a value': (shop) => withImage(shop, { env: { LOG_LEVEL: null } }),
  'service: a function for a variable': (shop) => withImage(shop, { env: { LOG_LEVEL: () => 'info' } }),
  'service: half a character in a variable': (shop) => withImage(shop, { env: { TEXT: 'a\ud800' } }),
  'service: a secret in a variable': (shop) =>
    withImage(shop, { env: { DATABASE: 'mysql://root:hunter2hunter2@db/orders' } }),
  'service: a writable path that is relative': (shop) => withImage(shop, { writablePaths: { cache: '1Gi' } }),
  'service: a writable path that goes up': (shop) => withImage(shop, { writablePaths: { '/var/../etc': '1Gi' } }),
  'service: root as the user': (shop) => withImage(shop, { uid: 0 }),
  'service: a sidecar without a name': (shop) => withImage(shop, { sidecars: [{ image }] }),
  'service: a sidecar with the name of the application': (shop) =>
    withImage(shop, { sidecars: [{ name: 'orders', image }] }),
  'service: a volume that is no map': (shop) => withImage(shop, { volumes: ['data'] }),
  'service: one path mounted twice': (shop) =>
    withImage(shop, { volumes: [{ name: 'more', emptyDir: {} }], volumeMounts: [{ name: 'more', mountPath: '/tmp' }] }),
  'service: a mount of a volume that is not there': (shop) =>
    withImage(shop, { volumeMounts: [{ name: 'nothing', mountPath: '/data' }] }),
  'service: a priority that does not exist': (shop) => withImage(shop, { priority: 'high' }),
  'service: an annotation with a space': (shop) => withImage(shop, { podAnnotations: { 'my note': 'x' } }),
  'service: a number for an annotation': (shop) => withImage(shop, { annotations: { note: 5 } }),
  'service: a node label that is too long': (shop) => withImage(shop, { nodeSelector: { disk: 'x'.repeat(64) } }),
  'service: more than all may be away': (shop) => withImage(shop, { maxUnavailable: '101%' }),
  'service: nobody may be away': (shop) => withImage(shop, { maxUnavailable: 0 }),
  'service: an alias without a letter': (shop) => withImage(shop, { aliases: ['...'] }),
  'service: an alias twice': (shop) => withImage(shop, { aliases: ['order', 'Order'] }),
  'service: an alias that another service has': (shop) => [
    withImage(shop, { aliases: ['payments'] }),
    service(shop, { image }, 'payments'),
  ],
  'service: data in a circle': (shop) => withImage(shop, { overrides: { deployment: cyclic } }),
  'service: a date in an override': (shop) => withImage(shop, { overrides: { deployment: { spec: new Date(0) } } }),
  'service: an override of something that it has not': (shop) => withImage(shop, { overrides: { ingress: {} } }),
  'service: a property that fails': (shop) => service(shop, getter),
  'service: everything at once': (shop) =>
    service(shop, { image: 1, ports: 'a', replicas: -1, startupTime: 5, env: [], uid: 0, extra: {} }),

  'call: nobody': (shop) => withImage(shop, {}).calls(undefined as never),
  'call: something that is no service': (shop) => withImage(shop, {}).calls(shop as never),
  'use: nobody': (shop) => withImage(shop, {}).uses(undefined as never),
  'use: a service': (shop) => withImage(shop, {}).uses(service(shop, { image }, 'payments') as never),
  'configure: nothing': (shop) => withImage(shop, {}).configure(undefined as never, {} as never),
  'route: to nobody': (shop) =>
    new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' } }).route(
      '/',
      undefined as never,
    ),
  'service: two ports under one number': (shop) =>
    withImage(shop, { ports: { http: { port: 8080, servicePort: 80 }, web: { port: 8081, servicePort: 80 } } }),
  'call: itself': (shop) => {
    const orders = withImage(shop, {});
    orders.calls(orders);
  },
  'call: a port that is not there': (shop) => call(shop, { port: 'admin' }),
  'call: a callee without ports': (shop) => call(shop, {}, { ports: {} }),
  'call: one of two ports without saying which': (shop) => call(shop, {}, { ports: { api: 8080, admin: 9090 } }),
  'call: retries of what is not idempotent': (shop) => call(shop, { retries: 1 }),
  'call: fewer retries than none': (shop) => call(shop, { retries: -1 }),
  'call: a timeout of nothing': (shop) => call(shop, { timeout: '0s' }),
  'call: null for options': (shop) => call(shop, null),
  'call: a variable prefix with a dash': (shop) => call(shop, { env: 'MY-PAYMENTS' }),
  'call: a variable that is there already': (shop) => {
    const payments = service(shop, { image }, 'payments');
    withImage(shop, { env: { PAYMENTS_URL: 'http://elsewhere' } }).calls(payments);
  },
  'call: each other': (shop) => {
    const [a, b] = [service(shop, { image }, 'a'), service(shop, { image }, 'b')];
    a.calls(b);
    b.calls(a);
  },

  'environment: an id in capitals': (shop) => environment(shop, {}, 'Production'),
  'environment: a Kubernetes of long ago': (shop) => environment(shop, { kubernetesVersion: '1.20' }),
  'environment: a namespace with a dot': (shop) => environment(shop, { namespace: 'shop.test' }),
  'environment: a runbook that is no address': (shop) => environment(shop, { monitoring: { runbook: 'wiki' } }),
  'environment: a severity that does not exist': (shop) =>
    environment(shop, { monitoring: { severities: { fatal: 'page' } } }),
  'environment: text for monitoring': (shop) => environment(shop, { monitoring: 'prometheus' }),
  'environment: a pull secret twice': (shop) => environment(shop, { imagePullSecrets: ['login', 'login'] }),
  'environment: a registry with a scheme': (shop) => environment(shop, { registry: 'https://registry.example.com' }),
  'environment: an owner without an address': (shop) => environment(shop, { owner: { team: 'shop' } }),
  'environment: a quota of text': (shop) => environment(shop, { quota: 'much' }),
  'environment: backend TLS without an issuer': (shop) => environment(shop, { backendTls: { issuerKind: 'Issuer' } }),
  'environment: backend TLS as a word': (shop) => environment(shop, { backendTls: true }),
  'environment: a negative priority base': (shop) => environment(shop, { priorityBase: -1 }),
  'environment: a priority base for classes that exist': (shop) =>
    environment(shop, { priorityBase: 1, priorityClasses: { critical: 'a', standard: 'b', optional: 'c' } }),
  'environment: a class for a priority that does not exist': (shop) =>
    environment(shop, { priorityClasses: { urgent: 'platform-urgent' } }),
  'environment: cluster-scoped objects of nobody': (shop) => environment(shop, { clusterScoped: false }),
  'environment: name resolution of an unknown platform': (shop) => environment(shop, { dns: 'coredns' }),
  'environment: a range for the address of the DNS Service': (shop) =>
    environment(shop, { dns: { clusterIp: '10.96.0.0/12' } }),
  'environment: name resolution nowhere': (shop) => environment(shop, { dns: { peers: [] } }),
  'environment: no value to pick': (shop) => shop.pick({ production: 1 } as never),

  'external: no place': (shop) => external(shop, { ports: 3306 }),
  'external: two places': (shop) => external(shop, { host: 'db.example.com', addresses: ['10.0.0.7'], ports: 3306 }),
  'external: an address for a host': (shop) => external(shop, { host: '10.0.0.7', ports: 3306 }),
  'external: an address of this machine': (shop) => external(shop, { addresses: ['127.0.0.1'], ports: 3306 }),
  'external: no port': (shop) => external(shop, { host: 'db.example.com' }),
  'external: a range that is none': (shop) =>
    external(shop, { host: 'db.example.com', ports: 3306, cidrs: ['10.0.0.0/33'] }),

  'backend: no storage said': (shop) => backend(shop, { image: 'files:1', ports: 9000 }),
  'backend: no members': (shop) => backend(shop, { ...files, replicas: 0 }),
  'backend: a new version from half a member on': (shop) => backend(shop, { ...files, updatePartition: 0.5 }),
  'backend: members that are kept apart a little': (shop) => backend(shop, { ...files, spread: 'a little' as never }),
  'backend: two members that vote': (shop) => backend(shop, { ...files, replicas: 2, quorum: true }),
  'backend: a peer port that it has not': (shop) => backend(shop, { ...files, peerPorts: ['gossip'] }),
  'backend: a peer port twice': (shop) => backend(shop, { ...files, peerPorts: ['tcp', 'tcp'] }),
  'backend: TLS without an issuer': (shop) => backend(shop, { ...files, tls: {} }),
  'backend: TLS from an issuer and from a Secret': (shop) =>
    backend(shop, { ...files, tls: { issuer: 'shop-ca', secret: 'files-tls' } }),
  'backend: TLS for a URL': (shop) =>
    backend(shop, { ...files, tls: { issuer: 'shop-ca', dnsNames: ['https://files.example.com'] } }),
  'kafka: a topic with a blank': (shop) => engine(shop, 'kafka', { topics: { 'my orders': {} } }),
  'kafka: a topic without partitions': (shop) => engine(shop, 'kafka', { topics: { orders: { partitions: 0 } } }),
  'kafka: more copies than members': (shop) => engine(shop, 'kafka', { topics: { orders: { replicas: 4 } } }),
  'kafka: a key of its Secret that it has no use for': (shop) =>
    engine(shop, 'kafka', { credentials: { secret: 'it', keys: { token: 'token' } } }),
  'kafka: a mechanism that does not exist': (shop) =>
    engine(shop, 'kafka', {
      provider: 'external',
      external: { host: 'kafka.example.com', sasl: { mechanism: 'MD5' } },
    }),
  'engine: TLS of one that has none': (shop) => engine(shop, 'zookeeper', { tls: { issuer: 'shop-ca' } }),
  'backend: storage in a unit that does not exist': (shop) => backend(shop, { ...files, storage: '50GB' }),
  'redis: a cluster of two': (shop) =>
    StatefulBackend.redis(shop, 'cache', { storage: '1Gi', topology: 'cluster', replicas: 2 }),
  'redis: from a provider that does not exist': (shop) =>
    StatefulBackend.redis(shop, 'cache', { storage: '1Gi', provider: 'cloud' } as never),
  'database: follows nothing that could be followed': (shop) => postgres(shop, { follows: 'orders-db-east', site: 1 }),
  'database: follows without saying which site it is': (shop) => postgres(shop, { follows: east(shop) }),
  'database: follows over TLS without a Secret': (shop) =>
    postgres(shop, { follows: { primary: east(shop), tls: { key: 'ca.crt' } }, site: 1 }),
  'database: follows something of another kind': (shop) =>
    postgres(shop, { follows: east(shop, { mysql: 3306 }), site: 1 }),
  'database: a site that is no number': (shop) => postgres(shop, { site: 'west' }),
  'database: followers that are no ranges': (shop) => postgres(shop, { followers: ['10.9.0.7', 'west'] }),
  'database: nobody may follow it': (shop) => postgres(shop, { followers: [] }),
  'redis: external without a place': (shop) => StatefulBackend.redis(shop, 'cache', { provider: 'external' } as never),

  'sharded: one shard': (shop) => sharded(shop, { shards: 1 }),
  'sharded: nothing to shard': (shop) => sharded(shop, { tables: { currencies: 'every shard' } }),
  'sharded: by nothing': (shop) => sharded(shop, { tables: { orders: {} } }),
  'sharded: a table that breaks out of its name': (shop) => sharded(shop, { tables: { 'a: b': { shardBy: 'id' } } }),
  'sharded: a column with code in it': (shop) => sharded(shop, { tables: { orders: { shardBy: 'x); exit(' } } }),
  'sharded: a column that means something else': (shop) => sharded(shop, { tables: { orders: { shardBy: 'class' } } }),
  'sharded: a column in two ways': (shop) =>
    sharded(shop, { tables: { orders: { shardBy: 'customer_id' }, carts: { shardBy: 'Customer_ID' } } }),
  'sharded: beside a table that there is not': (shop) =>
    sharded(shop, { tables: { orders: { shardBy: 'customer_id', with: 'customers' } } }),
  'sharded: beside itself': (shop) => sharded(shop, { tables: { orders: { shardBy: 'id', with: 'orders' } } }),
  'sharded: replicas that there are not': (shop) => sharded(shop, { reads: 'replicas', replicas: 1 }),
  'sharded: no account': (shop) => sharded(shop, { credentials: undefined }),
  'sharded: a key that its engine does not know': (shop) =>
    sharded(shop, { credentials: { secret: 'orders-db', keys: { passwort: 'word' } } }),
  'sharded: a proxy with a port of its own': (shop) => sharded(shop, { proxy: { ports: 3307 } }),
  'sharded: no connections': (shop) => sharded(shop, { proxy: { connectionsPerShard: 0 } }),
  'sharded: MySQL without its driver': (shop) =>
    ShardedDatabase.mysql(shop, 'orders-db', {
      shards: 2,
      tables: { orders: { shardBy: 'customer_id' } },
      storage: '1Gi',
      credentials: { secret: 'orders-db' },
    } as never),
  'sharded: external without a place': (shop) => sharded(shop, { provider: 'external', shards: 0 }),
  'sharded: more connections than a shard accepts': (shop) => sharded(shop, { proxy: { connectionsPerShard: 100 } }),

  'redis: replicas of shards that it has not': (shop) => engine(shop, 'redis', { replicasPerShard: 2 }),
  'redis: words of its config file': (shop) =>
    engine(shop, 'redis', { topology: 'Sentinel', eviction: 'lru', fsync: true }),
  'engine: text for properties': (shop) => StatefulBackend.kafka(shop, 'it', '5Gi' as never),
  'engine: elsewhere as text': (shop) => engine(shop, 'kafka', { provider: 'external', external: 'kafka.example.com' }),
  'engine: elsewhere without a place': (shop) => engine(shop, 'kafka', { provider: 'external' }),
  'engine: elsewhere, in the words of something else': (shop) =>
    engine(shop, 'kafka', { provider: 'external', external: { hostname: 'kafka.example.com', port: 9092 } }),
  'engine: elsewhere, a port of another name': (shop) =>
    engine(shop, 'kafka', { provider: 'external', external: { host: 'kafka.example.com', ports: { tcp: 9092 } } }),
  'engine: elsewhere, one number for two ports': (shop) =>
    engine(shop, 'nacos', { provider: 'external', external: { host: 'nacos.example.com', ports: 8848 } }),
  'engine: half a byte': (shop) => engine(shop, 'etcd', { storage: '500m' }),
  'mysql: everything at once': (shop) =>
    engine(shop, 'mysql', {
      storage: 5,
      credentials: 'root',
      replicas: 'two',
      maxConnections: '500',
      database: 'orders/db',
      accounts: 'one',
      settings: { 'innodb buffer': 1, max_connections: null },
    }),
  'call: of a backend': (shop) => {
    const caller = withImage(shop, {});
    caller.calls(engine(shop, 'rabbitmq', {}));
    return caller;
  },
  'mysql: a database whose name no server takes': (shop) => {
    const it = engine(shop, 'mysql', {});
    withImage(shop, {}).uses(it, { database: 'orders/db' });
    return it;
  },
  'mysql: no Secret and no storage': (shop) => StatefulBackend.mysql(shop, 'it', {} as never),
  'mysql: a key that it does not know': (shop) =>
    engine(shop, 'mysql', { credentials: { secret: 'it', keys: { rootpassword: 'root' } } }),
  'mysql: fewer connections than it needs itself': (shop) => engine(shop, 'mysql', { maxConnections: 10 }),
  'postgres: a setting of two lines': (shop) =>
    engine(shop, 'postgres', { settings: { work_mem: '4MB\nssl = off' }, database: 'orders db' }),
  'mongodb: a Secret without a name, and two members': (shop) =>
    engine(shop, 'mongodb', { credentials: {}, replicas: 2, database: 'orders/db' }),
  'memcached: a volume, and values of the size of its memory': (shop) =>
    StatefulBackend.memcached(shop, 'it', {
      storage: '1Gi',
      maxValueSize: '256Mi',
      resources: { memory: '256Mi' },
    } as never),
  'kafka: everything at once': (shop) =>
    engine(shop, 'kafka', {
      replicas: 4,
      partitions: 0,
      retentionHours: '7d',
      credentials: { secret: 'it' },
      settings: ['auto.create.topics.enable'],
    }),
  'rabbitmq: everything at once': (shop) =>
    engine(shop, 'rabbitmq', {
      replicas: 2,
      queueType: 'mirrored',
      plugins: 'shovel',
      management: 'yes',
      settings: { 'a b': 1 },
      credentials: undefined,
    }),
  'rabbitmq: a plugin in words': (shop) => engine(shop, 'rabbitmq', { plugins: ['Rabbit MQ'] }),
  'etcd: everything at once': (shop) =>
    engine(shop, 'etcd', { clusterState: 'join', quota: '20Gi', historyRetention: 3, replicas: 8, storage: '10Gi' }),
  'zookeeper: everything at once': (shop) =>
    engine(shop, 'zookeeper', { replicas: 2, logStorage: true, maxConnections: 5, settings: { 'tick time': 2 } }),
  'elasticsearch: everything at once': (shop) =>
    engine(shop, 'elasticsearch', {
      replicas: 2,
      memoryMapping: 'on',
      credentials: { name: 'it' },
      settings: { 'cluster.name': {} },
    }),
  'consul: everything at once': (shop) => engine(shop, 'consul', { replicas: 2, datacenter: 'DC_1', metrics: false }),
  'eureka: no image, no members, a volume': (shop) => engine(shop, 'eureka', { replicas: 0 }),
  'nacos: no Secret, and an address for a database': (shop) =>
    engine(shop, 'nacos', { credentials: undefined, database: 'mysql://db', replicas: 2 }),
  'rabbitmq: accounts of another kind': (shop) => engine(shop, 'rabbitmq', { accounts: 'own' }),
  'elasticsearch: accounts without certificates, logs for no time': (shop) =>
    engine(shop, 'elasticsearch', { credentials: { secret: 'it' }, retentionDays: 0 }),
  'nacos: three members without a database': (shop) =>
    engine(shop, 'nacos', { database: undefined, replicas: 3, console: 8080 }),
  'nacos: another engine for a database': (shop) =>
    engine(shop, 'nacos', { database: StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }) }),
  'apollo: no database': (shop) => StatefulBackend.apollo(shop, 'it', { adminImage: 'Apollo Admin' } as never),
  'apollo: a database without an account': (shop) => {
    const external = { host: 'db.example.com' };
    const database = StatefulBackend.mysql(shop, 'db', {
      provider: 'external',
      external,
      storage: '1Gi',
      accounts: 'shared',
    } as never);
    return StatefulBackend.apollo(shop, 'it', { database });
  },
  'apollo: asked as if it were Nacos': (shop) => {
    const database = StatefulBackend.mysql(shop, 'db', { storage: '5Gi', credentials: { secret: 'db' } });
    const server = StatefulBackend.apollo(shop, 'it', { database });
    return config(shop, { source: { nacos: { server } } });
  },

  'job: no image': (shop) => job(shop, { image: undefined }),
  'job: an id without room for the hash': (shop) => job(shop, {}, 'a'.repeat(53)),
  'job: fewer attempts than none': (shop) => job(shop, { backoffLimit: -1 }),
  'job: a deadline of nothing': (shop) => job(shop, { activeDeadline: '0s' }),
  'job: started again for ever': (shop) => job(shop, { restartPolicy: 'Always' }),
  'job: done by nobody': (shop) => job(shop, { completions: 0 }),
  'job: a port': (shop) => job(shop, { ports: 8080 }),
  'job: a time to live in seconds': (shop) => job(shop, { ttlAfterFinished: 3600 }),
  'job: called by a service': (shop) => withImage(shop, {}).calls(job(shop, {})),
  'job: a sidecar that never ends': (shop) =>
    new BatchJob(new Environment(shop.node.root as never, 'old', { kubernetesVersion: '1.28' }), 'backfill', {
      image,
      sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
    }),
  'scheduled: no schedule': (shop) => scheduled(shop, { schedule: undefined }),
  'scheduled: a schedule of six fields': (shop) => scheduled(shop, { schedule: '0 30 2 * * *' }),
  'scheduled: a time zone in the schedule': (shop) => scheduled(shop, { schedule: 'TZ=Europe/Berlin 30 2 * * *' }),
  'scheduled: the eighth day of the week': (shop) => scheduled(shop, { schedule: '0 0 * * 7' }),
  'scheduled: a time zone that does not exist': (shop) => scheduled(shop, { timeZone: 'Europe/Utopia' }),
  'scheduled: a policy that does not exist': (shop) => scheduled(shop, { concurrencyPolicy: 'Queue' }),
  'scheduled: too late at once': (shop) => scheduled(shop, { startingDeadline: '1s' }),
  'scheduled: a run that meets the next': (shop) =>
    scheduled(shop, { schedule: '*/5 * * * *', concurrencyPolicy: 'Allow' }),
  'scheduled: an id without room for the moment': (shop) => scheduled(shop, {}, 'a'.repeat(53)),
  'migration: an empty check': (shop) => migration(shop, { check: [] }),
  'migration: a check that is text': (shop) => migration(shop, { check: 'flyway validate' }),
  'wait: for nobody': (shop) => withImage(shop, {}).waitsFor(undefined as never),
  'wait: for a service': (shop) => withImage(shop, {}).waitsFor(service(shop, { image }, 'payments') as never),
  'wait: without a way to know': (shop) => withImage(shop, {}).waitsFor(migration(shop, {})),
  'wait: for each other': (shop) => {
    const [a, b] = [migration(shop, { check: ['a'] }, 'a'), migration(shop, { check: ['b'] }, 'b')];
    a.waitsFor(b);
    b.waitsFor(a);
  },
  'backup: no properties': (shop) => backup(shop, { schedule: undefined, to: undefined }),
  'backup: nowhere to go': (shop) => backup(shop, { to: {} }),
  'backup: to a volume without a size': (shop) => backup(shop, { to: { volume: {} } }),
  'backup: to a bucket of somebody else': (shop) => backup(shop, { to: { bucket: 'gs://shop', credentials: {} } }),
  'backup: with keys and an identity': (shop) =>
    backup(shop, {
      to: { bucket: 's3://shop-backups', credentials: { secret: 'backups' }, identity: { podIdentity: true } },
    }),
  'backup: with an identity of another cloud': (shop) =>
    backup(shop, { to: { bucket: 'gs://shop-backups', identity: { podIdentity: true } } }),
  'backup: with an identity of no cloud': (shop) =>
    backup(shop, { to: { bucket: 's3://shop-backups', identity: { role: 'backups' } } }),
  'backup: a region of Google': (shop) =>
    backup(shop, {
      to: {
        bucket: 'gs://shop-backups',
        region: 'europe-west3',
        identity: { googleServiceAccount: 'backups@shop.iam.gserviceaccount.com' },
      },
    }),
  'backup: encrypted with no Secret': (shop) => backup(shop, { encryption: true }),
  'backup: encrypted by the server in an unknown way': (shop) =>
    backup(shop, {
      to: { bucket: 's3://shop-backups', credentials: { secret: 'backups' }, serverSideEncryption: 'DES' },
    }),
  'backup: kept by a rule that a volume does not have': (shop) => backup(shop, { keep: 'bucket-lifecycle' }),
  'backup: an age below the pause': (shop) => backup(shop, { maxAge: '1h' }),
  'backup: to a bucket without an account': (shop) => backup(shop, { to: { bucket: 's3://shop-backups' } }),
  'backup: to an endpoint without a scheme': (shop) =>
    backup(shop, {
      to: { bucket: 's3://shop-backups', endpoint: 's3.example.com', credentials: { secret: 'backups' } },
    }),
  'backup: kept for ever': (shop) => backup(shop, { keep: 'forever' }),
  'backup: nothing kept': (shop) => backup(shop, { keep: { last: 0 } }),
  'backup: kept without a number': (shop) => backup(shop, { keep: {} }),
  'backup: at no time': (shop) => backup(shop, { schedule: 'nightly' }),
  'backup: longer than until the next': (shop) => backup(shop, { schedule: '@hourly', activeDeadline: '3h' }),
  'backup: an age without a unit': (shop) => backup(shop, { maxAge: 24 }),
  'backup: told nowhere': (shop) => backup(shop, { alerts: { via: 'mail' } }),
  'backup: an id in capitals': (shop) => backup(shop, {}, 'Backup'),
  'backup: an id without room for the moment': (shop) => backup(shop, {}, 'a'.repeat(43)),
  'backup: of a service': (shop) => backupOf(withImage(shop, {})),
  'backup: of nothing': () => backupOf(undefined),
  'backup: of something outside that nobody knows': (shop) =>
    backupOf(external(shop, { host: 'db.example.com', ports: 3306 })),
  'backup: of an engine without one': (shop) => backupOf(StatefulBackend.kafka(shop, 'events', { storage: '10Gi' })),
  'backup: of a database without an account': (shop) =>
    backupOf(
      StatefulBackend.mysql(shop, 'orders-db', {
        provider: 'external',
        external: { host: 'db.example.com' },
        storage: '10Gi',
        accounts: 'shared',
      } as never),
    ),

  'agent: on an unknown number of nodes': (shop) => agent(shop, {}),
  'agent: a path of the node in a restricted namespace': (shop) => agent(shop, { hostPaths: { '/var/log': {} } }),
  'agent: root in a restricted namespace': (shop) => agent(shop, { uid: 0 }),
  'agent: a path of the node that goes up': (shop) => agent(shop, { hostPaths: { '/var/../etc': {} } }),
  'agent: a path of the node of a type that does not exist': (shop) =>
    agent(shop, { hostPaths: { '/dev/sda': { type: 'Disk' } } }),

  'gateway: no host': (shop) => gateway(shop, { tls: false }),
  'gateway: a host with a path': (shop) => gateway(shop, { host: 'shop.example.com/orders', tls: false }),
  'gateway: every host': (shop) => gateway(shop, { host: '*', tls: false }),
  'gateway: nothing said of TLS': (shop) => gateway(shop, { host: 'shop.example.com' }),
  'gateway: no route': (shop) => new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' } }),
  'route: a path without a slash': (shop) => route(shop, 'orders'),
  'route: a path that goes up': (shop) => route(shop, '/orders/../admin'),
  'route: no path': (shop) => route(shop, undefined),
  'route: to a port that is not there': (shop) => route(shop, '/', { port: 'admin' }),
  'gateway: a wildcard proven over HTTP': (shop) =>
    gateway(shop, { host: '*.shop.example.com', tls: { issuer: 'letsencrypt' } }),
  'gateway: an unknown challenge': (shop) =>
    gateway(shop, { host: 'shop.example.com', tls: { issuer: 'letsencrypt', challenge: 'tls-alpn-01' } }),
  'gateway: a controller of a make that is not known': (shop) =>
    gateway(shop, { host: 'shop.example.com', tls: false, controller: { name: 'contour' } }),
  'route: a pattern for a path': (shop) => route(shop, '/api/*'),
  'route: for a host that the gateway has not': (shop) => route(shop, '/', { host: 'other.example.com' }),

  'config: a variable with a dash': (shop) =>
    config(shop, { startup: { 'LOG-LEVEL': 'info' } }, { startup: ['LOG-LEVEL'] }),
  'config: a key that is not there': (shop) =>
    config(shop, { startup: { LOG_LEVEL: 'info' } }, { startup: ['LOG_LEVEL', 'WORKERS'] }),
  'config: a key that nobody uses': (shop) =>
    config(shop, { startup: { LOG_LEVEL: 'info', WORKERS: 4 } }, { startup: ['LOG_LEVEL'] }),
  'config: a file that is not on disk': (shop) =>
    config(shop, { files: { 'app.yaml': fromFile('/nowhere/app.yaml') } }, { files: ['app.yaml'] }),
  'config: a file with a slash': (shop) =>
    config(shop, { files: { 'etc/app.yaml': 'text' } }, { files: ['etc/app.yaml'] }),
  'config: a secret in the open': (shop) =>
    config(shop, { startup: { TOKEN: `gh${'p_'}${'a1B2'.repeat(9)}` } }, { startup: ['TOKEN'] }),
  'config: a secret as text': (shop) => config(shop, { secrets: { PASSWORD: 'hunter2' } }, { secrets: ['PASSWORD'] }),
  'config: a megabyte and more': (shop) =>
    config(shop, { files: { 'big.txt': 'x'.repeat(1_100_000) } }, { files: ['big.txt'] }),

  'logs: nowhere to go': (shop) => logs(shop, {}),
  'logs: two places to go': (shop) => logs(shop, { output: { ...output, kafka: { hosts: ['k:9092'], topic: 't' } } }),
  'logs: a relative directory': (shop) => logs(shop, { output, directory: 'logs' }),
  'logs: an id in capitals': (shop) => logs(shop, { output }, 'Logs'),
  'monitor: a port that is not there': (shop) => monitor(shop, { port: 'admin' }),
  'monitor: a path without a slash': (shop) => monitor(shop, { path: 'metrics' }),
  'monitor: an owner that is no label': (shop) => monitor(shop, { alerts: { owner: 'the shop' } }),
  'monitor: a volume that must be fuller than full': (shop) => monitor(shop, { alerts: { volumeFree: 2 } }),
  'monitor: an error ratio above all': (shop) => monitor(shop, { alerts: { errorRatio: 5 } }),

  'suppression: no reason': (shop) => suppress(withImage(shop, {}), 'image-pinned', { until: '2099-01-01' } as never),
  'suppression: no such day': (shop) =>
    suppress(withImage(shop, {}), 'image-pinned', { reason: 'x', until: '2099-13-01' }),
  'suppression: no such rule': (shop) =>
    suppress(withImage(shop, {}), 'no-such-rule', { reason: 'x', until: '2099-01-01' }),
};

/** What somebody is told who does this. */
function told(build: (shop: Shop) => unknown): { readonly messages: string[]; readonly outdir: string } {
  const app = quietApp();
  try {
    build(new Environment(app, 'test'));
  } catch (error) {
    // A call that makes no sense throws, with a sentence; anything else that is thrown is a crash.
    if ((error as Error).constructor.name !== 'Error') throw error;
    return { messages: [`throws ${(error as Error).message}`], outdir: app.outdir };
  }
  const messages = findingsOf(app);
  const errors = app.findings().filter(({ severity }) => severity === 'error');
  if (errors.length > 0) expect(() => app.synth()).toThrow(SynthError);
  return { messages, outdir: app.outdir };
}

test('the table is long', () => expect(Object.keys(wrong).length).toBeGreaterThanOrEqual(60));

test.each(Object.entries(wrong))('%s is told, and writes nothing', (_, build) => {
  const { messages, outdir } = told(build);
  expect(messages).not.toEqual([]);
  expect(existsSync(outdir)).toBe(false);
});

test('what each is told', () => {
  const lines = Object.entries(wrong).map(([name, build]) => {
    const messages = told(build).messages.map((message) => `  ${message.replace(/x{60,}/g, 'x…')}`);
    return `${name}\n${messages.join('\n')}`;
  });
  expect(`---\n${lines.join('\n')}\n`).toMatchSnapshot();
});
