import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { Figures } from './figures';
import { quickJava } from './jars';
import { Names } from './node/names';
import type { Network } from './node/network';
import { PlayedSet, until } from './node/set';
import { PlayedTier } from './node/tier';
import { unpacked } from './packages';
import { rendered, versionOf } from './render';
import type { Flavour } from './sharding/flavours';
import { Session } from './sharding/session';
import { standIn } from './sharding/stand-in';

const account = { username: 'orders', password: 'o\'r"d\\e $(z) #`&|: {}' };
const secrets = {
  'orders-db': { 'root-password': "r'oot", 'replication-password': "r'epl", ...account },
};
const IMAGE = 'registry.example.com/shop/shardingsphere-proxy';

const manifestsOf = ({ make }: Flavour): Manifest[] =>
  rendered((shop) =>
    make(shop, {
      shards: 2,
      tables: {
        orders: { shardBy: 'customer_id' },
        order_items: { shardBy: 'customer_id', with: 'orders' },
        sessions: { shardBy: 'token', of: 'text' },
        currencies: 'every shard',
      },
      reads: 'replicas',
      replicas: 2,
      storage: '10Gi',
      credentials: { secret: 'orders-db' },
      proxy: { image: `${IMAGE}:5.5.2` },
    }),
  );

/** Two shards with a replica each and two proxies, and what their users see of it. */
export const sharded = (flavour: Flavour) => ({
  needs: (): Promise<unknown> => Promise.all([unpacked(flavour.needs), proxyImage(flavour)]),
  play: (network: Network): Promise<boolean> => play(flavour, network),
});

const proxyImage = (flavour: Flavour): Promise<readonly string[]> => standIn(versionOf(manifestsOf(flavour), IMAGE));

async function play(flavour: Flavour, network: Network): Promise<boolean> {
  const figures = new Figures(`sharded-${flavour.engine}`);
  const manifests = manifestsOf(flavour);
  const names = new Names(manifests);
  const input = { manifests, secrets, names };
  const images = await flavour.image();
  const shards = [0, 1].map((shard) => new PlayedSet({ ...input, name: `orders-db-shard-${shard}`, images }, network));
  // Of its pods only the proxy: the client beside it speaks with a front end that cannot be had.
  const proxy = { packages: await proxyImage(flavour), env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...quickJava } };
  const proxies = new PlayedTier({ ...input, name: 'orders-db', images: { [IMAGE]: proxy } }, network);
  const sessions: Session[] = [];
  const session = async (number: number) => {
    const made = await Session.open(proxies.pod(number).address, flavour.port, account);
    sessions.push(made);
    return made;
  };
  try {
    await Promise.all(shards.map((shard) => shard.start()));
    const onShard = async (shard: number, sql: string): Promise<string> => {
      const { main } = (shards[shard] as PlayedSet).pod(0);
      const { code, stdout, stderr } = await main.exec(['sh', '-c', flavour.client], sql);
      if (code !== 0) throw new Error(stderr);
      return stdout.trim();
    };
    const onBoth = async (sql: string): Promise<number[]> =>
      (await Promise.all([0, 1].map((shard) => onShard(shard, sql)))).map(Number);
    // The questions of the probes, put to an engine: its front end is what the proxy imitates.
    for (const name of flavour.probes) {
      const script = manifests.find(({ kind, data }) => kind === 'ConfigMap' && 'global.yaml' in data)?.data[name];
      const { code } = await (shards[0] as PlayedSet).pod(0).main.exec(['bash', '-c', script]);
      figures.is(`${name} ends for an engine with`, code, 0);
    }
    // As a migration does it.
    await Promise.all([0, 1].map((shard) => onShard(shard, flavour.schema(shard))));
    await proxies.start(2);
    const [one, two] = [await session(0), await session(1)];
    const stranger = Session.open(proxies.pod(0).address, flavour.port, { ...account, password: 'o' });
    figures.is('a wrong password', await outcome(stranger), 'refused');
    await rows(figures, [one, two], onBoth);
    await texts(figures, [one, two], flavour);
    await reading(figures, one, flavour);
    await losing({ figures, shards, proxies, session, onBoth });
    return figures.allRight;
  } finally {
    for (const each of sessions) each.close();
    await proxies.close();
    await Promise.all(shards.map((shard) => shard.close()));
  }
}

