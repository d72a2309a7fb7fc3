import { setTimeout as sleep } from 'node:timers/promises';
import { StatefulBackend } from '../../lib';
import { Figures } from './figures';
import type { Network } from './node/network';
import { PlayedSet, until } from './node/set';
import { unpacked } from './packages';
import { rendered } from './render';
import { mariadbSql } from './sql';

// Characters that a careless script or statement would trip over.
const secrets = {
  'orders-db': {
    'root-password': 'r"o\\o\'t $(x) #`',
    'replication-password': 'r\'e"p\\l $(y) #`',
    username: 'orders',
    password: 'o\'r"d\\e $(z) #`',
  },
};

export async function mariadb(network: Network): Promise<boolean> {
  const figures = new Figures('mariadb');
  const manifests = rendered((shop) => {
    StatefulBackend.mariadb(shop, 'orders-db', { storage: '10Gi', replicas: 3, credentials: { secret: 'orders-db' } });
  });
  const images = { 'docker.io/library/mariadb': { packages: [await unpacked('mariadb')] } };
  const set = new PlayedSet({ manifests, name: 'orders-db', secrets, images }, network);
  try {
    await set.start();
    const client = await set.client();
    const { statement, ask } = await mariadbSql(client, secrets['orders-db']);
    const made = await ask('orders-db', 'CREATE TABLE t (id INT PRIMARY KEY)');
    if (made !== '') throw new Error(made);
    await ask('orders-db', 'INSERT INTO t VALUES (-1)');
    const replica = (ordinal: number) => `orders-db-${ordinal}.orders-db-peers`;
    await until(
      'a replica has what the primary wrote',
      async () => (await ask(replica(2), 'SELECT id FROM t')) === '-1',
      20,
      async () => {
        const status = "mariadb --no-defaults --socket=/tmp/mysql.sock --user=monitor --execute='SHOW SLAVE STATUS\\G'";
        return (await set.pod(2).main.exec(['sh', '-c', status])).stdout;
      },
    );
    figures.is('reads on a replica', await ask(replica(1), 'SELECT id FROM t'), '-1');
    figures.is(
      'writes on a replica refused',
      (await ask(replica(1), 'INSERT INTO t VALUES (-2)')).includes('read-only') ? 1 : 0,
      1,
    );

    client.startWriting(`${statement('orders-db', 'INSERT INTO t VALUES ($i)')} 2> /dev/null`);
    await sleep(2_000);
    set.pod(0).main.kill();
    await sleep(500);
    await set.ready(0);
    await sleep(1_000);
    await set.lose(0);
    await set.ready(0);
    await sleep(1_000);
    await set.lose(2);
    await set.ready(2);
    await set.rollingRestart();
    figures.is('pods killed at their end', set.killed, 0);
    await set.powerCut();
    await sleep(1_000);
    await client.stopWriting();
    figures.note('acknowledged writes', client.acknowledged.size);
    const missing = client.missing(await client.must(statement('orders-db', 'SELECT id FROM t')));
    figures.is('acknowledged writes lost', missing.length, 0, missing);
    for (const ordinal of [1, 2]) {
      const behind = async () => client.lost(await ask(replica(ordinal), 'SELECT id FROM t'));
      await until(`replica ${ordinal} has all`, async () => (await behind()) === 0, 30).catch(() => {});
      figures.is(`acknowledged writes missing on replica ${ordinal}`, await behind(), 0);
    }
    figures.is('members alive', (await Promise.all(set.pods.map((pod) => pod.isAlive()))).filter(Boolean).length, 3);
    await set.loseVolume(0);
    await until('the primary says something', () => set.pod(0).main.lastLines().includes('give it its data'), 30).catch(
      () => {},
    );
    figures.is('primary without its volume comes back empty', (await set.pod(0).isReady()) ? 1 : 0, 0);
    return figures.allRight;
  } finally {
    await set.close();
  }
}
