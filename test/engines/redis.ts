import { setTimeout as sleep } from 'node:timers/promises';
import { StatefulBackend } from '../../lib';
import { mustRun } from '../verify/run';
import { Figures } from './figures';
import type { Network } from './node/network';
import { PlayedSet, until } from './node/set';
import { unpacked } from './packages';
import { Writer } from './redis-writer';
import { rendered } from './render';
import { RedisClient } from './resp';

// Characters that a careless script or config file would trip over.
const PASSWORD = 'q"u\\o te$(x)\'#1';

const images = async () => ({
  'docker.io/library/redis': {
    packages: [await unpacked('redis')],
  },
});

const secrets = { cache: { password: PASSWORD } };

export async function redisSingle(network: Network): Promise<boolean> {
  const figures = new Figures('redis-single');
  const manifests = rendered((shop) => {
    StatefulBackend.redis(shop, 'cache', { storage: '1Gi', credentials: { secret: 'cache' } });
  });
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images: await images() }, network);
  try {
    await set.start();
    const open = () => RedisClient.open(set.pod(0).address, 6379, PASSWORD);
    const stranger = await RedisClient.open(set.pod(0).address, 6379);
    figures.is('answers without the password', String(await stranger.ask('GET', 'x')).includes('NOAUTH') ? 0 : 1, 0);
    const writer = new Writer(async () => ({ name: 'cache-0', client: await open() }), 0);
    await sleep(1_500);
    set.pod(0).main.kill();
    await sleep(500);
    await set.ready(0);
    await sleep(1_000);
    await set.replace(0);
    await sleep(1_000);
    await writer.stop();
    figures.note('acknowledged writes', writer.promised.size);
    const missing = await writer.missing(await open());
    figures.is('acknowledged writes lost', missing.count, 0, missing.details);
    figures.is('pods killed at their end', set.killed, 0);
    figures.is('alive', (await set.pod(0).isAlive()) ? 1 : 0, 1);
    return figures.allRight;
  } finally {
    await set.close();
  }
}

export async function redisSentinel(network: Network): Promise<boolean> {
  const figures = new Figures('redis-sentinel');
  const manifests = rendered((shop) => {
    StatefulBackend.redis(shop, 'cache', { topology: 'sentinel', storage: '1Gi', credentials: { secret: 'cache' } });
  });
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images: await images() }, network);
  /** Asks as a client does: the sentinels, one after another. */
  const leader = async (): Promise<number> => {
    for (const pod of set.pods) {
      try {
        const client = await RedisClient.open(pod.address, 26379);
        const reply = await client.must('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'cache');
        client.close();
        if (Array.isArray(reply)) return Number(/^cache-(\d+)\./.exec(String(reply[0]))?.[1]);
      } catch {}
    }
    throw new Error('no sentinel answers');
  };
  const open = (ordinal: number) => RedisClient.open(set.pod(ordinal).address, 6379, PASSWORD);
  const roles = async () =>
    Promise.all(
      set.pods.map(async (_, ordinal) => {
        try {
          const client = await open(ordinal);
          const [role, , , state] = (await client.must('ROLE')) as string[];
          client.close();
          return role === 'master' ? 'master' : `slave ${state}`;
        } catch {
          return 'away';
        }
      }),
    );
  const settled = async () => (await roles()).sort().join() === 'master,slave connected,slave connected';
  const sentinels = async () => {
    const client = await RedisClient.open(set.pod(0).address, 26379);
    const reply = (await client.must('SENTINEL', 'MASTER', 'cache')) as string[];
    client.close();
    return Number(reply[reply.indexOf('num-other-sentinels') + 1]) + 1;
  };
  try {
    await set.start();
    await until('one primary and two replicas', settled);
    await until('three sentinels know each other', async () => (await sentinels()) === 3);
    figures.is('first primary', await leader(), 0);
    const writer = new Writer(async () => {
      const ordinal = await leader();
      return { name: `cache-${ordinal}`, client: await open(ordinal) };
    }, 1);
    await sleep(2_000);

    const primary = await open(0);
    const replica = await open(1);
    await primary.must('SET', 'hello', 'world');
    await primary.must('WAIT', 2, 2_000);
    figures.is('reads on a replica', String(await replica.must('GET', 'hello')), 'world');
    figures.is('writes on a replica', (await replica.ask('SET', 'x', 'y')) instanceof Error ? 0 : 1, 0);

    writer.phase = 'the death of a process';
    // The process of the primary, which comes back before anybody has voted.
    set.pod(0).main.kill();
    await sleep(1_500);
    await until('the members agree again', settled);
    figures.note('primary after its process was killed', await leader());

    // The whole pod of the primary with its sentinel: another one must take over.
    writer.phase = 'the loss of a member';
    let before = await leader();
    let started = Date.now();
    await set.lose(before, () => until('another primary', async () => (await leader()) !== before));
    figures.note('seconds until another one was primary', ((Date.now() - started) / 1_000).toFixed(1));
    await set.ready(before);
    await until('the lost member follows', settled);
    figures.is('members that take writes', (await roles()).filter((role) => role === 'master').length, 1);

    // Restart all, the last one first.
    started = Date.now();
    const gap = writer.longestGap;
    writer.longestGap = 0;
    writer.phase = 'the rolling restart';
    await set.rollingRestart((event) => writer.note(event));
    await until('all follow after the restart', settled);
    figures.note('longest time without a write when the primary was lost, ms', gap);
    figures.note('longest time without a write in a rolling restart, ms', writer.longestGap);
    figures.is('pods killed at their end', set.killed, 0);

    // The primary goes on, and nobody hears it: what it took now would be lost. A client beside it asks for no copies.
    writer.phase = 'the cut';
    before = await leader();
    const alone = set.pod(before);
    const take = async () =>
      (
        await alone.main.exec(['sh', '-c', 'REDISCLI_AUTH=$(cat /run/accounts/password) redis-cli set alone taken'])
      ).stdout.trim();
    await mustRun('ip', ['link', 'set', alone.interface, 'down']);
    await until('another primary', async () => (await leader()) !== before);
    let answer = await take();
    for (let tries = 0; answer === 'OK' && tries < 30; tries += 1) {
      await sleep(1_000);
      answer = await take();
    }
    figures.is('a primary that is cut off says of a write', answer.split(' ')[0] ?? '', 'NOREPLICAS');
    await mustRun('ip', ['link', 'set', alone.interface, 'up']);
    await until('the one that was cut off follows', settled);

    // Move the primary to the last member, and cut the power: the first one must not take itself for the primary.
    writer.phase = 'another loss';
    while ((await leader()) === 0) {
      await set.lose(0, () => until('another primary', async () => (await leader()) !== 0));
      await set.ready(0);
    }
    await until('settled before the power cut', settled);
    before = await leader();
    figures.is('primary before the power cut is the first member', before === 0 ? 1 : 0, 0);
    writer.phase = 'the power cut';
    await set.powerCut();
    await until('all follow after the power cut', settled);
    figures.is('primary after the power cut is another', (await leader()) === before ? 0 : 1, 0);
    await until('three sentinels know each other', async () => (await sentinels()) === 3);

    await sleep(1_000);
    await writer.stop();
    figures.note('acknowledged writes', writer.promised.size);
    const missing = await writer.missing(await open(await leader()));
    figures.is('acknowledged writes lost', missing.count, 0, missing.details);
    figures.is('members alive', (await Promise.all(set.pods.map((pod) => pod.isAlive()))).filter(Boolean).length, 3);
    return figures.allRight;
  } finally {
    await set.close();
  }
}

