import { StatefulBackend } from '../../../lib';
import type { Client } from '../node/set';
import { unpacked } from '../packages';
import type { BackedUpEngine } from './story';

// Characters that a careless script or statement would trip over.
const account = { username: 'orders', password: 'o\'r"d\\e $(z) #`' };

const schema = `
CREATE TABLE orders (id INT PRIMARY KEY, note TEXT, data LONGBLOB, at DATETIME(6), amount DECIMAL(20,4)) DEFAULT CHARSET utf8mb4;
CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, orders INT NOT NULL, FOREIGN KEY (orders) REFERENCES orders (id));
CREATE VIEW dear AS SELECT id FROM orders WHERE amount > 5000;
CREATE TRIGGER noted BEFORE INSERT ON items FOR EACH ROW SET NEW.orders = NEW.orders;
DELIMITER //
CREATE PROCEDURE count_orders() BEGIN SELECT COUNT(*) FROM orders; END//
DELIMITER ;
CREATE EVENT tidy ON SCHEDULE EVERY 1 YEAR DO DELETE FROM items WHERE id < 0;
INSERT INTO orders SELECT seq, CONCAT('it''s "n\\\\o" \\n 日本語 😀 ', seq), UNHEX(SHA2(seq, 512)), '2026-01-01 00:00:00.123456' + INTERVAL seq SECOND, seq * 1.2345 FROM seq_1_to_5000;
INSERT INTO items (orders) SELECT id FROM orders WHERE id % 3 = 0;
`;

const change = `
DELETE FROM items WHERE id % 2 = 0;
UPDATE orders SET note = 'changed' WHERE id % 7 = 0;
INSERT INTO orders (id, note) SELECT seq, 'later' FROM seq_6000_to_6500 ON DUPLICATE KEY UPDATE note = 'again';
DROP VIEW IF EXISTS dear;
CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY);
INSERT IGNORE INTO later VALUES (1), (2);
`;

const rows = `
SELECT 'order', id, HEX(note), HEX(data), at, amount FROM orders;
SELECT 'item', id, orders FROM items;
SELECT 'table', table_name, table_type, auto_increment FROM information_schema.tables WHERE table_schema = DATABASE();
SELECT 'trigger', trigger_name, HEX(action_statement) FROM information_schema.triggers WHERE trigger_schema = DATABASE();
SELECT 'routine', routine_name, HEX(routine_definition) FROM information_schema.routines WHERE routine_schema = DATABASE();
SELECT 'event', event_name, HEX(event_definition) FROM information_schema.events WHERE event_schema = DATABASE();
`;

async function ask(client: Client, sql: string): Promise<string> {
  const { username, password } = account;
  // In double quotes, as the server's option files have them.
  const file = `[client]\nuser=${username}\npassword="${password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`;
  const script = `cat > /tmp/client.cnf << 'END'\n${file}END\ncat > /tmp/statements << 'END'\n${sql}END\nmariadb --defaults-file=/tmp/client.cnf --host=orders-db --default-character-set=utf8mb4 --batch --skip-column-names orders_db < /tmp/statements`;
  const { code, stdout, stderr } = await client.run(script);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

export const mariadbBackup: BackedUpEngine = {
  name: 'mariadb',
  set: 'orders-db',
  make: (shop) =>
    StatefulBackend.mariadb(shop, 'orders-db', {
      storage: '10Gi',
      replicas: 2,
      credentials: { secret: 'orders-db' },
      // Or its users could make no trigger.
      settings: { log_bin_trust_function_creators: true },
    }),
  images: async () => ({ 'docker.io/library/mariadb': { packages: [await unpacked('mariadb')] } }),
  secrets: { 'orders-db': { 'root-password': 'r"oot', 'replication-password': "r'epl", ...account } },
  fill: async (_, client) => void (await ask(client, schema)),
  change: async (_, client) => void (await ask(client, change)),
  async swell(_, client) {
    await ask(
      client,
      `CREATE TABLE much (id INT PRIMARY KEY, data LONGBLOB);\n${Array.from({ length: 8 }, (_, part) => `INSERT INTO much SELECT seq, RANDOM_BYTES(1024) FROM seq_${part * 4_000 + 1}_to_${part * 4_000 + 4_000};`).join('\n')}\n`,
    );
  },
  rows: async (_, client) => {
    const found = await ask(client, rows).catch((error: Error) =>
      /doesn't exist/.test(error.message) ? '' : Promise.reject(error),
    );
    return found === '' ? [] : found.split('\n');
  },
};
