import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, MonitoredApp, type RedisProps, StatefulBackend } from '../../lib';
import { messages, played, yamlOf } from './helpers';

const cache = (props: Partial<RedisProps> = {}) =>
  played((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi', ...props }));
const fileOf = (props: Partial<RedisProps>, name: string): string =>
  cache(props).objects.find(({ kind, data }) => kind === 'ConfigMap' && name in data)?.data[name];

test('needs nothing but what it stores', () => {
  expect(yamlOf((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }))).toMatchSnapshot();
});

test('with sentinels', () => {
  expect(
    yamlOf((shop) =>
      StatefulBackend.redis(shop, 'cache', { storage: '1Gi', topology: 'sentinel', credentials: { secret: 'cache' } }),
    ),
  ).toMatchSnapshot();
});

test('as a cluster', () => {
  expect(
    yamlOf((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi', topology: 'cluster' })),
  ).toMatchSnapshot();
});

test('keeps every write in its log', () => {
  expect(fileOf({}, 'redis.conf')).toContain('appendonly yes\nappendfsync everysec\n');
  expect(fileOf({ fsync: 'always' }, 'redis.conf')).toContain('appendfsync always\n');
});

test('uses six tenths of its memory for data, because the rewriting of the log needs the rest', () => {
  expect(fileOf({ resources: { memory: '1000Mi' } }, 'redis.conf')).toContain(
    `maxmemory ${Math.floor(1000 * 1024 * 1024 * 0.6)}\nmaxmemory-policy noeviction\n`,
  );
});

test('forgets what it may forget', () => {
  expect(fileOf({ eviction: 'allkeys-lru' }, 'redis.conf')).toContain('maxmemory-policy allkeys-lru\n');
});

test('takes further settings, which win', () => {
  expect(fileOf({ settings: { 'lazyfree-lazy-eviction': true, port: 7000 } }, 'redis.conf')).toMatch(
    /^port 7000\n[\s\S]*lazyfree-lazy-eviction yes\n$/,
  );
});

describe('with sentinels', () => {
  test('starts one member after another, or several would take themselves for the first', () => {
    expect(cache({ topology: 'sentinel' }).find('StatefulSet', 'cache')?.spec.podManagementPolicy).toBe('OrderedReady');
  });

  test('refuses writes that it could not copy', () => {
    expect(fileOf({ topology: 'sentinel' }, 'redis.conf')).toContain('min-replicas-to-write 1\n');
  });

  test.each([
    ['leads', 'role:master', 0, true],
    ['follows', 'role:slave\\nmaster_link_status:up\\nmaster_sync_in_progress:0', 0, true],
    ['copies its primary', 'role:slave\\nmaster_link_status:down\\nmaster_sync_in_progress:1', 0, false],
    ['does not follow the primary that there is', 'role:slave\\nmaster_link_status:down', 0, false],
    ['says nothing of itself', '', 0, false],
    ['would follow one that is not there', 'role:slave\\nmaster_link_status:down', 1, true],
  ])('asks whether a member %s', (_, state, primaryEndsWith, ready) => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const asked = `case "$*" in *info*) printf '${state}\\nmaster_host:first\\nmaster_port:6379\\n' ;;`;
    const others = `*first*) exit ${primaryEndsWith} ;; *) echo PONG ;; esac`;
    writeFileSync(join(folder, 'redis-cli'), `#!/bin/sh\n${asked} ${others}\n`, { mode: 0o755 });
    const common = join(folder, 'common.sh');
    writeFileSync(common, fileOf({ topology: 'sentinel', accounts: false }, 'common.sh'));
    const script = fileOf({ topology: 'sentinel', accounts: false }, 'ready.sh').replace(
      '/etc/redis/common.sh',
      common,
    );
    const { status } = spawnSync('sh', ['-c', script], { env: { PATH: `${folder}:${process.env.PATH}` } });
    rmSync(folder, { recursive: true });
    expect(status === 0).toBe(ready);
  });

  test('is asked for its primary, and read from any member', () => {
    expect(cache({ topology: 'sentinel' }).env).toMatchObject({
      CACHE_SENTINELS: 'cache-0.cache-peers:26379,cache-1.cache-peers:26379,cache-2.cache-peers:26379',
      CACHE_MASTER_NAME: 'cache',
      CACHE_READ_HOST: 'cache-read',
    });
  });

  test('lets its users reach the sentinels and every member', () => {
    const ports = cache({ topology: 'sentinel' }).find('NetworkPolicy', 'orders')?.spec.egress[0].ports;
    expect(ports.map(({ port }: { port: number }) => port).sort()).toEqual([26_379, 6379]);
  });

  test('loses one of three, two of five', () => {
    const away = (replicas: number) =>
      cache({ topology: 'sentinel', replicas }).find('PodDisruptionBudget', 'cache')?.spec.maxUnavailable;
    expect([away(3), away(5)]).toEqual([1, 2]);
  });
});

test('a cluster tells its users all members', () => {
  expect(cache({ topology: 'cluster' }).env.CACHE_NODES.split(',')).toHaveLength(6);
});

describe('its accounts', () => {
  const podOf = (props: Partial<RedisProps>) => cache(props).find('StatefulSet', 'cache')?.spec.template.spec;
  const secretsOf = (props: Partial<RedisProps>, kind: string, name: string) => {
    const { volumes } = cache(props).find(kind, name)?.spec.template.spec ?? {};
    const named = (secret?: { secretName?: string; name?: string }) => secret?.secretName ?? secret?.name;
    // biome-ignore lint/suspicious/noExplicitAny: volumes as plain data
    return volumes.flatMap(({ secret, projected }: any) =>
      [secret, ...(projected?.sources ?? []).map((each: { secret: object }) => each.secret)].flatMap((each) =>
        each ? [named(each)] : [],
      ),
    );
  };

  test('are those of its users, each in a Secret that the server reads as well', () => {
    expect(secretsOf({}, 'Deployment', 'orders')).toEqual(['cache-orders']);
    expect(secretsOf({}, 'StatefulSet', 'cache')).toEqual(['cache', 'cache-orders']);
  });

  test('of its users do not hold up a member while their Secrets are missing', () => {
    const { projected } = podOf({}).volumes.find(({ name }: { name: string }) => name === 'users');
    expect(projected.sources[0].secret).toMatchObject({ name: 'cache-orders', optional: true });
  });

  test.each([
    ['read-write', '~* &* +@all -@admin -@dangerous +info +role'],
    ['read-only', '~* &* +@read +@connection'],
  ] as const)('let %s users do what they need', (access, rights) => {
    const { find } = played((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }), { access });
    const users = find('StatefulSet', 'cache')?.spec.template.spec.containers[0].env.find(
      ({ name }: { name: string }) => name === 'USERS',
    );
    expect(users.value).toContain(`orders ${rights}`);
  });

  test('end at the namespace of a user', () => {
    const { find } = played((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }), { namespace: 'a[b:' });
    const { env } = find('StatefulSet', 'cache')?.spec.template.spec.containers[0] ?? {};
    expect(env).toContainEqual({
      name: 'USERS',
      value: 'orders ~a\\[b:* &a\\[b:* &__key* +@all -@admin -@dangerous +info +role',
    });
  });

  test.each([
    [{ topics: ['*'] }, `must leave out __sentinel__:hello, by which sentinels agree on the primary, got "*"`],
    [{ topics: ['__sent[h-j]nel__*'] }, 'must leave out __sentinel__:hello'],
    [{ topics: ['a b'] }, `'topics': must be channels or patterns without spaces, got "a b"`],
    [{ namespace: 'a b' }, `'namespace': must be printable characters without spaces, got "a b"`],
  ])('refuse %j', (use, message) => {
    const make = (shop: Environment) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi', topology: 'sentinel' });
    expect(played(make, use).findings.join('\n')).toContain(message);
  });

  test('let channels of keys and of applications through beside sentinels, not that of the sentinels', () => {
    const { env } = podOf({ topology: 'sentinel' }).containers[0];
    expect(env.find(({ name }: { name: string }) => name === 'USERS').value).toContain('&[^_]* &_[^_]* &__key*');
  });

  test('can be one for all, in the Secret of the backend', () => {
    const shared = { accounts: 'shared', credentials: { secret: 'login', keys: { password: 'redis' } } } as const;
    expect(secretsOf(shared, 'Deployment', 'orders')).toEqual(['login']);
    expect(cache(shared).env.CACHE_PASSWORD_FILE).toBe('/run/secrets/cache/password');
    expect(fileOf(shared, 'common.sh')).toContain('account default "$(cat /run/accounts/password)" \'~* &* +@all\'');
  });

  test('can be left out', () => {
    expect(secretsOf({ accounts: false, topology: 'sentinel' }, 'StatefulSet', 'cache')).toEqual([]);
    expect(fileOf({ accounts: false }, 'redis.conf')).not.toContain('aclfile');
  });

  test('stop the server where a key of the Secret is empty', () => {
    expect(fileOf({}, 'common.sh')).toContain('for key in adminPassword replicationPassword monitorPassword; do');
  });
});

