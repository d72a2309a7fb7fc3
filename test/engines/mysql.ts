import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StatefulBackend } from '../../lib';
import { cached } from '../verify/cache';
import { Figures } from './figures';
import type { Network } from './node/network';
import { PlayedSet, until } from './node/set';
import { unpacked, unpackedNewest } from './packages';
import { rendered } from './render';
import { mysqlSql } from './sql';

// Characters that a careless script or statement would trip over.
const secrets = {
  'orders-db': {
    'root-password': 'r"o\\o\'t $(x) #`',
    'replication-password': 'r\'e"p\\l $(y) #`',
    username: 'orders',
    password: 'o\'r"d\\e $(z) #`',
  },
};

interface Flavour {
  readonly name: 'mariadb' | 'mysql';
  /** What stands in for its image. */
  packages(): Promise<readonly string[]>;
  readonly status: string;
  /** Makes of the data of a server that was killed those of one that was killed while it ended. */
  ending?(data: string): void;
}

const flavours: Readonly<Record<'mariadb' | 'mysql', Flavour>> = {
  mariadb: {
    name: 'mariadb',
    packages: async () => [await unpacked('mariadb')],
    status: 'SHOW SLAVE STATUS',
    ending: closeBinlog,
  },
  // Of Debian unstable, which is ahead of the image.
  mysql: {
    name: 'mysql',
    packages: async () => [await layout(), await unpackedNewest('mysql-server-core', 'mysql-client-core')],
    status: 'SHOW REPLICA STATUS',
  },
};

/** A folder that its image has, and that its server looks for. */
const layout = (): Promise<string> =>
  cached('engine-mysql-layout-1', (folder) => {
    mkdirSync(join(folder, 'var/lib/mysql-files'), { recursive: true });
  });

export const mysqlPackages = (): Promise<readonly string[]> => flavours.mysql.packages();
export const mysqlNeeds = (): Promise<unknown> => mysqlPackages();
export const mariadb = (network: Network): Promise<boolean> => primaryAndReplicas(network, flavours.mariadb);
export const mysql = (network: Network): Promise<boolean> => primaryAndReplicas(network, flavours.mysql);

/** The binary log is closed before the last commits of InnoDB are written: in the flags of its first event. */
function closeBinlog(data: string): void {
  const last = readFileSync(join(data, 'binlog.index'), 'utf8').trim().split('\n').at(-1) as string;
  const log = readFileSync(join(data, last));
  log[21] = 0;
  writeFileSync(join(data, last), log);
}

async function primaryAndReplicas(network: Network, { name, packages, status, ending }: Flavour): Promise<boolean> {
  const figures = new Figures(name);
  const manifests = rendered((shop) => {
    StatefulBackend[name](shop, 'orders-db', { storage: '10Gi', replicas: 3, credentials: { secret: 'orders-db' } });
  });
  const images = { [`docker.io/library/${name}`]: { packages: await packages() } };
  const set = new PlayedSet({ manifests, name: 'orders-db', secrets, images }, network);
  try {
    await set.start();
    const client = await set.client();
    const { statement, ask } = await mysqlSql(client, secrets['orders-db'], name);
    const made = await ask('orders-db', 'CREATE TABLE t (id INT PRIMARY KEY)');
    if (made !== '') throw new Error(made);
    await ask('orders-db', 'INSERT INTO t VALUES (-1)');
    const replica = (ordinal: number) => `orders-db-${ordinal}.orders-db-peers`;
    await until(
      'a replica has what the primary wrote',
      async () => (await ask(replica(2), 'SELECT id FROM t')) === '-1',
      20,
      async () => {
        const ask = `${name} --no-defaults --socket=/tmp/mysql.sock --user=monitor --vertical --execute='${status}'`;
        return (await set.pod(2).main.exec(['sh', '-c', ask])).stdout;
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
    if (ending !== undefined) {
      for (const ordinal of [0, 2]) {
        await sleep(1_000);
        await set.lose(ordinal, async () => ending(join(set.claimOf(`data-orders-db-${ordinal}`), 'data')));
        await set.ready(ordinal);
        const reopened = set.pod(ordinal).main.lastLines(1_000).includes('the binary log is opened again');
        figures.is(`binary log of member ${ordinal}, killed at its end, opened again`, reopened ? 1 : 0, 1);
      }
    }
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
