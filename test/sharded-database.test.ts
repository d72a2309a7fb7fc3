import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { load } from 'js-yaml';
import {
  Backup,
  ExternalBackend,
  Migration,
  ShardedDatabase,
  type ShardedMysqlProps,
  type ShardedPostgresProps,
  type UseOptions,
} from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { messages, played } from './stateful-backend/helpers';
import { findingsOf, quietEnvironment, yamlOf } from './support/render';
import { temporaryDirectory } from './support/temporary';
import './support/yaml-snapshot';

const minimal = {
  shards: 2,
  tables: { orders: { shardBy: 'customer_id' } },
  storage: '50Gi',
  credentials: { secret: 'orders-db' },
} satisfies ShardedPostgresProps;

const everyProp: Required<ShardedMysqlProps> = {
  shards: 3,
  tables: {
    orders: { shardBy: 'customer_id', of: 'numbers' },
    order_items: { shardBy: 'customer_id', of: 'numbers', with: 'orders' },
    sessions: { shardBy: 'token', of: 'text' },
    currencies: 'every shard',
  },
  reads: 'replicas',
  proxy: {
    image: 'registry.example.com/shop/shardingsphere-proxy:5.5.2-mysql',
    replicas: { from: 3, to: 4, cpuPercent: 60 },
    connectionsPerShard: 30,
    maxConnections: 200,
    resources: { cpu: '1', memory: '2Gi' },
    priority: 'critical',
    annotations: { 'example.com/runbook': 'https://runbooks.example.com/proxy' },
    overrides: { deployment: { spec: { minReadySeconds: 10 } } },
  },
  storage: { size: '50Gi', storageClass: 'fast' },
  credentials: { secret: 'orders', keys: { username: 'user', password: 'word' } },
  accounts: 'per-user',
  database: 'shop',
  replicas: 3,
  maxConnections: 300,
  settings: { 'innodb-io-capacity': 2_000 },
  metrics: true,
  tls: false,
  image: 'docker.io/library/mysql:8.4.4',
  startupTime: '10m',
  requestTimeout: '1m',
  flushTime: '1m',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '/etc/backend/start.sh'],
  args: ['--now'],
  env: { TZ: 'UTC' },
  resources: { cpu: '1', memory: '4Gi' },
  writablePaths: { '/var/cache': '16Mi' },
  uid: 20_001,
  volumes: [{ name: 'certificates', secret: { secretName: 'orders-tls' } }],
  volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls', readOnly: true }],
  initContainers: [{ name: 'prepare', image: 'prepare:1.0.0' }],
  sidecars: [{ name: 'agent', image: 'agent:1.0.0' }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'storage', operator: 'Exists' }],
  priority: 'critical',
  podAnnotations: { 'example.com/note': 'yes' },
  updatePartition: 1,
  spread: 'soft',
  annotations: { 'example.com/runbook': 'https://runbooks.example.com/mysql' },
  overrides: { statefulSet: { spec: { minReadySeconds: 10 } } },
};

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const database = (props: Partial<ShardedPostgresProps> = {}, use: UseOptions = {}) =>
  played((shop) => ShardedDatabase.postgres(shop, 'orders-db', { ...minimal, ...props }), use);
const mysql = (props: Partial<ShardedMysqlProps> = {}) =>
  played((shop) =>
    ShardedDatabase.mysql(shop, 'orders-db', { ...minimal, proxy: { image: 'proxy:5.5.2-mysql' }, ...props }),
  );
const configOf = ({ objects }: { readonly objects: readonly Manifest[] }): Record<string, string> =>
  objects.find(({ kind, data }) => kind === 'ConfigMap' && 'global.yaml' in data)?.data;