const outcome = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'accepted',
    () => 'refused',
  );

type OnBoth = (sql: string) => Promise<number[]>;

const CUSTOMERS = 1_000;
const ORDERS = 4_000;

async function rows(figures: Figures, [one, two]: readonly [Session, Session], onBoth: OnBoth): Promise<void> {
  const started = Date.now();
  // Every tenth customer has a negative number, and one so large that it is no integer of 32 bits.
  const customer = (order: number) => {
    const number = order % CUSTOMERS;
    return number % 10 === 0 ? -number : number % 10 === 1 ? number + 2 ** 40 : number;
  };
  for (let order = 0; order < ORDERS; order += 40) {
    const batch = Array.from({ length: 40 }, (_, index) => order + index);
    const values = batch.map((each) => `(${customer(each)}, 'order ${each}')`).join(', ');
    await (order % 80 === 0 ? one : two).run(`INSERT INTO orders (customer_id, note) VALUES ${values}`);
    const items = batch.map((each) => `(${customer(each)}, 'order ${each}')`).join(', ');
    await (order % 80 === 0 ? two : one).run(`INSERT INTO order_items (customer_id, order_note) VALUES ${items}`);
  }
  figures.note('seconds for 8000 rows in 200 statements', Math.round((Date.now() - started) / 1_000));
  const spread = await onBoth('SELECT COUNT(*) FROM orders');
  figures.note('rows on shard 0', spread[0] as number);
  figures.note('rows on shard 1', spread[1] as number);
  figures.is('rows in all', sum(spread), ORDERS);
  figures.is(
    'rows on a shard where they do not belong',
    sum(
      await Promise.all(
        [0, 1].map((shard) =>
          onBoth(`SELECT COUNT(*) FROM orders WHERE MOD(MOD(customer_id, 2) + 2, 2) <> ${shard}`).then(
            (counts) => counts[shard] as number,
          ),
        ),
      ),
    ),
    0,
  );
  const [ids] = await one.run('SELECT COUNT(DISTINCT id) FROM orders');
  figures.is('numbers given twice', ORDERS - Number(ids), 0);
  await one.run("INSERT INTO currencies VALUES ('EUR')");
  figures.is('shards with a table that all have', sum(await onBoth('SELECT COUNT(*) FROM currencies')), 2);
  figures.is(
    'an insert for no shard',
    await outcome(one.run("INSERT INTO orders (note) VALUES ('nobody')")),
    'refused',
  );
}

async function texts(
  figures: Figures,
  [one, two]: readonly [Session, Session],
  { sameInOtherLetters }: Flavour,
): Promise<void> {
  await one.run("INSERT INTO sessions VALUES ('Bob')");
  const again = await outcome(two.run("INSERT INTO sessions VALUES ('BOB ')"));
  figures.is('the same text in other letters', again, sameInOtherLetters ? 'refused' : 'accepted');
}

async function reading(figures: Figures, one: Session, { server: own }: Flavour): Promise<void> {
  const count = async (sql: string) => Number((await one.run(sql))[0]);
  // Replicas are behind, so it is asked until they are not.
  const settled = async (what: string, sql: string, wanted: number) => {
    await until(what, async () => (await count(sql)) === wanted, 20).catch(() => {});
    figures.is(what, await count(sql), wanted);
  };
  await settled('rows found by all shards', 'SELECT COUNT(*) FROM orders', ORDERS);
  await settled('rows found by one', 'SELECT COUNT(*) FROM orders WHERE customer_id = 7', ORDERS / CUSTOMERS);
  await settled(
    'rows found by text for a number',
    "SELECT COUNT(*) FROM orders WHERE customer_id = '7'",
    ORDERS / CUSTOMERS,
  );
  await settled(
    'rows found by a range',
    'SELECT COUNT(*) FROM orders WHERE customer_id BETWEEN 2 AND 9',
    (8 * ORDERS) / CUSTOMERS,
  );
  await settled(
    'rows joined',
    'SELECT COUNT(*) FROM orders o JOIN order_items i ON i.customer_id = o.customer_id AND i.order_note = o.note',
    ORDERS,
  );
  const server = `SELECT ${own.expression} FROM orders WHERE customer_id = 7 LIMIT 1`;
  figures.is('reads go to', `${(await one.run(server))[0]}`, own.replica);
  await one.run('BEGIN');
  await one.run("INSERT INTO orders (customer_id, note) VALUES (7, 'in a transaction')");
  figures.is('reads of a transaction go to', `${(await one.run(server))[0]}`, own.primary);
  const seen = "SELECT COUNT(*) FROM orders WHERE customer_id = 7 AND note = 'in a transaction'";
  figures.is('what a transaction has written is there', await count(seen), 1);
  await one.run('ROLLBACK');
  await settled('what was rolled back is not', seen, 0);
}