describe('with TLS', () => {
  const tls = { issuer: 'ca' };

  test('listens on nothing else, and copies and votes over it', () => {
    const conf = fileOf({ tls, topology: 'cluster' }, 'redis.conf');
    expect(conf).toContain('port 0\ntls-port 6379\n');
    expect(conf).toContain('tls-replication yes\n');
    expect(conf).toContain('tls-cluster yes\n');
    expect(fileOf({ tls, topology: 'sentinel' }, 'sentinel.sh')).toContain("echo 'tls-port 26379'");
  });

  test('is asked over TLS by its probes and its exporter', () => {
    expect(fileOf({ tls }, 'common.sh')).toContain('redis-cli --tls --cacert /run/tls/ca.crt');
    const { find } = played((shop) => {
      const monitored = StatefulBackend.redis(shop, 'cache', { storage: '1Gi', tls });
      new MonitoredApp(monitored, 'monitoring');
      return monitored;
    });
    const [exporter] = find('StatefulSet', 'cache')?.spec.template.spec.initContainers ?? [];
    expect(exporter.env).toContainEqual({ name: 'REDIS_ADDR', value: 'rediss://localhost:6379' });
    expect(exporter.volumeMounts).toContainEqual({ name: 'tls', mountPath: '/run/tls', readOnly: true });
  });

  test('is verified by its users', () => {
    expect(cache({ tls }).env).toMatchObject({ CACHE_TLS: 'true', CACHE_CA_FILE: '/run/tls/cache/ca.crt' });
  });
});

