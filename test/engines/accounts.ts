import { type Environment, Migration, StatefulBackend, StatelessService, type Usable } from '../../lib';
import { Figures } from './figures';
import { mysqlPackages } from './mysql';
import type { Network } from './node/network';
import type { Image, Pod } from './node/pod';
import { type Client, PlayedSet, until } from './node/set';
import { unpacked } from './packages';
import { rendered } from './render';
import { type Account, mariadbSql, mysqlSql, postgresSql, type Sql } from './sql';

// Characters that a careless script or statement would trip over.
const odd = (name: string) => ({ username: `${name} o'r"d\\`, password: `${name} o'r"d\\e $(z) #\`:&%_` });

interface Engine {
  readonly name: string;
  make(shop: Environment): Usable;
  images(): Promise<Readonly<Record<string, Image>>>;
  sql(client: Client, account: Account, database?: string): Promise<Sql>;
  /** How an administrator gives a reader more than it should have. */
  readonly excess: (reader: string) => readonly string[];
  /** Answers of a server that refuses. */
  readonly refusal: RegExp;
  /** A statement that takes a minute, and the answer of a server that is full. */
  readonly sleep: string;
  readonly full: RegExp;
}

const base = { storage: '10Gi', replicas: 2, maxConnections: 20, credentials: { secret: 'orders-db' } } as const;
const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'@'%'`;
const mysqlExcess = (reader: string) => [
  `GRANT ALL ON orders_db.* TO ${text(reader)} WITH GRANT OPTION`,
  `GRANT INSERT ON orders_db.t TO ${text(reader)}`,
  `GRANT PROCESS ON *.* TO ${text(reader)}`,
];

const engines: Readonly<Record<'mariadb' | 'mysql' | 'postgres', Engine>> = {
  mariadb: {
    name: 'mariadb',
    make: (shop) => StatefulBackend.mariadb(shop, 'orders-db', base),
    images: async () => ({ 'docker.io/library/mariadb': { packages: [await unpacked('mariadb')] } }),
    sql: mariadbSql,
    excess: mysqlExcess,
    refusal: /denied/,
    sleep: 'SELECT SLEEP(60)',
    full: /Too many connections/,
  },
  mysql: {
    name: 'mysql',
    make: (shop) => StatefulBackend.mysql(shop, 'orders-db', base),
    images: async () => ({ 'docker.io/library/mysql': { packages: await mysqlPackages() } }),
    sql: (client, account, database) => mysqlSql(client, account, 'mysql', database),
    excess: mysqlExcess,
    refusal: /denied/,
    sleep: 'SELECT SLEEP(60)',
    full: /Too many connections/,
  },
  postgres: {
    name: 'postgres',
    make: (shop) => StatefulBackend.postgres(shop, 'orders-db', base),
    images: async () => ({
      'docker.io/library/postgres': {
        packages: [await unpacked('postgres')],
        env: { PATH: '/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin' },
      },
    }),
    sql: postgresSql,
    excess: (reader) => [`GRANT orders_db_owner TO "${reader.replaceAll('"', '""')}"`],
    refusal: /permission denied|must be owner/,
    sleep: 'SELECT pg_sleep(60)',
    full: /too many clients|remaining connection slots/,
  },
};

export const accountsNeeds = (name: keyof typeof engines) => (): Promise<unknown> => engines[name].images();
export const accounts = (name: keyof typeof engines) => (network: Network) => proof(network, engines[name]);

