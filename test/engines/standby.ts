import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, ExternalBackend, StatefulBackend } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { Figures } from './figures';
import { Names } from './node/names';
import type { Network } from './node/network';
import type { Image } from './node/pod';
import { type Client, PlayedSet, until } from './node/set';
import { unpacked } from './packages';
import { rendered } from './render';
import { type Account, mariadbSql, postgresSql, type Sql } from './sql';

// Characters that a careless script or statement would trip over.
const account = { username: 'orders', password: 'o\'r"d\\e $(z) #`' };
const secrets = {
  'orders-db': {
    'root-password': 'r"o\\o\'t $(x) #`',
    'replication-password': 'r\'e"p\\l $(y) #`',
    ...account,
  },
};

/** What is different between the engines. */
interface Engine {
  readonly name: string;
  readonly images: Readonly<Record<string, Image>>;
  /** One site; with `follows` it is a standby of whatever has this name. */
  make(shop: Environment, site: number, follows: string | undefined): void;
  sql(client: Client, account: Account): Promise<Sql>;
}

const common = { storage: '10Gi', credentials: { secret: 'orders-db' }, followers: ['10.77.0.0/16'] };
const elsewhere = { addresses: ['192.0.2.7'] };

export async function standbyMariadb(network: Network): Promise<boolean> {
  return proof(network, {
    name: 'standby-mariadb',
    images: { 'docker.io/library/mariadb': { packages: [await unpacked('mariadb')] } },
    make(shop, site, follows) {
      const primary = follows && new ExternalBackend(shop, follows, { ...elsewhere, ports: { mysql: 3306 } });
      StatefulBackend.mariadb(shop, 'orders-db', { ...common, site, follows: primary || undefined });
    },
    sql: mariadbSql,
  });
}

export async function standbyPostgres(network: Network): Promise<boolean> {
  const env = { PATH: '/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin' };
  return proof(network, {
    name: 'standby-postgres',
    images: { 'docker.io/library/postgres': { packages: [await unpacked('postgres')], env } },
    make(shop, site, follows) {
      const primary = follows && new ExternalBackend(shop, follows, { ...elsewhere, ports: { postgres: 5432 } });
      StatefulBackend.postgres(shop, 'orders-db', { ...common, site, follows: primary || undefined });
    },
    sql: postgresSql,
  });
}

const numbers = 'SELECT id FROM t';
const member = (ordinal: number) => `orders-db-${ordinal}.orders-db-peers`;
const refusal = 'taken writes of its own';

