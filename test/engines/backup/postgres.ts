import { StatefulBackend } from '../../../lib';
import type { Client } from '../node/set';
import { unpacked } from '../packages';
import type { BackedUpEngine } from './story';

// Characters that a careless script or statement would trip over.
const account = { username: 'or\'d"ers', password: 'o\'r"d\\e $(z) #`:' };
const PATH = '/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin';

const schema = `
CREATE SCHEMA stock;
CREATE TYPE stock.state AS ENUM ('new', 'sent');
CREATE TABLE orders (id INT PRIMARY KEY, note TEXT, data BYTEA, at TIMESTAMPTZ, amount NUMERIC, more JSONB, state stock.state);
CREATE TABLE stock.items (id SERIAL PRIMARY KEY, orders INT NOT NULL REFERENCES orders, CHECK (orders > 0));
CREATE VIEW dear AS SELECT id FROM orders WHERE amount > 5000;
CREATE MATERIALIZED VIEW dearest AS SELECT max(amount) AS most FROM orders;
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := NEW.note || ''; RETURN NEW; END $$;
CREATE TRIGGER noted BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();
CREATE INDEX by_note ON orders (lower(note));
COMMENT ON TABLE orders IS 'what was bought';
INSERT INTO orders SELECT n, E'it''s "n\\\\o" \\n 日本語 😀 ' || n, sha512(n::text::bytea), '2026-01-01'::timestamptz + n * interval '1 second',
  n * 1.2345, jsonb_build_object('n', n), CASE WHEN n % 2 = 0 THEN 'new' ELSE 'sent' END::stock.state FROM generate_series(1, 5000) AS n;
INSERT INTO stock.items (orders) SELECT id FROM orders WHERE id % 3 = 0;
SELECT lo_from_bytea(4711, sha512('large'::bytea));
REFRESH MATERIALIZED VIEW dearest;
`;

const change = `
DELETE FROM stock.items WHERE id % 2 = 0;
UPDATE orders SET note = 'changed' WHERE id % 7 = 0;
INSERT INTO orders (id, note) SELECT n, 'later' FROM generate_series(6000, 6500) AS n ON CONFLICT (id) DO UPDATE SET note = 'again';
DROP VIEW IF EXISTS dear;
CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY);
INSERT INTO later VALUES (1), (2) ON CONFLICT DO NOTHING;
`;

const rows = `
SELECT 'order', id, encode(convert_to(note, 'UTF8'), 'hex'), encode(data, 'hex'), at, amount, more, state FROM orders;
SELECT 'item', id, orders FROM stock.items;
SELECT 'most', most FROM dearest;
SELECT 'sequence', last_value >= (SELECT coalesce(max(id), 0) FROM stock.items) FROM stock.items_id_seq;
SELECT 'relation', n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'stock');
SELECT 'function', proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace;
SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal;
SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN ('public'::regnamespace, 'stock'::regnamespace);
SELECT 'comment', description FROM pg_description WHERE objoid = 'orders'::regclass;
SELECT 'large object', oid, encode(lo_get(oid), 'hex') FROM pg_largeobject_metadata;
SELECT 'owner', tableowner, count(*) FROM pg_tables WHERE schemaname IN ('public', 'stock') GROUP BY 2;
`;

const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

async function ask(client: Client, sql: string): Promise<string> {
  const { username, password } = account;
  const { code, stdout, stderr } = await client.run(
    `PGPASSWORD=${word(password)} psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --host=orders-db ` +
      `--username=${word(username)} --dbname=orders_db << 'END'\n${sql}END\n`,
  );
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

export const postgresBackup: BackedUpEngine = {
  name: 'postgres',
  set: 'orders-db',
  make: (shop) =>
    StatefulBackend.postgres(shop, 'orders-db', {
      accounts: 'shared',
      storage: '10Gi',
      replicas: 2,
      credentials: { secret: 'orders-db' },
    }),
  images: async () => ({ 'docker.io/library/postgres': { packages: [await unpacked('postgres')], env: { PATH } } }),
  secrets: { 'orders-db': { 'root-password': 'r"oot', 'replication-password': "r'epl", ...account } },
  fill: async (_, client) => void (await ask(client, schema)),
  change: async (_, client) => void (await ask(client, change)),
  async swell(_, client) {
    await ask(
      client,
      `CREATE TABLE much AS SELECT n, (SELECT string_agg(sha512((n * 16 + part)::text::bytea), '') FROM generate_series(1, 16) AS part) AS data FROM generate_series(1, 30000) AS n;\n`,
    );
  },
  rows: async (_, client) => {
    const found = await ask(client, rows).catch((error: Error) =>
      /does not exist/.test(error.message) ? '' : Promise.reject(error),
    );
    return found === '' ? [] : found.split('\n');
  },
};