test.each(['single', 'sentinel', 'cluster'] as const)('triggers no rule as %s', (topology) => {
  expect(cache({ topology }).findings.filter((finding) => !finding.startsWith('disruption-deadlock'))).toEqual([]);
});

test.each<[object, string]>([
  [{ storage: undefined }, "'storage': must be a size such as 10Gi, or { size, storageClass }, got nothing"],
  [
    { replicas: 2 },
    "'replicas': must be 1 for a single Redis, got 2: with topology sentinel or cluster there can be more",
  ],
  [
    { topology: 'sentinel', replicas: 2 },
    "'replicas': must be 3 or more with sentinels, got 2: two cannot outvote one that is cut off",
  ],
  [
    { topology: 'sentinel', replicas: 4 },
    "'replicas': must be odd, got 4: 3 of 4 must be there, so it bears the loss of 1, no more than 3 members do",
  ],
  [{ topology: 'cluster', replicas: 5 }, "'replicas': must be 2 for each of 3 or more shards (6, 8, 10, …), got 5"],
  [{ accounts: 'none' }, "'accounts': must be 'per-user', 'shared' or false, got \"none\""],
  [{ accounts: false, credentials: { secret: 'cache' } }, "'credentials': must be left out with accounts: false"],
  [
    { credentials: { secret: 'cache', keys: { password: 'redis' } } },
    '\'credentials.keys.password\': must be one of adminPassword, replicationPassword, monitorPassword, got "password"',
  ],
  [{ topology: 'ring' }, '\'topology\': must be one of "single", "sentinel", "cluster", got "ring"'],
  [{ settings: { save: 'a\nb' } }, '\'settings.save\': must be text on one line, a number, true or false, got "a\\nb"'],
  [
    { eviction: 'all' },
    '\'eviction\': must be one of "noeviction", "allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-ttl", got "all"',
  ],
  [{ provider: 'cloud' }, '\'provider\': must be one of "statefulset", "external", got "cloud"'],
])('refuses %j', (props, message) => {
  expect(messages((shop) => StatefulBackend.redis(shop, 'cache', { storage: '1Gi', ...props } as never))).toContain(
    message,
  );
});