/** The routing config as plain data; the tag of a rule becomes its key. */
// biome-ignore lint/suspicious/noExplicitAny: a file of another program
function routingOf(made: { readonly objects: readonly Manifest[] }): any {
  const text = configOf(made)['database-sharded.yaml'] ?? '';
  const { rules, ...rest } = load(text.replace(/^- !(\w+)$/gm, '- tag: $1')) as { rules: { tag: string }[] };
  return { ...rest, rules: Object.fromEntries(rules.map(({ tag, ...rule }) => [tag, rule])) };
}

test('needs nothing but tables, how many shards, what they store and who signs in', () => {
  expect(yamlOf(ShardedDatabase.postgres(quietEnvironment(), 'orders-db', minimal))).toMatchSnapshot();
  expect(database().findings).toEqual([]);
});

test('uses every prop', () => {
  const made = ShardedDatabase.mysql(quietEnvironment(), 'orders-db', everyProp);
  expect(yamlOf(made)).toMatchSnapshot();
  expect(findingsOf(made)).toEqual([]);
});

describe('its users', () => {
  test('see one database, as if it were a single one', () => {
    expect(database({}, { connectionsPerPod: 10 }).env).toEqual({
      ORDERS_DB_HOST: 'orders-db',
      ORDERS_DB_PORT: '5432',
      ORDERS_DB_READ_HOST: 'orders-db',
      ORDERS_DB_DATABASE: 'orders_db',
      ORDERS_DB_USERNAME_FILE: '/run/secrets/orders-db/username',
      ORDERS_DB_PASSWORD_FILE: '/run/secrets/orders-db/password',
    });
  });

  test('are let into the proxies, and only the proxies into the shards', () => {
    const { find } = database();
    const admitted = (name: string) =>
      find('NetworkPolicy', name)?.spec.ingress.flatMap(({ from }: { from: { podSelector: object }[] }) =>
        from.map(({ podSelector }) => Object.values((podSelector as { matchLabels: object }).matchLabels)[0]),
      );
    expect(admitted('orders-db')).toEqual(['orders']);
    expect(new Set(admitted('orders-db-shard-1'))).toEqual(new Set(['orders-db', 'orders-db-shard-1']));
  });

  test('see no difference where somebody else runs it', () => {
    const { env, find } = played((shop) =>
      ShardedDatabase.postgres(shop, 'orders-db', {
        ...minimal,
        provider: 'external',
        external: { host: 'db.example.com', cidrs: ['10.0.0.0/24'], readOnly: { host: 'ro.db.example.com' } },
      }),
    );
    expect(Object.keys(env)).toEqual(Object.keys(database().env));
    expect(find('Deployment', 'orders-db')).toBeUndefined();
    expect(find('Service', 'orders-db')).toBeUndefined();
    expect(env.ORDERS_DB_HOST).toBe('db.example.com');
  });
});

