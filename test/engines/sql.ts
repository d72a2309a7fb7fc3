import type { Client } from './node/set';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** A client of a database: the command line of a statement, and its answer or what was wrong. */
export interface Sql {
  statement(host: string, text: string): string;
  ask(host: string, text: string): Promise<string>;
}

export const mariadbSql = (client: Client, account: Account, database?: string): Promise<Sql> =>
  mysqlSql(client, account, 'mariadb', database);

let files = 0;

export async function mysqlSql(
  client: Client,
  { username, password }: Account,
  program: string,
  database = 'orders_db',
): Promise<Sql> {
  // In double quotes, as the server's option files have them.
  const value = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const file = `[client]\nuser=${value(username)}\npassword=${value(password)}\n`;
  files += 1;
  const path = `/tmp/client-${files}.cnf`;
  await client.run(`cat > ${path} << 'END'\n${file}END\n`);
  return asking(
    client,
    (host, text) =>
      `${program} --defaults-file=${path} --host=${host} --connect-timeout=2 --batch --skip-column-names ${database} --execute="${text}"`,
  );
}

export async function postgresSql(
  client: Client,
  { username, password }: Account,
  database = 'orders_db',
): Promise<Sql> {
  const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return asking(
    client,
    (host, text) =>
      `PGPASSWORD=${word(password)} PGCONNECT_TIMEOUT=2 psql --no-psqlrc --quiet --tuples-only --no-align --host=${host} ` +
      `--username=${word(username)} --dbname=${database} --command="${text}"`,
  );
}

function asking(client: Client, statement: Sql['statement']): Sql {
  return {
    statement,
    ask: async (host, text) => {
      const { code, stdout, stderr } = await client.run(statement(host, text));
      return code === 0 ? stdout.trim() : stderr.trim();
    },
  };
}
