import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { MysqlProps } from '../stateful-backend/mysql/plan';
import type { PostgresProps } from '../stateful-backend/postgres';
import type { SiteProps } from '../stateful-backend/standby';
import { type StatelessServiceProps, statelessServiceChecks } from '../stateless-service/props';
import { type Tables, tablesCheck } from './tables';

/** What is decided by the database that the proxies serve. */
type Decided = 'image' | 'ports' | 'command' | 'args' | 'readiness' | 'liveness' | 'uid';

/** The tier of proxies: a stateless service of ShardingSphere-Proxy, which can be told what others can. */
export interface ProxyProps extends Omit<StatelessServiceProps, Decided> {
  /**
   * The image of ShardingSphere-Proxy, from version 5.5.2. That of the project has the driver for PostgreSQL; for
   * MySQL and MariaDB it has none, because of its licence, and takes two lines:
   *
   *     FROM docker.io/apache/shardingsphere-proxy:5.5.2
   *     COPY --chmod=444 mysql-connector-j-9.1.0.jar /opt/shardingsphere-proxy/ext-lib/
   *
   * (`mariadb-java-client-3.5.1.jar` for MariaDB)
   * @defaultValue for PostgreSQL docker.io/apache/shardingsphere-proxy:5.5.2; none for the others
   * @see https://hub.docker.com/r/apache/shardingsphere-proxy
   */
  readonly image?: string;
  /** @defaultValue `{ from: 3, to: 6, cpuPercent: 70 }`: one for each of three zones, and it is the processor that they run out of */
  readonly replicas?: StatelessServiceProps['replicas'];
  /**
   * How many connections each proxy holds to each shard. Where replicas are read from, half of them are for that.
   * @defaultValue 20: with 6 proxies and 2 more during a rollout 160 of the 200 that a shard accepts
   */
  readonly connectionsPerShard?: number;
  /**
   * How long its users go on using connections that they hold when a proxy ends. It ends in the middle of a statement, so
   * their pools should renew connections (`maxLifetime`) in less.
   * @defaultValue 60s
   */
  readonly drainTime?: StatelessServiceProps['drainTime'];
  /** How many connections each proxy takes from its users. @defaultValue 500 */
  readonly maxConnections?: number;
}

/** What makes several databases one. */
export interface ShardingProps {
  /**
   * How many shards. **Fixed once there is data**: with another number nearly every row would be looked for on a shard
   * where it does not lie. To have more, make a second database and copy.
   */
  readonly shards: number;
  /** The tables, each with how it is spread. A table that is not named here does not exist for its users. */
  readonly tables: Tables;
  /**
   * Where reads go that are not part of a transaction. Replicas lag: what was just written may not be there yet.
   * @defaultValue primary: a service reads what it has written, as from a single database
   */
  readonly reads?: 'primary' | 'replicas';
  /** The tier of proxies. */
  readonly proxy?: ProxyProps;
}

/** For engines whose driver the image of the proxy does not bring. */
export interface ImageNeeded {
  readonly proxy: ProxyProps & { readonly image: string };
}

/** A sharded MySQL or MariaDB. What the engine may be told holds for every shard. */
export interface ShardedMysqlProps
  extends Omit<MysqlProps, keyof SiteProps>,
    Omit<ShardingProps, 'proxy'>,
    ImageNeeded {}

/** A sharded PostgreSQL. What the engine may be told holds for every shard. */
export interface ShardedPostgresProps extends Omit<PostgresProps, keyof SiteProps>, ShardingProps {}

const {
  image: _image,
  ports: _ports,
  command: _command,
  args: _args,
  readiness: _readiness,
  liveness: _liveness,
  uid: _uid,
  ...serviceChecks
} = statelessServiceChecks;

const proxyChecks: Checks<ProxyProps> = {
  ...serviceChecks,
  image: check.optional(check.imageReference),
  connectionsPerShard: check.optional(check.integer(2, 10_000)),
  maxConnections: check.optional(check.integer(1, 100_000)),
};

export const shardingChecks: Checks<ShardingProps> = {
  shards: check.integer(2, 64),
  tables: tablesCheck,
  reads: check.optional(check.oneOf('primary', 'replicas')),
  proxy: check.optional(check.fields(proxyChecks)),
};