/** Two sites of two members each: the western one follows the eastern one, is promoted, and is followed by it. */
async function proof(network: Network, engine: Engine): Promise<boolean> {
  const figures = new Figures(engine.name);
  const manifests = (site: number, follows?: string): Manifest[] =>
    rendered((shop) => engine.make(shop, site, follows));
  const names = (made: Manifest[], other: string, address: () => string) =>
    // In a cluster it is the address of a balancer, which stays.
    new Names(made, (): Record<string, string> => (address() === '' ? {} : { [other]: address() }));
  const base = { name: 'orders-db', secrets, images: engine.images };
  const eastern = manifests(0);
  const western = manifests(1, 'east');
  const east: PlayedSet = new PlayedSet(
    { ...base, manifests: eastern, names: names(eastern, 'west', () => west.pods[0]?.address ?? '') },
    network,
  );
  const namesInWest = names(western, 'east', () => east.pods[0]?.address ?? '');
  const west: PlayedSet = new PlayedSet({ ...base, manifests: western, names: namesInWest }, network);
  try {
    await east.start();
    const easterner = await east.client();
    const there = await engine.sql(easterner, account);
    for (const text of ['CREATE TABLE t (id INT PRIMARY KEY)', 'INSERT INTO t VALUES (-1)']) {
      const answer = await there.ask('orders-db', text);
      if (answer !== '') throw new Error(answer);
    }
    await west.start();
    const westerner = await west.client();
    const here = await engine.sql(westerner, account);
    const has = async (sql: Sql, ordinal: number, number: string) =>
      (await sql.ask(member(ordinal), numbers)).split('\n').includes(number);
    const arrives = async (sql: Sql, ordinal: number, number: string) => {
      const found = () => has(sql, ordinal, number);
      await until(`member ${ordinal} has ${number}`, found, 30).catch(() => {});
      return (await found()) ? 1 : 0;
    };
    await there.ask('orders-db', 'INSERT INTO t VALUES (-2)');
    for (const ordinal of [0, 1]) {
      figures.is(`standby member ${ordinal} has what was written before it`, await arrives(here, ordinal, '-1'), 1);
      figures.is(`standby member ${ordinal} has what was written after it`, await arrives(here, ordinal, '-2'), 1);
      const refused = await here.ask(member(ordinal), 'INSERT INTO t VALUES (-3)');
      figures.is(`standby member ${ordinal} refuses writes`, refused.includes('read-only') ? 1 : 0, 1);
    }

    easterner.startWriting(`${there.statement('orders-db', 'INSERT INTO t VALUES ($i)')} 2> /dev/null`);
    await sleep(2_000);
    await west.lose(0);
    await west.ready(0);
    await west.rollingRestart();
    await east.replace(0);
    await west.lose(1);
    await west.ready(1);
    namesInWest.tell();
    await there.ask('orders-db', 'INSERT INTO t VALUES (-6)');
    figures.is('standby follows again', await arrives(here, 1, '-6'), 1);
    await sleep(2_000);
    await Promise.all([east.burnDown(), easterner.stopWriting()]);
    await sleep(2_000);
    const replicated = (await here.ask(member(0), numbers)).split('\n');
    figures.note('writes that the primary acknowledged', easterner.acknowledged.size);
    figures.note('of these not replicated when it was lost', easterner.lost(replicated.join('\n')));
    figures.is(
      'standby goes on without the primary',
      (await Promise.all(west.pods.map((pod) => pod.isReady()))).every(Boolean) ? 1 : 0,
      1,
    );

    west.apply(manifests(1));
    const promoted = Date.now();
    await west.rollingRestart();
    figures.note('seconds to promote', Math.round((Date.now() - promoted) / 1_000));
    const kept = new Set((await here.ask('orders-db', numbers)).split('\n'));
    figures.is('replicated writes lost by the promotion', replicated.filter((number) => !kept.has(number)).length, 0);

    westerner.startWriting(`${here.statement('orders-db', 'INSERT INTO t VALUES (1000000 + $i)')} 2> /dev/null`);
    await sleep(2_000);
    await west.lose(0);
    await west.ready(0);
    await west.rollingRestart();
    await sleep(1_000);
    await westerner.stopWriting();
    const lost = async (sql: Sql, ordinal: number) => {
      const there = new Set((await sql.ask(member(ordinal), numbers)).split('\n'));
      return [...westerner.acknowledged.keys()].filter((number) => !there.has(String(1_000_000 + Number(number))))
        .length;
    };
    figures.note('writes that the promoted site acknowledged', westerner.acknowledged.size);
    figures.is('of these lost', await lost(here, 0), 0);
    await until('the replica has all', async () => (await lost(here, 1)) === 0, 30).catch(() => {});
    figures.is('of these missing on its replica', await lost(here, 1), 0);

    // Both ways to a second history: the promoted site back under the old primary, the old primary under the promoted one.
    east.apply(manifests(0, 'west'));
    west.apply(manifests(1, 'east'));
    await west.lose(1);
    await until('it says why', () => west.pod(1).main.lastLines().includes(refusal), 30).catch(() => {});
    figures.is('promoted site refuses to follow', west.pod(1).main.lastLines().includes(refusal) ? 1 : 0, 1);
    figures.is('and is not ready', (await west.pod(1).isReady()) ? 1 : 0, 0);
    await here.ask(member(0), 'INSERT INTO t VALUES (-4)');
    figures.is('and takes writes on', await arrives(here, 0, '-4'), 1);
    west.apply(manifests(1));
    await west.lose(1);
    await west.ready(1);
    await east.begin();
    await until('it says why', () => east.pod(0).main.lastLines().includes(refusal), 30).catch(() => {});
    figures.is('former primary refuses to follow', east.pod(0).main.lastLines().includes(refusal) ? 1 : 0, 1);
    await east.burnDown();
    east.deleteClaims();
    await east.start();
    await here.ask('orders-db', 'INSERT INTO t VALUES (-5)');
    for (const ordinal of [0, 1]) {
      figures.is(`former primary, emptied, follows: member ${ordinal}`, await arrives(there, ordinal, '-5'), 1);
      figures.is(`writes missing on its member ${ordinal}`, await lost(there, ordinal), 0);
    }
    figures.is('pods killed at their end', east.killed + west.killed, 0);
    return figures.allRight;
  } finally {
    await Promise.all([east.close(), west.close()]);
  }
}
