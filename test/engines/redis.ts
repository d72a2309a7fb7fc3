import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisProps, StatefulBackend, StatelessService } from '../../lib';
import { mustRun } from '../verify/run';
import { issued } from './certificates';
import { Figures } from './figures';
import type { Network } from './node/network';
import type { Pod } from './node/pod';
import { PlayedSet, until } from './node/set';
import { unpacked } from './packages';
import { Writer } from './redis-writer';
import { rendered } from './render';
import { RedisClient } from './resp';

// Characters that a careless script or config file would trip over.
const odd = 'q"u\\o te$(x)\'#1';
const web = { username: 'web', password: `${odd} web` };
const reader = { username: 'reports', password: `${odd} reports` };
const admin = { username: 'admin', password: `${odd} admin` };

const images = async () => ({
  'docker.io/library/redis': {
    packages: [await unpacked('redis')],
  },
});

/** A Redis with an account for each user and TLS, its Secrets, and how it is connected to. */
async function setup(props: Partial<RedisProps>) {
  const manifests = rendered((shop) => {
    const cache = StatefulBackend.redis(shop, 'cache', { storage: '1Gi', tls: { issuer: 'ca' }, ...props });
    const image = 'registry.example.com/any:1.0.0';
    new StatelessService(shop, 'web', { image }).uses(cache);
    new StatelessService(shop, 'reports', { image }).uses(cache, { access: 'read-only' });
    // Its Secret is not there yet.
    new StatelessService(shop, 'late', { image }).uses(cache, { namespace: 'late:' });
  });
  const { name, data } = await issued(manifests);
  const secrets = {
    cache: {
      'admin-password': admin.password,
      'replication-password': `${odd} replication`,
      'monitor-password': `${odd} monitor`,
    },
    'cache-web': web,
    'cache-reports': reader,
    [name]: data,
  };
  const tls = { ca: data['ca.crt'], servername: 'cache' };
  const open = (pod: Pod, account?: typeof web, port = 6379) => RedisClient.open(pod.address, port, account, tls);
  return { manifests, secrets, images: await images(), open };
}

/** What accounts are for: each of these is a hole if it is let through. */
async function closed(figures: Figures, pod: Pod, open: Awaited<ReturnType<typeof setup>>['open']): Promise<void> {
  const refused = async (account: typeof web | undefined, ...command: readonly string[]) => {
    const client = await open(pod, account);
    const reply = await client.ask(...command);
    client.close();
    return reply instanceof Error && /^(NOPERM|NOAUTH)/.test(reply.message)
      ? []
      : [`${account?.username}: ${command.join(' ')}`];
  };
  const wrong = await open(pod, { ...web, password: 'wrong' }).then(
    () => ['a wrong password'],
    () => [],
  );
  const holes = await Promise.all([
    refused(undefined, 'GET', 'x'),
    refused(web, 'FLUSHALL'),
    refused(web, 'CONFIG', 'GET', 'masterauth'),
    refused(web, 'CONFIG', 'SET', 'dir', '/tmp'),
    refused(web, 'KEYS', '*'),
    refused(web, 'ACL', 'LIST'),
    refused(web, 'REPLICAOF', 'NO', 'ONE'),
    refused(web, 'SHUTDOWN', 'NOSAVE'),
    refused(reader, 'SET', 'x', 'y'),
    refused(reader, 'DEL', 'x'),
    refused({ ...web, username: 'default' }, 'GET', 'x').catch(() => []),
  ]);
  const through = [...wrong, ...holes.flat()];
  figures.is('commands that an account is let through with', through.length, 0, through);
  const plain = await RedisClient.open(pod.address, 6379, web).then(
    () => 1,
    () => 0,
  );
  figures.is('answers without TLS', plain, 0);
}

