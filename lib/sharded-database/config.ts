import { toYaml } from '../kubernetes/yaml';
import { type ShardedTable, shardedTables, type Tables, tableGroups, tablesOnEveryShard } from './tables';

/** What the routing config is made of. */
export interface Routing {
  readonly database: string;
  readonly protocol: 'MySQL' | 'PostgreSQL';
  /** Where each shard is, and where its replicas are, if they are read from. */
  readonly shards: readonly { readonly url: string; readonly readUrl: string | undefined }[];
  readonly tables: Tables;
  /** The size of each pool. */
  readonly connections: number;
  /** How many connections one proxy takes from its users. */
  readonly maxConnections: number;
  readonly port: number;
}

/** What start.sh puts the account in place of. */
const USERNAME = '{{username}}';
const PASSWORD = '{{password}}';

/**
 * Every proxy for itself, from the same files: what is in git is what runs. With a registry the first proxy would write
 * its config there, passwords included, and no later file would be read.
 * @see https://shardingsphere.apache.org/document/5.5.2/en/user-manual/shardingsphere-proxy/yaml-config/mode/
 */
export function globalConfig({ protocol, maxConnections, port }: Routing): string {
  return toYaml({
    mode: { type: 'Standalone' },
    authority: {
      users: [{ user: `${USERNAME}@%`, password: PASSWORD }],
      privilege: { type: 'ALL_PERMITTED' },
    },
    props: {
      'proxy-default-port': port,
      'proxy-frontend-database-protocol-type': protocol,
      'proxy-frontend-max-connections': maxConnections,
      // A query takes one connection of each pool, so that two of them never wait for each other.
      'max-connections-size-per-query': 1,
      'sql-show': false,
    },
  });
}

/**
 * Where the rows are.
 * @see https://shardingsphere.apache.org/document/5.5.2/en/user-manual/shardingsphere-jdbc/yaml-config/rules/sharding/
 */
export function databaseConfig({ database, shards, tables, connections }: Routing): string {
  const everywhere = tablesOnEveryShard(tables);
  const splits = shards.some(({ readUrl }) => readUrl !== undefined);
  const sources = shards.flatMap(({ url, readUrl }, shard) =>
    readUrl === undefined
      ? [[source(shard), url] as const]
      : [[primary(shard), url] as const, [replicas(shard), readUrl] as const],
  );
  const rules = [
    ruleText('SHARDING', shardingRule(tables, shards.length)),
    ...(everywhere.length > 0 ? [ruleText('BROADCAST', { tables: everywhere })] : []),
    ...(splits ? [ruleText('READWRITE_SPLITTING', splittingRule(shards.length))] : []),
  ];
  const head = {
    databaseName: database,
    dataSources: Object.fromEntries(sources.map(([name, url]) => [name, dataSource(url, connections)])),
  };
  return `${toYaml(head)}rules:\n${rules.join('')}`;
}

const source = (shard: number): string => `shard_${shard}`;
const primary = (shard: number): string => `${source(shard)}_primary`;
const replicas = (shard: number): string => `${source(shard)}_replicas`;

function dataSource(url: string, connections: number) {
  return {
    url,
    username: USERNAME,
    password: PASSWORD,
    connectionTimeoutMilliseconds: 10_000,
    idleTimeoutMilliseconds: 60_000,
    maxLifetimeMilliseconds: 1_800_000,
    maxPoolSize: connections,
    minPoolSize: 1,
  };
}

function shardingRule(tables: Tables, shards: number) {
  const sharded = shardedTables(tables);
  const groups = tableGroups(tables);
  return {
    tables: Object.fromEntries(
      sharded.map(([name, table]) => [
        name,
        {
          actualDataNodes: `shard_$->{0..${shards - 1}}.${name}`,
          databaseStrategy: {
            standard: { shardingColumn: table.shardBy, shardingAlgorithmName: algorithmName(table) },
          },
        },
      ]),
    ),
    bindingTables: groups.length > 0 ? groups.map((group) => group.join(',')) : undefined,
    shardingAlgorithms: Object.fromEntries(
      sharded.map(([, table]) => [
        algorithmName(table),
        {
          type: 'INLINE',
          props: {
            'algorithm-expression': `shard_$->{${remainder(table, shards)}}`,
            // A range may lie anywhere, so all shards are asked.
            'allow-range-query-with-inline-sharding': true,
          },
        },
      ]),
    ),
  };
}

const algorithmName = ({ shardBy, of = 'numbers' }: ShardedTable): string => `${of}_${shardBy}`;

/**
 * An expression of our own, because MOD and HASH_MOD are only for tables that have another name on each shard. It gives
 * the same for 7, 7L, 7.0 and '7': a driver decides in which form a value comes.
 */
function remainder({ shardBy, of = 'numbers' }: ShardedTable, shards: number): string {
  const number = of === 'numbers' ? `${shardBy} as long` : `${shardBy}.toString().trim().toLowerCase().hashCode()`;
  return `Math.floorMod(${number}, ${shards})`;
}

/** Reads go to the replicas, but those of a transaction to the primary: it may have written what it reads. */
function splittingRule(shards: number) {
  return {
    dataSourceGroups: Object.fromEntries(
      Array.from({ length: shards }, (_, shard) => [
        source(shard),
        {
          writeDataSourceName: primary(shard),
          readDataSourceNames: [replicas(shard)],
          transactionalReadQueryStrategy: 'PRIMARY',
        },
      ]),
    ),
  };
}

/** A rule is told by its tag, and a tag is no plain data. */
function ruleText(tag: string, rule: object): string {
  return `- !${tag}\n${toYaml(rule).replace(/^(?=.)/gm, '  ')}`;
}