export async function redisCluster(network: Network): Promise<boolean> {
  const figures = new Figures('redis-cluster');
  const manifests = rendered((shop) => {
    StatefulBackend.redis(shop, 'cache', { topology: 'cluster', storage: '1Gi', credentials: { secret: 'cache' } });
  });
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images: await images() }, network);
  const cli = (ordinal: number, ...words: string[]) =>
    set
      .pod(ordinal)
      .main.exec(['sh', '-c', 'REDISCLI_AUTH=$(cat /run/accounts/password) redis-cli -c "$@"', 'cli', ...words]);
  const healthy = async () => {
    const states = await Promise.all(
      set.pods.map(async (_, ordinal) => (await cli(ordinal, 'cluster', 'info')).stdout),
    );
    return states.every((text) => text.includes('cluster_state:ok') && /cluster_known_nodes:6\r/.test(text));
  };
  const write = async (prefix: string, count: number) => {
    const { stdout } = await set
      .pod(1)
      .main.exec([
        'sh',
        '-c',
        `export REDISCLI_AUTH="$(cat /run/accounts/password)"; for i in $(seq ${count}); do redis-cli -c set ${prefix}-$i $i; done`,
      ]);
    return stdout.split('\n').filter((line) => line === 'OK').length;
  };
  const lost = async (prefix: string, count: number) => {
    const { stdout } = await set
      .pod(2)
      .main.exec([
        'sh',
        '-c',
        `export REDISCLI_AUTH="$(cat /run/accounts/password)"; for i in $(seq ${count}); do [ "$(redis-cli -c get ${prefix}-$i)" = $i ] || echo lost; done`,
      ]);
    return stdout.split('\n').filter((line) => line === 'lost').length;
  };
  try {
    await set.start();
    await until('the cluster forms', healthy, 60, () => set.pod(0).main.lastLines(40));
    figures.is('acknowledged writes', await write('a', 100), 100);
    await sleep(500);
    await set.lose(0);
    await until('the lost member is back', healthy, 90, () => set.pod(0).main.lastLines(40));
    figures.is('writes lost with a primary', await lost('a', 100), 0);
    await set.rollingRestart();
    await until('all are back after a rolling restart', healthy, 90);
    figures.is('writes lost in a rolling restart', await lost('a', 100), 0);
    await set.powerCut();
    await until('all are back after a power cut, under other addresses', healthy, 90, () =>
      set.pod(0).main.lastLines(40),
    );
    figures.is('writes lost in a power cut', await lost('a', 100), 0);
    figures.is('pods killed at their end', set.killed, 0);
    return figures.allRight;
  } finally {
    await set.close();
  }
}
