import { mariadb } from '../stateful-backend/mariadb';
import { mysql } from '../stateful-backend/mysql';
import type { MysqlProps } from '../stateful-backend/mysql/plan';
import type { Engine } from '../stateful-backend/plan';
import { type PostgresProps, postgres } from '../stateful-backend/postgres';

/** What differs by the engine of the shards. */
export interface Dialect<Props extends object, PortName extends string> {
  readonly engine: Engine<Props, PortName>;
  /** The name of the port, and the number on which clients expect the engine. */
  readonly port: { readonly name: PortName; readonly number: number };
  /** What the proxy speaks with its users. */
  readonly protocol: 'MySQL' | 'PostgreSQL';
  /** Whether the image of the proxy brings the driver for the engine. */
  readonly hasDriver: boolean;
  /** Where the proxy finds a shard. */
  url(host: string, database: string): string;
  /** What a shell asks of connection 3, and is answered before anybody has signed in. */
  readonly greets: string;
  /** With what its client asks the proxy in its own pod whether it serves a database. */
  readonly client: { readonly image: string; ask(port: number, database: string): string };
  /** What a shard is told beside its own props, so that no two shards give the same number. */
  settingsOf(shard: number, shards: number): Readonly<Record<string, number>>;
}

const account = (name: string): string => `"$(cat /run/accounts/${name})"`;

const askMysql = (client: string, plain: string) => (port: number, database: string) =>
  `MYSQL_PWD=${account('password')} ${client} --no-defaults ${plain} --host=127.0.0.1 --port=${port} --user=${account('username')} \\
  --connect-timeout=3 --batch --skip-column-names --execute='SHOW DATABASES' ${database} | grep -qx ${database}`;

/** @see https://dev.mysql.com/doc/refman/8.4/en/replication-options-source.html#sysvar_auto_increment_increment */
const numbersOfItsOwn = (shard: number, shards: number) => ({
  auto_increment_increment: shards,
  auto_increment_offset: shard + 1,
});

/** The first packet: three bytes of length, its number, and 10 for the version of the protocol. */
const greetsMysql = '[ "$(head -c 5 <&3 | tail -c 1 | od -An -tx1 | tr -d " ")" = 0a ]';

const mysqlPort = { name: 'mysql', number: 3306 } as const;

export const mysqlDialect: Dialect<MysqlProps, 'mysql'> = {
  engine: mysql,
  port: mysqlPort,
  protocol: 'MySQL',
  hasDriver: false,
  // The password is sent encrypted with a key that the server hands out: there is no certificate in the cluster.
  url: (host, database) =>
    `jdbc:mysql://${host}:3306/${database}?allowPublicKeyRetrieval=true&useSSL=false&connectTimeout=5000`,
  greets: greetsMysql,
  client: { image: 'docker.io/library/mysql:8.4.4', ask: askMysql('mysql', '--ssl-mode=DISABLED') },
  settingsOf: numbersOfItsOwn,
};

export const mariadbDialect: Dialect<MysqlProps, 'mysql'> = {
  engine: mariadb,
  port: mysqlPort,
  protocol: 'MySQL',
  hasDriver: false,
  url: (host, database) => `jdbc:mariadb://${host}:3306/${database}?connectTimeout=5000`,
  greets: greetsMysql,
  client: { image: 'docker.io/library/mariadb:11.4.5', ask: askMysql('mariadb', '--skip-ssl') },
  settingsOf: numbersOfItsOwn,
};

export const postgresDialect: Dialect<PostgresProps, 'postgres'> = {
  engine: postgres,
  port: { name: 'postgres', number: 5432 },
  protocol: 'PostgreSQL',
  hasDriver: true,
  url: (host, database) => `jdbc:postgresql://${host}:5432/${database}?connectTimeout=5&tcpKeepAlive=true`,
  // Whether it would encrypt: yes or no.
  greets: `printf '\\0\\0\\0\\10\\4\\322\\26\\57' >&3\ncase "$(head -c 1 <&3)" in N | S) ;; *) exit 1 ;; esac`,
  client: {
    image: 'docker.io/library/postgres:17.4',
    // A question about the proxy itself: any other would be sent to a shard.
    ask: (port, database) =>
      `PGPASSWORD=${account('password')} PGCONNECT_TIMEOUT=3 PGSSLMODE=disable psql --no-psqlrc --quiet --tuples-only --no-align --host=127.0.0.1 --port=${port} \\
  --username=${account('username')} --dbname=${database} --command="SHOW DIST VARIABLE WHERE NAME = 'sql_show'" | grep -q .`,
  },
  settingsOf: () => ({}),
};
