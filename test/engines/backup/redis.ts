import { StatefulBackend } from '../../../lib';
import type { PlayedSet } from '../node/set';
import { unpacked } from '../packages';
import { RedisClient } from '../resp';
import type { BackedUpEngine } from './story';

// Characters that a careless script or config file would trip over.
const password = (what: string): string => `q"u\\o te$(x)'#1 ${what}`;
const admin = { username: 'admin', password: password('admin') };

/** Asks as a client does: the sentinels, one after another, and then whom they name. */
async function withPrimary<Result>(set: PlayedSet, work: (client: RedisClient) => Promise<Result>): Promise<Result> {
  const end = Date.now() + 60_000;
  for (;;) {
    for (const { address } of set.pods) {
      const sentinel = await RedisClient.open(address, 26_379, admin).catch(() => undefined);
      const named = await sentinel?.ask('SENTINEL', 'get-master-addr-by-name', 'cache').catch(() => undefined);
      sentinel?.close();
      const host = Array.isArray(named) ? String(named[0]) : '';
      const pod = set.pods.find(({ name }) => host.startsWith(`${name}.`));
      if (pod === undefined) continue;
      const client = await RedisClient.open(pod.address, 6379, admin).catch(() => undefined);
      const role = await client?.ask('ROLE').catch(() => undefined);
      if (client !== undefined && Array.isArray(role) && role[0] === 'master' && Number((role[2] as []).length) > 0)
        return work(client).finally(() => client.close());
      client?.close();
    }
    if (Date.now() > end) throw new Error('nobody knows a primary');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const odd = ' it\'s "n\\o"\r\n日本語 $5 *3 ';

async function fill(client: RedisClient): Promise<void> {
  for (let n = 0; n < 3_000; n += 1) await client.must('SET', `string${odd}${n}`, `value${odd}${n}`);
  for (let n = 0; n < 200; n += 1) {
    await client.must('RPUSH', `list:${n}`, ...Array.from({ length: 200 }, (_, item) => `${odd}${item}`));
    await client.must('SADD', `set:${n}`, 1, 2, 3, `${odd}`);
    await client.must('ZADD', `sorted:${n}`, 1.5, 'a', -2, odd, 1e300, 'c');
    await client.must('HSET', `hash:${n}`, 'field', odd, odd, 'value');
    await client.must('XADD', `stream:${n}`, '1-1', 'field', odd);
    await client.must('XGROUP', 'CREATE', `stream:${n}`, 'group', '0');
    await client.must('XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 1, 'STREAMS', `stream:${n}`, '>');
    await client.must('SET', `lives until:${n}`, n, 'PXAT', Date.UTC(2100, 0, 1) + n);
  }
  await client.must('SELECT', 3);
  await client.must('SET', 'elsewhere', odd);
  await client.must('SELECT', 0);
}

async function change(client: RedisClient): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    await client.must('DEL', `list:${n}`, `string${odd}${n * 3}`);
    await client.must('SET', `later:${n}`, n);
    await client.must('HSET', `hash:${n}`, 'field', 'changed');
    await client.must('PERSIST', `lives until:${n}`);
  }
}

const reads: Readonly<Record<string, (key: string) => readonly string[]>> = {
  string: (key) => ['GET', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  hash: (key) => ['HGETALL', key],
  stream: (key) => ['XRANGE', key, '-', '+'],
};

/** A key, what it is, when it ends, and what it holds. */
async function rows(client: RedisClient): Promise<string[]> {
  const lines: string[] = [];
  for (const database of [0, 3]) {
    await client.must('SELECT', database);
    const keys = (await client.must('KEYS', '*')) as string[];
    for (const latin of keys) {
      // The client reads bytes as they are, and writes text.
      const key = Buffer.from(latin, 'latin1').toString('utf8');
      const type = String(await client.must('TYPE', key));
      const content = await client.must(...((reads[type]?.(key) ?? []) as [string]));
      const pending = type === 'stream' ? await client.must('XPENDING', key, 'group') : '';
      const sorted = type === 'set' && Array.isArray(content) ? [...content].sort() : content;
      const ends = await client.must('PEXPIRETIME', key);
      lines.push(JSON.stringify([database, key, type, ends, sorted, pending]));
    }
  }
  return lines;
}

export const redisBackup: BackedUpEngine = {
  name: 'redis',
  set: 'cache',
  make: (shop) => StatefulBackend.redis(shop, 'cache', { topology: 'sentinel', storage: '1Gi' }),
  images: async () => ({ 'docker.io/library/redis': { packages: [await unpacked('redis')] } }),
  secrets: {
    cache: {
      'admin-password': admin.password,
      'replication-password': password('replication'),
      'monitor-password': password('monitor'),
    },
    'cache-backup': { username: 'backup', password: password('backup') },
    'cache-archive': { username: 'archive', password: password('archive') },
    'cache-slow': { username: 'slow', password: password('slow') },
  },
  fill: (set) => withPrimary(set, fill),
  change: (set) => withPrimary(set, change),
  swell: (set) =>
    withPrimary(set, async (client) => {
      for (let n = 0; n < 200; n += 1) {
        const noise = Array.from({ length: 25_000 }, () => Math.random().toString(36).slice(2, 12)).join('');
        await client.must('SET', `much:${n}`, noise);
      }
    }),
  rows: (set) => withPrimary(set, rows),
};
