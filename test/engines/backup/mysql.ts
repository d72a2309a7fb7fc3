import { StatefulBackend } from '../../../lib';
import { mysqlPackages } from '../mysql';
import type { Client } from '../node/set';
import { unpacked } from '../packages';
import type { BackedUpEngine } from './story';

// Characters that a careless script or statement would trip over.
const account = { username: 'orders', password: 'o\'r"d\\e $(z) #`' };

/** Rows with the numbers from one to another, in words that both know. */
const numbers = (from: number, to: number): string =>
  `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS seq FROM digits a, digits b, digits c, digits e, digits f) AS all_of_them WHERE seq BETWEEN ${from} AND ${to}`;

const schema = `
CREATE TABLE digits (d INT PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE orders (id INT PRIMARY KEY, note TEXT, data LONGBLOB, at DATETIME(6), amount DECIMAL(20,4)) DEFAULT CHARSET utf8mb4;
CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, orders INT NOT NULL, FOREIGN KEY (orders) REFERENCES orders (id));
CREATE VIEW dear AS SELECT id FROM orders WHERE amount > 5000;
CREATE TRIGGER noted BEFORE INSERT ON items FOR EACH ROW SET NEW.orders = NEW.orders;
DELIMITER //
CREATE PROCEDURE count_orders() BEGIN SELECT COUNT(*) FROM orders; END//
DELIMITER ;
CREATE EVENT tidy ON SCHEDULE EVERY 1 YEAR DO DELETE FROM items WHERE id < 0;
INSERT INTO orders SELECT seq, CONCAT('it''s "n\\\\o" \\n 日本語 😀 ', seq), UNHEX(SHA2(seq, 512)), '2026-01-01 00:00:00.123456' + INTERVAL seq SECOND, seq * 1.2345 FROM ${numbers(1, 5_000)};
INSERT INTO items (orders) SELECT id FROM orders WHERE id % 3 = 0;
`;

const change = `
DELETE FROM items WHERE id % 2 = 0;
UPDATE orders SET note = 'changed' WHERE id % 7 = 0;
INSERT INTO orders (id, note) SELECT seq, 'later' FROM ${numbers(6_000, 6_500)} ON DUPLICATE KEY UPDATE note = 'again';
DROP VIEW IF EXISTS dear;
CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY);
INSERT IGNORE INTO later VALUES (1), (2);
`;

const rows = `
SELECT 'order', id, HEX(note), HEX(data), at, amount FROM orders;
SELECT 'item', id, orders FROM items;
SELECT 'table', table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE();
SELECT 'trigger', trigger_name, HEX(action_statement) FROM information_schema.triggers WHERE trigger_schema = DATABASE();
SELECT 'routine', routine_name, HEX(routine_definition) FROM information_schema.routines WHERE routine_schema = DATABASE();
SELECT 'event', event_name, HEX(event_definition) FROM information_schema.events WHERE event_schema = DATABASE();
`;

const much = `CREATE TABLE much (id INT PRIMARY KEY, data LONGBLOB);
${Array.from({ length: 8 }, (_, part) => `INSERT INTO much SELECT seq, RANDOM_BYTES(1024) FROM ${numbers(part * 4_000 + 1, part * 4_000 + 4_000)};`).join('\n')}
`;

async function ask(program: string, client: Client, sql: string): Promise<string> {
  const { username, password } = account;
  // In double quotes, as the server's option files have them.
  const file = `[client]\nuser=${username}\npassword="${password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`;
  const script = `cat > /tmp/client.cnf << 'END'\n${file}END\ncat > /tmp/statements << 'END'\n${sql}END\n${program} --defaults-file=/tmp/client.cnf --host=orders-db --default-character-set=utf8mb4 --batch --skip-column-names orders_db < /tmp/statements`;
  const { code, stdout, stderr } = await client.run(script);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

type Name = 'mariadb' | 'mysql';

const engine = (name: Name, packages: () => Promise<readonly string[]>): BackedUpEngine => {
  const run = async (client: Client, sql: string): Promise<void> => void (await ask(name, client, sql));
  return {
    name,
    set: 'orders-db',
    make: (shop) =>
      StatefulBackend[name](shop, 'orders-db', {
        accounts: 'shared',
        storage: '10Gi',
        replicas: 2,
        credentials: { secret: 'orders-db' },
        // Or its users could make no trigger.
        settings: { log_bin_trust_function_creators: true },
      }),
    images: async () => ({ [`docker.io/library/${name}`]: { packages: await packages() } }),
    secrets: { 'orders-db': { 'root-password': 'r"oot', 'replication-password': "r'epl", ...account } },
    fill: (_, client) => run(client, schema),
    change: (_, client) => run(client, change),
    swell: (_, client) => run(client, much),
    rows: async (_, client) => {
      const found = await ask(name, client, rows).catch((error: Error) =>
        /doesn't exist/.test(error.message) ? '' : Promise.reject(error),
      );
      return found === '' ? [] : found.split('\n');
    },
  };
};

export const mariadbBackup = engine('mariadb', async () => [await unpacked('mariadb')]);
export const mysqlBackup = engine('mysql', mysqlPackages);