describe('the routing config', () => {
  test('sends rows by the remainder of a number, and by the hash of text', () => {
    const { tables, shardingAlgorithms } = routingOf(mysql(everyProp)).rules.SHARDING;
    expect(tables.orders).toEqual({
      actualDataNodes: 'shard_$->{0..2}.orders',
      databaseStrategy: {
        standard: { shardingColumn: 'customer_id', shardingAlgorithmName: 'numbers_customer_id' },
      },
    });
    const expressions = Object.values(shardingAlgorithms).map(
      (algorithm) => (algorithm as { props: Record<string, string> }).props['algorithm-expression'],
    );
    expect(expressions).toEqual([
      'shard_$->{Math.floorMod(customer_id as long, 3)}',
      'shard_$->{Math.floorMod(token.toString().trim().toLowerCase().hashCode(), 3)}',
    ]);
  });

  test('joins tables that lie beside each other on their shards, over any number of them', () => {
    const by = { shardBy: 'customer_id' };
    const { rules } = routingOf(
      database({
        tables: {
          orders: by,
          items: { ...by, with: 'orders' },
          carts: by,
          cart_items: { ...by, with: 'carts' },
          parcels: { ...by, with: 'items' },
        },
      }),
    );
    expect(rules.SHARDING.bindingTables).toEqual(['orders,items,parcels', 'carts,cart_items']);
  });

  test('keeps some tables the same everywhere', () => {
    expect(routingOf(mysql(everyProp)).rules.BROADCAST).toEqual({ tables: ['currencies'] });
    expect(routingOf(database()).rules.BROADCAST).toBeUndefined();
  });

  test('reads from the primaries, unless replicas will do', () => {
    expect(Object.keys(routingOf(database()).dataSources)).toEqual(['shard_0', 'shard_1']);
    const { dataSources, rules } = routingOf(database({ reads: 'replicas' }));
    expect(dataSources.shard_1_replicas.url).toContain('//orders-db-shard-1-read:5432/orders_db?');
    expect(rules.READWRITE_SPLITTING.dataSourceGroups.shard_1).toEqual({
      writeDataSourceName: 'shard_1_primary',
      readDataSourceNames: ['shard_1_replicas'],
      transactionalReadQueryStrategy: 'PRIMARY',
    });
  });

  test('holds no password; the pod puts it in, in memory, whatever characters it has', () => {
    const config = configOf(database());
    const folder = temporaryDirectory();
    for (const name of ['run/accounts', 'run/proxy', 'etc/proxy']) mkdirSync(join(folder, name), { recursive: true });
    const username = 'or\'d"er\\s&|$(id)#`:{}';
    const password = `o'r"d\\e& |$(z) #\`: {{username}} ${'é'}`;
    writeFileSync(join(folder, 'run/accounts/username'), username);
    writeFileSync(join(folder, 'run/accounts/password'), `${password}\n`);
    for (const [name, text] of Object.entries(config)) writeFileSync(join(folder, 'etc/proxy', name), text);
    const script = (config['start.sh'] ?? '')
      .replace(/\/(run|etc)\//g, `${folder}/$1/`)
      .replace(/^exec java /m, 'echo starts ');
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^starts .*Bootstrap 5432 /);
    const global = load(readFileSync(join(folder, 'run/proxy/global.yaml'), 'utf8')) as Record<string, object>;
    expect(global.authority).toMatchObject({ users: [{ user: `${username}@%`, password }] });
    const text = readFileSync(join(folder, 'run/proxy/database-sharded.yaml'), 'utf8').replace(/^rules:[\s\S]*/m, '');
    expect(load(text)).toMatchObject({ dataSources: { shard_0: { username, password } } });
    const { volumes } = database().find('Deployment', 'orders-db')?.spec.template.spec ?? {};
    expect(volumes).toContainEqual({ name: 'rendered', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } });
  });

  test('a change of it restarts the proxies, and no shard', () => {
    const templates = (props: Partial<ShardedPostgresProps>) => {
      const { find } = database(props);
      return ['Deployment orders-db', 'StatefulSet orders-db-shard-0'].map((object) => {
        const [kind, name] = object.split(' ') as [string, string];
        return find(kind, name)?.spec.template;
      });
    };
    const [proxies, shard] = templates({});
    const [changed, same] = templates({ tables: { ...minimal.tables, currencies: 'every shard' } });
    expect(changed).not.toEqual(proxies);
    expect(same).toEqual(shard);
  });
});