export async function redisSingle(network: Network): Promise<boolean> {
  const figures = new Figures('redis-single');
  const { manifests, secrets, images, open } = await setup({});
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images }, network);
  try {
    await set.start();
    await closed(figures, set.pod(0), open);
    const writer = new Writer(async () => ({ name: 'cache-0', client: await open(set.pod(0), web) }), 0);
    await sleep(1_500);
    // A password is changed, and an account comes that had no Secret: the connections that are there stay.
    const changed = { ...web, password: 'changed' };
    set.pod(0).changeFile('users', 'web/password', changed.password);
    const late = { username: 'late', password: 'late' };
    for (const [key, text] of Object.entries(late)) set.pod(0).changeFile('users', `late/${key}`, text);
    const signsIn = async (account: typeof web) => {
      const client = await open(set.pod(0), account).catch(() => undefined);
      client?.close();
      return client !== undefined;
    };
    await until('the new password is good', () => signsIn(changed), 30);
    figures.is('the old password is good for those who have not read the new one', (await signsIn(web)) ? 1 : 0, 1);
    figures.is('writes that a changed password broke', writer.refused, 0);
    const lateClient = await open(set.pod(0), late);
    figures.is('writes in its own namespace', String(await lateClient.must('SET', 'late:x', 'y')), 'OK');
    figures.is('writes in that of another', (await lateClient.ask('SET', 'x', 'y')) instanceof Error ? 0 : 1, 0);
    set.pod(0).main.kill();
    await sleep(500);
    await set.ready(0);
    await sleep(1_000);
    await set.replace(0);
    await sleep(1_000);
    await writer.stop();
    figures.note('acknowledged writes', writer.promised.size);
    const missing = await writer.missing(await open(set.pod(0), reader));
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
  const { manifests, secrets, images, open: openPod } = await setup({ topology: 'sentinel' });
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images }, network);
  /** Asks as a client does: the sentinels, one after another. */
  const leader = async (): Promise<number> => {
    for (const pod of set.pods) {
      try {
        const client = await openPod(pod, web, 26_379);
        const reply = await client.must('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'cache');
        client.close();
        if (Array.isArray(reply)) return Number(/^cache-(\d+)\./.exec(String(reply[0]))?.[1]);
      } catch {}
    }
    throw new Error('no sentinel answers');
  };
  const open = (ordinal: number) => openPod(set.pod(ordinal), web);
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
    const client = await openPod(set.pod(0), web, 26_379);
    const reply = (await client.must('SENTINEL', 'MASTER', 'cache')) as string[];
    client.close();
    return Number(reply[reply.indexOf('num-other-sentinels') + 1]) + 1;
  };
  try {
    await set.start();
    await until('one primary and two replicas', settled);
    await until('three sentinels know each other', async () => (await sentinels()) === 3);
    figures.is('first primary', await leader(), 0);
    await closed(figures, set.pod(0), openPod);
    const sentinel = await openPod(set.pod(0), web, 26_379);
    const commands = [
      ['SENTINEL', 'REMOVE', 'cache'],
      ['SENTINEL', 'FAILOVER', 'cache'],
      ['SENTINEL', 'SET', 'cache', 'quorum', '1'],
      ['PUBLISH', '__sentinel__:hello', 'x'],
    ];
    const replies = await Promise.all(commands.map((command) => sentinel.ask(...command)));
    const forged = await (await open(0)).ask('PUBLISH', '__sentinel__:hello', 'x');
    const through = [...replies, forged].filter(
      (reply) => !(reply instanceof Error && reply.message.startsWith('NOPERM')),
    );
    figures.is('commands by which a service could move the primary', through.length, 0, through.map(String));
    const stranger = await openPod(set.pod(0), undefined, 26_379);
    figures.is('sentinels answer without an account', (await stranger.ask('PING')) instanceof Error ? 0 : 1, 0);
    const secret = ['-e', 'auth-pass', '-e', 'sentinel-pass', '-e', 'x)'];
    const kept = await set.pod(0).main.exec(['grep', ...secret, '/data/sentinel.conf']);
    figures.is('passwords on the volume', kept.stdout, '');
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
    const take = async () => {
      const { stdout, stderr } = await alone.main.exec(['sh', '-c', '. /etc/redis/common.sh; cli set alone taken']);
      return stdout.trim() || stderr.trim();
    };
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
  const { manifests, secrets, images, open } = await setup({ topology: 'cluster' });
  const set = new PlayedSet({ manifests, name: 'cache', secrets, images }, network);
  const cli = (ordinal: number, ...words: string[]) =>
    set.pod(ordinal).main.exec(['sh', '-c', '. /etc/redis/common.sh; cli -c "$@"', 'cli', ...words]);
  // Over a redirection, whose name the certificate must have.
  const asWeb =
    'as_web() { REDISCLI_AUTH=$(cat /run/users/web/password) redis-cli --tls --cacert /run/tls/ca.crt --user web "$@"; }';
  const healthy = async () => {
    const states = await Promise.all(
      set.pods.map(async (_, ordinal) => (await cli(ordinal, 'cluster', 'info')).stdout),
    );
    return states.every((text) => text.includes('cluster_state:ok') && /cluster_known_nodes:6\r/.test(text));
  };
  const write = async (prefix: string, count: number) => {
    const { stdout } = await set
      .pod(1)
      .main.exec(['sh', '-c', `${asWeb}; for i in $(seq ${count}); do as_web -c set ${prefix}-$i $i; done`]);
    return stdout.split('\n').filter((line) => line === 'OK').length;
  };
  const lost = async (prefix: string, count: number) => {
    const { stdout } = await set
      .pod(2)
      .main.exec([
        'sh',
        '-c',
        `${asWeb}; for i in $(seq ${count}); do [ "$(as_web -c get ${prefix}-$i)" = $i ] || echo lost; done`,
      ]);
    return stdout.split('\n').filter((line) => line === 'lost').length;
  };
  try {
    await set.start();
    await until('the cluster forms', healthy, 60, () => set.pod(0).main.lastLines(40));
    await closed(figures, set.pod(0), open);
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