/** The accounts of all users, created by the Job, and what each of them can do. */
async function proof(network: Network, engine: Engine): Promise<boolean> {
  const figures = new Figures(`accounts-${engine.name}`);
  const manifests = rendered((shop) => {
    const database = engine.make(shop);
    const image = 'registry.example.com/shop/any:1.0.0';
    new StatelessService(shop, 'orders', { image }).uses(database);
    new StatelessService(shop, 'reports', { image }).uses(database, { access: 'read-only' });
    new StatelessService(shop, 'billing', { image }).uses(database, { database: 'billing-2' });
    const both = new StatelessService(shop, 'both', { image });
    both.uses(database, { access: 'read-only' });
    both.uses(database, { database: 'billing-2', env: 'BILLING' });
    new Migration(shop, 'schema', { image, check: ['true'] }).uses(database);
  });
  const secrets = {
    'orders-db': { 'root-password': 'r\'o"ot\\', 'replication-password': 'r\'e"p\\l', ...odd('admin') },
    'orders-db-orders': odd('orders'),
    'orders-db-reports': odd('reports'),
    'orders-db-billing': odd('billing'),
    'orders-db-both': odd('both'),
    'orders-db-schema': odd('schema'),
  };
  const set = new PlayedSet({ manifests, name: 'orders-db', secrets, images: await engine.images() }, network);
  const jobName = manifests.find(
    ({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('orders-db-accounts'),
  )?.metadata.name as string;
  const log = (pod: Pod) => pod.main.lastLines(200);
  const run = async (): Promise<{ readonly code: number; readonly said: string }> => {
    const pod = await set.job('Job', jobName);
    const code = await pod.work();
    const said = log(pod);
    if (process.env.DEBUG) console.log(said);
    await pod.destroy();
    return { code, said };
  };
  try {
    // It is applied together with its server.
    const early = await set.job('Job', jobName);
    const work = early.work();
    await until('the job waits', () => log(early).includes('waiting for orders-db'), 30);
    const leaving = await set.job('Job', jobName);
    void leaving.work();
    await until('another job waits', () => log(leaving).includes('waiting for orders-db'), 30);
    figures.is('a job that waits ends at SIGTERM', (await leaving.main.stop(3)) ? 1 : 0, 1);
    await leaving.destroy();
    await set.start();
    figures.is('code of the first job', await work, 0, [log(early)]);
    const client = await set.client();
    const as = (name: keyof typeof secrets, database?: string) =>
      engine.sql(client, secrets[name] as unknown as Account, database);
    const [orders, reports, billing, both, schema] = [
      await as('orders-db-orders'),
      await as('orders-db-reports'),
      await as('orders-db-billing', 'billing-2'),
      await as('orders-db-both'),
      await as('orders-db-schema'),
    ];
    const host = 'orders-db';
    const works = async (what: string, sql: Sql, statement: string, answer = '') =>
      figures.is(what, await sql.ask(host, statement), answer);
    const refused = async (what: string, sql: Sql, statement: string) => {
      const said = await sql.ask(host, statement);
      figures.is(`${what} is refused`, engine.refusal.test(said) ? 1 : 0, 1, [said]);
    };
    await works('a migration creates a table', schema, 'CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(9))');
    await works('a migration alters it', schema, 'ALTER TABLE t ADD COLUMN more INT');
    await works('a service inserts', orders, 'INSERT INTO t (id) VALUES (1), (2)');
    await works('a service updates', orders, 'UPDATE t SET more = 7 WHERE id = 1');
    await works('a service deletes', orders, 'DELETE FROM t WHERE id = 2');
    await refused('a service that drops', orders, 'DROP TABLE t');
    await refused('a service that alters', orders, 'ALTER TABLE t ADD COLUMN less INT');
    await refused('a service that creates', orders, 'CREATE TABLE u (id INT)');
    await works('a reader reads', reports, 'SELECT id FROM t', '1');
    await refused('a reader that writes', reports, 'INSERT INTO t (id) VALUES (3)');
    await refused('another service in this database', await as('orders-db-billing'), 'SELECT id FROM t');
    await works('the second database is there', billing, 'SELECT 1', '1');
    await refused('this service in the second database', await as('orders-db-orders', 'billing-2'), 'SELECT 1');
    await works('one account reads the first', both, 'SELECT id FROM t', '1');
    await refused('and writes nothing there', both, 'DELETE FROM t');
    await works('it is also in the second', await as('orders-db-both', 'billing-2'), 'SELECT 1', '1');

    // What somebody granted by hand is gone, and what was right is as before.
    const admin = await as('orders-db');
    for (const statement of engine.excess(secrets['orders-db-reports'].username)) {
      const said = await admin.ask(host, statement.replace(/["\\`$]/g, '\\$&'));
      if (said !== '') throw new Error(said);
    }
    await works('a reader with more rights writes', reports, 'INSERT INTO t (id) VALUES (3)');
    const second = await run();
    figures.is('code of the second job', second.code, 0, [second.said]);
    await refused('a reader that writes afterwards', reports, 'INSERT INTO t (id) VALUES (4)');
    await works('a reader reads afterwards', reports, 'SELECT COUNT(*) FROM t', '2');
    await works('a service writes afterwards', orders, 'INSERT INTO t (id) VALUES (5)');
    await works('a migration alters afterwards', schema, 'ALTER TABLE t DROP COLUMN more');

    // A changed password.
    secrets['orders-db-orders'] = { ...secrets['orders-db-orders'], password: 'another one' };
    figures.is('code of the job with another password', (await run()).code, 0);
    const renewed = await as('orders-db-orders');
    await works('the new password is taken', renewed, 'SELECT COUNT(*) FROM t', '3');
    figures.is(
      'the old one is',
      /denied|failed/.test(await orders.ask(host, 'SELECT 1')) ? 'refused' : 'taken',
      'refused',
    );

    // A server that is full is no dead one.
    const taken = Array.from(
      { length: base.maxConnections + 1 },
      () => `while :; do ${reports.statement(host, engine.sleep)}; sleep 1; done &`,
    );
    // For good: a loop in the background would keep what a shell sets aside for the time of a redirection.
    await client.run(`exec > /dev/null 2>&1; ${taken.join(' ')}`);
    await until('the server is full', async () => engine.full.test(await renewed.ask(host, 'SELECT 1')), 60);
    figures.is('a server that is full is alive', (await set.pod(0).isAlive()) ? 1 : 0, 1);
    figures.is('a server that is full is full', engine.full.test(await renewed.ask(host, 'SELECT 1')) ? 1 : 0, 1);
    // Where the first process is not a shell.
    if (engine.name !== 'postgres') {
      set.pod(0).main.signal('SIGSTOP');
      figures.is('a server that stands still is alive', (await set.pod(0).isAlive()) ? 1 : 0, 0);
      set.pod(0).main.signal('SIGCONT');
    }
    await client.run('kill -9 -1');

    // What must stop it.
    const wrong = async (what: string, change: Partial<Account>, answer: RegExp) => {
      const before = secrets['orders-db-orders'];
      secrets['orders-db-orders'] = { ...before, ...change };
      const { code, said } = await run();
      figures.is(`${what} stops it`, code !== 0 && answer.test(said) ? 1 : 0, 1, [said]);
      secrets['orders-db-orders'] = before;
    };
    await wrong('an empty password', { password: '' }, /password is empty/);
    await wrong('a password of two lines', { password: 'one\ntwo' }, /must be one line/);
    await wrong(
      'the name of another',
      { username: secrets['orders-db-reports'].username },
      /must have different accounts/,
    );
    await wrong('a name of the server', { username: 'replication' }, /must not be called/);
    await wrong('the name of the administrator', { username: secrets['orders-db'].username }, /administrator/);
    return figures.allRight;
  } finally {
    await set.close();
  }
}