describe('the proxies', () => {
  test('are ready when they serve a user who signs in, be it that a shard is away', () => {
    for (const [made, client] of [
      [mysql(), 'mysql'],
      [
        played((shop) => ShardedDatabase.mariadb(shop, 'orders-db', { ...minimal, proxy: { image: 'p:1.0.0' } })),
        'mariadb',
      ],
      [database(), 'psql'],
    ] as const) {
      const { initContainers, containers } = made.find('Deployment', 'orders-db')?.spec.template.spec ?? {};
      expect(initContainers[0].readinessProbe.exec.command).toEqual(['sh', '/etc/proxy/ready.sh']);
      expect(containers[0].readinessProbe.exec.command).toEqual(['bash', '/etc/proxy/greets.sh']);
      expect(configOf(made)['ready.sh']).toContain(` ${client} --no-`);
      expect(configOf(made)['ready.sh']).toMatch(/SHOW (DATABASES|DIST VARIABLE)/);
    }
  });

  test.each([
    ['mysql', mysql, Buffer.from([0x4a, 0, 0, 0, 10, 0x35]), Buffer.from([0x4a, 0, 0, 0, 9])],
    ['postgres', database, Buffer.from('N'), Buffer.from('E')],
  ] as const)('are ready when they greet as %s does', async (_, make, greeting, refusal) => {
    const script = (configOf(make())['greets.sh'] ?? '').replace(/(127\.0\.0\.1\/)\d+/, '$1');
    const asked = async (answer: Buffer) => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        if (answer.length > 1) socket.write(answer);
        else socket.once('data', (request) => socket.write(request.equals(sslRequest) ? answer : 'E'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const child = spawn('bash', ['-c', script.replace('127.0.0.1/', `127.0.0.1/${port}`)], { stdio: 'ignore' });
      const code = await new Promise((resolve) => child.once('exit', resolve));
      server.close();
      return code;
    };
    expect([await asked(greeting), await asked(refusal)]).toEqual([0, 1]);
  });

  test('are scaled by their load, and add up with what a shard accepts', () => {
    expect(database().find('HorizontalPodAutoscaler', 'orders-db')?.spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 6,
    });
    const { findings } = database({ proxy: { connectionsPerShard: 30 } });
    expect(findings).toEqual(
      [0, 1].map(
        (shard) =>
          `connection-pool [production/orders-db/orders-db-shard-${shard}] orders-db-shard-${shard} accepts 200 - 9 reserved = 191 connections, but its users may open 240: orders-db (6 + 2 while it is rolled out) x 30 = 240`,
      ),
    );
  });

  test('share what they hold to a shard between its primary and its replicas', () => {
    const { dataSources } = routingOf(database({ reads: 'replicas', proxy: { connectionsPerShard: 21 } }));
    expect(Object.values(dataSources).map((source) => (source as { maxPoolSize: number }).maxPoolSize)).toEqual([
      10, 10, 10, 10,
    ]);
  });

  test('are told to stop only when their users have renewed their connections', () => {
    const { find, system } = database();
    const { containers, terminationGracePeriodSeconds } = find('Deployment', 'orders-db')?.spec.template.spec ?? {};
    expect(containers[0].lifecycle.preStop).toEqual({ sleep: { seconds: 5 + 60 } });
    expect(terminationGracePeriodSeconds).toBe(5 + 60 + 30 + 5);
    expect(system.workloads.find(({ name }) => name === 'orders-db')?.shutdown.drainSeconds).toBe(60);
  });

  test('take no more connections of users than the fewest of them bear', () => {
    const { findings } = database({ proxy: { replicas: 2, maxConnections: 20 } }, { connectionsPerPod: 10 });
    expect(findings).toEqual([
      'connection-pool [production/orders-db] orders-db accepts 40 - 2 reserved = 38 connections, but its users may open 40: orders (3 + 1 while it is rolled out) x 10 = 40',
    ]);
  });

  test('start when the schema is changed on every shard', () => {
    const { objects, findings } = played((shop) => {
      const made = ShardedDatabase.postgres(shop, 'orders-db', minimal);
      for (const shard of ShardedDatabase.shardsOf(made)) {
        const schema = new Migration(shop, `${shard.name}-schema`, { image: 'schema:1.0.0', check: ['validate'] });
        schema.uses(shard);
        made.waitsFor(schema);
      }
      return made;
    });
    expect(findings).toEqual([]);
    const waiting = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'orders-db');
    expect(waiting?.spec.template.spec.initContainers.map(({ name }: { name: string }) => name)).toEqual([
      'client',
      'wait-for-orders-db-shard-0-schema',
      'wait-for-orders-db-shard-1-schema',
    ]);
  });
});