interface Played {
  readonly figures: Figures;
  readonly shards: readonly PlayedSet[];
  readonly proxies: PlayedTier;
  readonly session: (number: number) => Promise<Session>;
  readonly onBoth: OnBoth;
}

async function losing({ figures, shards, proxies, session, onBoth }: Played): Promise<void> {
  const writers = [0, 1].flatMap((proxy) => [0, 1].map((shard) => new Writer(proxy, shard, session)));
  const of = (shard: number) => writers.filter((writer) => writer.shard === shard);
  const acknowledged = (list: readonly Writer[]) => sum(list.map((writer) => writer.acknowledged.length));
  const [first] = shards as [PlayedSet, PlayedSet];
  await sleep(2_000);
  // A proxy is killed, and started again by its node.
  proxies.pod(0).main.kill();
  await sleep(1_500);
  await proxies.alive(0);
  await sleep(1_000);
  // The primary of a shard is gone; the other shard goes on, through both proxies.
  let before = 0;
  await first.lose(0, async () => {
    before = acknowledged(of(1));
    await sleep(3_000);
  });
  figures.is('writes on one shard while the other is away', acknowledged(of(1)) > before ? 'yes' : 'no', 'yes');
  await first.ready(0);
  const back = acknowledged(of(0));
  await until('the shard is written to again', () => acknowledged(of(0)) > back, 90);
  // A new config: one new proxy for each old one.
  for (const number of [0, 1]) await proxies.replace(number);
  await Promise.all(shards.map((shard) => shard.powerCut()));
  const after = of(1).map((writer) => writer.acknowledged.length);
  await until(
    'both are written to again',
    () => of(1).every((writer, index) => writer.acknowledged.length > (after[index] as number)),
    90,
  );
  for (const writer of writers) await writer.stop();
  figures.note('acknowledged writes', acknowledged(writers));
  const notes = new Set<string>();
  const probe = await session(0);
  await probe.run('BEGIN');
  for (const row of await probe.run("SELECT note FROM orders WHERE note LIKE 'w%'")) notes.add(row);
  await probe.run('ROLLBACK');
  figures.is(
    'acknowledged writes lost',
    writers.flatMap((writer) => writer.acknowledged).filter((note) => !notes.has(note)).length,
    0,
  );
  figures.is('rows on both shards', sum(await onBoth("SELECT COUNT(*) FROM orders WHERE note LIKE 'w%'")), notes.size);
  // A proxy that starts while a shard is away.
  await first.lose(0, async () => {
    await proxies.create(2);
    await sleep(20_000);
    figures.is(
      'a proxy that starts while a shard is away serves',
      (await proxies.pod(2).isAlive()) ? 'yes' : 'no',
      'no',
    );
  });
  await first.ready(0);
  await proxies.alive(2);
  figures.is('and when the shard is back', 'yes', 'yes');
}

/** Writes one row after another through one proxy to one shard, and remembers which were acknowledged. */
class Writer {
  readonly acknowledged: string[] = [];
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly proxy: number,
    readonly shard: number,
    private readonly session: (number: number) => Promise<Session>,
  ) {
    this.done = this.write();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async write(): Promise<void> {
    let connection: Session | undefined;
    for (let number = 0; !this.stopped; number += 1) {
      const note = `w${this.proxy}-${this.shard}-${number}`;
      try {
        connection ??= await this.session(this.proxy);
        await connection.run(`INSERT INTO orders (customer_id, note) VALUES (${100 + this.shard}, '${note}')`);
        this.acknowledged.push(note);
      } catch {
        connection?.close();
        connection = undefined;
        await sleep(200);
      }
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
