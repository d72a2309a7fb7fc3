import type { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { type Checks, readProps } from './checks/read-props';
import type { ExternalBackend } from './external-backend';
import type { KubernetesObject } from './kubernetes/kubernetes-object';
import { SHARD_COLUMNS, SHARDS } from './metadata/labels';
import { DESCRIBE } from './model/describe';
import type { Records } from './model/system';
import { databaseConfig, globalConfig, type Routing } from './sharded-database/config';
import { type Dialect, mariadbDialect, mysqlDialect, postgresDialect } from './sharded-database/dialects';
import { clientPart, configPart } from './sharded-database/pod-parts';
import {
  type ProxyProps,
  type ShardedMysqlProps,
  type ShardedPostgresProps,
  type ShardingProps,
  shardingChecks,
} from './sharded-database/props';
import { greetsScript, readyScript, startScript } from './sharded-database/scripts';
import { shardColumns, tableProblems } from './sharded-database/tables';
import { StatefulBackend } from './stateful-backend';
import { accountOf, missingCredentials, unknownKeys } from './stateful-backend/accounts';
import { databaseOf } from './stateful-backend/database';
import { elsewhere } from './stateful-backend/elsewhere';
import { PRIMARY_ACCOUNTS, type PrimaryProps } from './stateful-backend/primary';
import { type ByProvider, type Provider, readProvider } from './stateful-backend/provider';
import { StatelessService } from './stateless-service';
import { addressVariables } from './workload/addresses';
import { configGeneration } from './workload/config-generation';
import { podsOf } from './workload/network-policy';
import { replicaBounds } from './workload/scaling';
import type { Offer, Usable, Use } from './workload/use';

/** What every shard may be told, as far as something of it is decided here. */
type ShardProps = Partial<PrimaryProps> & { readonly settings?: ShardedMysqlProps['settings'] };

const IMAGE = 'docker.io/apache/shardingsphere-proxy:5.5.2';
const DEFAULT_REPLICAS = { from: 3, to: 6, cpuPercent: 70 } as const;

/**
 * One database out of several: shards, each with a primary and its replicas, and before them a tier of proxies that
 * keep nothing, are scaled by their load, and know on which shard a row lies. For its users it is one database:
 * `orders.uses(ordersDb, { connectionsPerPod: 10 })`, as with a single one.
 *
 * Makes for each shard all that a `StatefulBackend` makes, under the name `<name>-shard-0` and so on, and for the proxies
 * all that a `StatelessService` makes, under its own; the routing config follows from `tables`. The proxies are
 * Apache ShardingSphere-Proxy. A change of the config restarts them and no shard.
 *
 * What one should know:
 * - **A transaction on one shard is a transaction; one over several shards is several**, and when a proxy ends between
 *   their commits, some are made and some are not. Tables that change together are sharded by the same column.
 * - **The schema is changed on every shard, not through a proxy**: a proxy reads it when it starts, and does not see what
 *   is changed through another one. `shardsOf` gives what a `Migration` is run against, and with `waitsFor` the proxies
 *   start anew when it is done.
 * - **A proxy starts only while every shard is there**; those that run go on without one, and what lies on the others is
 *   read and written as before.
 * - AUTO_INCREMENT of MySQL and MariaDB gives no number twice, whatever the shard. For PostgreSQL use UUIDs.
 *
 * @see https://shardingsphere.apache.org/document/5.5.2/en/features/sharding/limitation/
 * @example
 * const ordersDb = ShardedDatabase.postgres(shop, 'orders-db', {
 *   shards: 4,
 *   tables: { orders: { shardBy: 'customer_id' }, items: { shardBy: 'customer_id', with: 'orders' }, currencies: 'every shard' },
 *   storage: '50Gi',
 *   credentials: { secret: 'orders-db' },
 * });
 */
export class ShardedDatabase<PortName extends string = string>
  extends StatelessService<PortName>
  implements Usable<PortName>
{
  /** Shards of MySQL. */
  static mysql<const P extends Provider = 'statefulset'>(
    scope: Construct,
    id: string,
    props: ShardedMysqlProps & ByProvider<P>,
  ): ShardedOrExternal<P, 'mysql'> {
    return ShardedDatabase.provided(scope, id, props, mysqlDialect) as ShardedOrExternal<P, 'mysql'>;
  }

  /** Shards of MariaDB. */
  static mariadb<const P extends Provider = 'statefulset'>(
    scope: Construct,
    id: string,
    props: ShardedMysqlProps & ByProvider<P>,
  ): ShardedOrExternal<P, 'mysql'> {
    return ShardedDatabase.provided(scope, id, props, mariadbDialect) as ShardedOrExternal<P, 'mysql'>;
  }

  /** Shards of PostgreSQL. */
  static postgres<const P extends Provider = 'statefulset'>(
    scope: Construct,
    id: string,
    props: ShardedPostgresProps & ByProvider<P>,
  ): ShardedOrExternal<P, 'postgres'> {
    return ShardedDatabase.provided(scope, id, props, postgresDialect) as ShardedOrExternal<P, 'postgres'>;
  }

  /** Where a schema is changed and what is backed up: every shard, or the database itself where it is in one place. */
  static shardsOf<PortName extends string>(
    database: Construct & Usable<PortName>,
  ): readonly (Construct & Usable<PortName>)[] {
    return database instanceof ShardedDatabase ? database.shards : [database];
  }

  /** The databases in which the rows lie, in the order of their numbers. */
  readonly shards: readonly StatefulBackend<PortName>[];
  /** The routing config and the scripts of the proxies. It holds no password. */
  readonly configMap: KubernetesObject<ConfigMap>;

  private readonly sharding: Sharding<PortName>;

  private constructor(scope: Construct, id: string, sharding: Sharding<PortName>) {
    const { proxy, dialect, shards, tables, problems } = sharding;
    const { connectionsPerShard: _pool, maxConnections: _most, ...service } = proxy;
    super(scope, id, {
      ...service,
      image: proxy.image ?? IMAGE,
      command: ['sh', '/etc/proxy/start.sh'],
      ports: { [dialect.port.name]: { port: dialect.port.number, protocol: 'tcp', appProtocol: dialect.port.name } },
      replicas: proxy.replicas ?? DEFAULT_REPLICAS,
      resources: { cpu: '500m', memory: '1Gi', ...proxy.resources },
      // It reads the schema of every shard, one after another.
      startupTime: proxy.startupTime ?? '3m',
      drainTime: proxy.drainTime ?? '60s',
      // The pod is ready when its client is, too.
      readiness: { command: ['bash', '/etc/proxy/greets.sh'], timeoutSeconds: 3 },
      liveness: { tcp: true, port: dialect.port.name },
      annotations: {
        [SHARDS]: String(shards),
        [SHARD_COLUMNS]: shardColumns(tables).join(','),
        ...proxy.annotations,
      },
    } as never);
    this.sharding = sharding;
    for (const problem of problems) this.report(problem);
    this.shards = Array.from({ length: shards }, (_, shard) => this.createShard(shard));
    this.configMap = configGeneration(this, 'ConfigMap', `${id}-config`, this.files(), 'backend', id);
    this.add(configPart(this.configMap.name, sharding.props.credentials));
    this.add(clientPart(dialect.client.image));
    for (const [number, shard] of this.shards.entries()) this.useShard(shard, number);
  }

  private static provided<Props extends object, PortName extends string>(
    scope: Construct,
    id: string,
    given: Props & ByProvider,
    dialect: Dialect<Props, PortName>,
  ): ShardedDatabase<PortName> | ExternalBackend<PortName> {
    const { provider, external, props: own, problems: ofProvider } = readProvider<Props>(given);
    const { follows: _, site: __, followers: ___, ...ofEngine } = dialect.engine.checks as Checks<PrimaryProps>;
    const checks = { ...ofEngine, ...shardingChecks } as unknown as Checks<Props>;
    const { props, problems } = readProps(checks, own);
    const { shards = 2, tables = {}, reads = 'primary', proxy = {}, ...rest } = props as ShardProps & ShardingProps;
    const isSaid = (name: string) => problems.some((problem) => problem.startsWith(`'${name}`));
    const found = [...ofProvider, ...tableProblems(tables)];
    if (!dialect.hasDriver && proxy.image === undefined && !isSaid('proxy'))
      found.push(`'proxy.image': must be set: that of the project has no driver for ${dialect.engine.name}`);
    if (reads === 'replicas' && rest.replicas === 1)
      found.push("'reads': must be primary where 'replicas' is 1: there is nothing else to read from");
    if (provider === 'external') {
      const backend = elsewhere({ ...dialect.engine, checks }, scope, id, own, external);
      backend.node.addValidation({ validate: () => found });
      return backend;
    }
    if (!isSaid('credentials')) found.push(...missingCredentials(rest.credentials));
    found.push(...unknownKeys(rest.credentials, PRIMARY_ACCOUNTS));
    return new ShardedDatabase<PortName>(scope, id, {
      props: rest,
      database: rest.database ?? databaseOf(id),
      shards,
      tables,
      reads,
      proxy,
      problems: [...problems, ...found],
      dialect: dialect as unknown as Dialect<object, PortName>,
    });
  }

  /** What a service is given that uses it: the same as from a single database. */
  offer(): Offer {
    const { dialect, database, props } = this.sharding;
    const ports = [this.ports[dialect.port.name]];
    return {
      port: dialect.port.name,
      ports,
      variables: {
        ...addressVariables(this.name, ports[0]),
        ...(props.replicas === 1 ? {} : { READ_HOST: this.name }),
        DATABASE: database,
      },
      credentials: accountOf(props.credentials, dialect.engine.accountKeys),
    };
  }

  acceptUse({ call, ports }: Use, user: { readonly name: string }): void {
    this.acceptCall(call, user);
    for (const port of ports) this.allowFrom([podsOf(user.name)], port);
  }

  override [DESCRIBE](): Records {
    const { proxy, shards, tables, dialect } = this.sharding;
    const { min } = replicaBounds(proxy.replicas ?? DEFAULT_REPLICAS);
    return {
      ...super[DESCRIBE](),
      backends: [
        {
          path: this.path,
          environment: this.environment.name,
          name: this.name,
          provider: 'statefulset',
          engine: dialect.engine.name,
          members: undefined,
          quorum: false,
          // The fewest proxies must do for all that their users open.
          maxConnections: min * maxConnectionsOf(proxy),
          // That of the probe.
          reservedConnections: min,
          partitions: undefined,
          sharding: { shards, columns: shardColumns(tables) },
        },
      ],
    };
  }

  private createShard(number: number): StatefulBackend<PortName> {
    const { props, database, dialect, shards } = this.sharding;
    const settings = { ...dialect.settingsOf(number, shards), ...props.settings };
    const given = {
      ...props,
      database,
      // What is missing, or not known, was said once for all of them.
      storage: props.storage ?? '1Gi',
      credentials: accountOf(props.credentials ?? { secret: this.name }, PRIMARY_ACCOUNTS),
      accounts: 'shared',
      settings: Object.keys(settings).length > 0 ? settings : undefined,
    };
    return new StatefulBackend<PortName, object>(this, `${this.name}-shard-${number}`, given, dialect.engine);
  }

  private useShard(shard: StatefulBackend<PortName>, number: number): void {
    this.uses(shard as Usable, {
      env: `SHARD_${number}`,
      connectionsPerPod: connectionsOf(this.sharding.proxy),
      // All have the same, and it is there already.
      credentials: false,
      parallel: 'shards',
    });
  }

  private files(): Record<string, string> {
    const { dialect, database, tables, reads, proxy } = this.sharding;
    const { number: port } = dialect.port;
    const routing: Routing = {
      database,
      protocol: dialect.protocol,
      shards: this.shards.map(({ name }) => ({
        url: dialect.url(name, database),
        readUrl: reads === 'replicas' ? dialect.url(`${name}-read`, database) : undefined,
      })),
      tables,
      connections: Math.floor(connectionsOf(proxy) / (reads === 'replicas' ? 2 : 1)),
      maxConnections: maxConnectionsOf(proxy),
      port,
    };
    return {
      'global.yaml': globalConfig(routing),
      'database-sharded.yaml': databaseConfig(routing),
      'start.sh': startScript(port),
      'greets.sh': greetsScript(port, dialect.greets),
      'ready.sh': readyScript(dialect.client.ask(port, database)),
    };
  }
}

/** What a factory gives: by the provider, and one of both where that is decided by the environment. */
export type ShardedOrExternal<P extends Provider, PortName extends string> = P extends 'external'
  ? ExternalBackend<PortName>
  : ShardedDatabase<PortName>;

/** Everything that decides a sharded database. */
interface Sharding<PortName extends string> {
  /** What each shard is told. */
  readonly props: ShardProps;
  readonly database: string;
  readonly shards: number;
  readonly tables: ShardingProps['tables'];
  readonly reads: 'primary' | 'replicas';
  readonly proxy: ProxyProps;
  readonly problems: readonly string[];
  readonly dialect: Dialect<object, PortName>;
}

const connectionsOf = ({ connectionsPerShard = 20 }: ProxyProps): number => connectionsPerShard;
const maxConnectionsOf = ({ maxConnections = 500 }: ProxyProps): number => maxConnections;