describe('the shards', () => {
  test('hold the same database, and give no number twice', () => {
    const { objects } = mysql({ shards: 3 });
    const files = objects.flatMap(({ data = {} }) => data['my.cnf'] ?? []);
    expect(files.map((file) => file.match(/auto_increment_\w+ = \d+/g))).toEqual(
      [1, 2, 3].map((offset) => ['auto_increment_increment = 3', `auto_increment_offset = ${offset}`]),
    );
    for (const { kind, metadata, spec } of objects) {
      if (kind !== 'StatefulSet') continue;
      expect([metadata.name, spec.template.spec.containers[0].env]).toContainEqual(
        expect.arrayContaining([{ name: 'DATABASE', value: 'orders_db' }]),
      );
    }
  });

  test('are where a schema is changed; elsewhere it is the database itself', () => {
    played((shop) => {
      const made = ShardedDatabase.postgres(shop, 'orders-db', minimal);
      expect(ShardedDatabase.shardsOf(made).map(({ name }) => name)).toEqual([
        'orders-db-shard-0',
        'orders-db-shard-1',
      ]);
      const other = new ExternalBackend(shop, 'other', { host: 'db.example.com', ports: 5432 });
      expect(ShardedDatabase.shardsOf(other)).toEqual([other]);
      return made;
    });
  });

  test('are backed up one by one', () => {
    const { find, findings } = played((shop) => {
      const made = ShardedDatabase.postgres(shop, 'orders-db', minimal);
      for (const shard of ShardedDatabase.shardsOf(made)) {
        new Backup(shard, 'backup', { schedule: '30 1 * * *', to: { volume: '50Gi' } });
      }
      return made;
    });
    expect(findings).toEqual([]);
    expect(find('CronJob', 'orders-db-shard-1-backup')).toBeDefined();
  });

  test('their number and columns stand where the next run finds them', () => {
    const { find, system } = mysql(everyProp);
    expect(find('Deployment', 'orders-db')?.metadata.annotations).toMatchObject({
      'cdk8s-microservices/shards': '3',
      'cdk8s-microservices/shard-columns':
        'order_items.customer_id:numbers,orders.customer_id:numbers,sessions.token:text',
    });
    expect(system.backends.find(({ path }) => path === 'production/orders-db')?.sharding).toEqual({
      shards: 3,
      columns: ['order_items.customer_id:numbers', 'orders.customer_id:numbers', 'sessions.token:text'],
    });
  });
});

describe('is told', () => {
  // biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
  const wrong = (props: any) =>
    messages((shop) => ShardedDatabase.postgres(shop, 'orders-db', { ...minimal, ...props }));

  test('everything that is wrong in one go, and once for all shards', () => {
    expect(wrong({ shards: 1, storage: '5X', replicas: 0, credentials: undefined, reads: 'nearest' })).toHaveLength(5);
  });

  test('which tables cannot lie beside each other', () => {
    expect(
      wrong({
        tables: {
          orders: { shardBy: 'customer_id' },
          items: { shardBy: 'order_id', with: 'orders' },
          parcels: { shardBy: 'customer_id', with: 'currencies' },
          currencies: 'every shard',
        },
      }),
    ).toEqual([
      "'tables.items.with': must be sharded by order_id (numbers) as well, but orders is by customer_id (numbers): rows that belong together would lie on different shards",
      '\'tables.parcels.with\': must be another sharded table, got "currencies"',
    ]);
  });

  test('that MySQL needs an image with its driver', () => {
    expect(messages((shop) => ShardedDatabase.mysql(shop, 'orders-db', minimal as never))).toEqual([
      "'proxy.image': must be set: that of the project has no driver for mysql",
    ]);
  });
});
