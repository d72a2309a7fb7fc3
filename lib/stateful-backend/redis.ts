import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { majority } from '../model/majority';
import type { Credentials } from '../workload/credentials';
import { accountsPart, accountValue, unknownKeys } from './accounts';
import type { Account } from './accounts-plan';
import { basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type Engine, type EnginePlace, evenMembers, memberHosts, peerService } from './plan';
import { POD_NAME, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { PRIVATE, privatePart } from './private-files';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';
import { ownKeys, type RedisAccess, serverKeys, useProblems } from './redis/access';
import { redisBackup } from './redis/backup';
import { commonScript } from './redis/common';
import { userNames, usersPart } from './redis/pods';
import { aliveScript, clusterScript, memberScript, readyScript, singleScript } from './redis/scripts';
import { sentinelPart, sentinelScript, tlsSettings } from './redis/sentinel';
import { SERVER_TLS, serverTls } from './tls';

/** Redis: alone, as a primary with replicas that sentinels watch, or as a Redis Cluster of several shards. */
export interface RedisProps extends EngineProps {
  /** How much each member may store: `10Gi`, or with a storage class. The log of changes and its rewriting need twice the data. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * `single` is one process; what it keeps outlives it, and while it is away nobody is served. `sentinel` is one
   * primary and its replicas, and sentinels that vote another one primary when it fails: clients ask the sentinels.
   * `cluster` shares the keys among several primaries: clients follow their redirections.
   *
   * Redis copies to its replicas after it has answered. With sentinels a restart in turn, or the drain of a node, loses
   * nothing: a member is ready when it follows, and a primary that ends hands over with its writes held back when all
   * other members that answer have everything. Where that takes longer than 35 seconds, it ends without.
   *
   * A failure may lose what no replica had; so what must outlast it is written with `WAIT 1`. Even so it is no
   * consensus: a primary that is only slow, and is outvoted while a replica still follows it, promises for a moment what
   * the new one does not have, and when all members fail at once, one that lagged may be chosen. `WAIT` for all replicas
   * leaves out both, and is not answered while one is away. A primary that is cut off takes writes for up to ten
   * seconds more, which are lost, and then refuses them.
   * @defaultValue single
   * @see https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
   */
  readonly topology?: 'single' | 'sentinel' | 'cluster';
  /** How many members, replicas included. @defaultValue 1; 3 with sentinels; 6 for a cluster */
  readonly replicas?: number;
  /** In a cluster, how many replicas each primary has. @defaultValue 1 */
  readonly replicasPerShard?: number;
  /** Which keys go when its memory is full. @defaultValue noeviction: it refuses writes, because nobody said that it may forget */
  readonly eviction?: (typeof evictions)[number];
  /** When the log of changes is forced to disk: with the node, `everysec` loses up to a second. @defaultValue everysec */
  readonly fsync?: 'always' | 'everysec';
  /** Further lines of `redis.conf`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Who may sign in. `per-user` gives each user the account of the Secret `<backend>-<user>`, with the keys `username` and
   * `password`, at the servers and at the sentinels. Services do everything but administration (no FLUSHALL, CONFIG or
   * KEYS); those with `access: 'read-only'` read; with a `namespace` only keys and channels that begin with it. Sentinels
   * agree on the primary through a channel, so users may not publish to it: those that subscribe to a pattern name it in `topics`.
   * Members read the Secrets themselves, and take over a changed password without a restart; another user restarts them.
   *
   * `shared` gives all users the one account `default` of `credentials`, which may do everything. `false` asks for no
   * account: every pod that the network policy admits may do everything.
   * @defaultValue per-user: what one service can do does not depend on how well another one is kept
   * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
   */
  readonly accounts?: 'per-user' | 'shared' | false;
  /**
   * The Secret with the accounts of the servers themselves: the keys `admin-password`, `replication-password` and, with
   * metrics, `monitor-password`; with `shared` accounts only `password`. `keys` maps `adminPassword`,
   * `replicationPassword`, `monitorPassword` and `password` to other names.
   * @defaultValue the Secret of its name
   */
  readonly credentials?: Credentials;
}

const evictions = ['noeviction', 'allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-lfu', 'volatile-ttl'] as const;

const CONFIG = '/etc/redis';
const ACCOUNT_KEYS = { password: 'password' };
const MEMORY = '512Mi';
const IMAGE = 'docker.io/library/redis:8.10.2';
const EXPORTER = 'docker.io/oliver006/redis_exporter:v1.67.0';

const checks: Checks<RedisProps> = {
  ...engineChecks,
  ...storageNeeded,
  topology: check.optional(check.oneOf('single', 'sentinel', 'cluster')),
  replicas: check.optional(check.integer(1, 1_000)),
  replicasPerShard: check.optional(check.integer(0, 10)),
  eviction: check.optional(check.oneOf(...evictions)),
  fsync: check.optional(check.oneOf('always', 'everysec')),
  accounts: check.optional(
    check.either("'per-user', 'shared' or false", [
      (value) => [false, 'per-user', 'shared'].includes(value as string | boolean),
      check.anything,
    ]),
  ),
  settings: settingsCheck(/^[a-z][a-z0-9-]*$/),
};

export const redis: Engine<RedisProps, 'redis'> = {
  name: 'redis',
  checks,
  externalPorts: { redis: 6379 },
  accountKeys: ACCOUNT_KEYS,
  plan(props, place) {
    const {
      topology = 'single',
      replicas,
      replicasPerShard = 1,
      eviction,
      fsync,
      settings,
      storage,
      metrics = true,
      ...rest
    } = props;
    const { credentials: given, accounts = 'per-user', ...common } = rest;
    const tls = serverTls(props.tls, place);
    const access: RedisAccess = { accounts, tls: tls !== false, topology, metrics };
    const members = replicas ?? { single: 1, sentinel: 3, cluster: 3 * (1 + replicasPerShard) }[topology];
    const secret = { secret: place.name, ...given };
    const keys = serverKeys(access);
    const uses: Account[] = [];
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: IMAGE,
      uid: 999,
      resources: { memory: MEMORY },
      command: ['sh', `${CONFIG}/start.sh`],
      env: topology === 'single' ? {} : memberVariables(place, members, replicasPerShard),
    });
    const exporting = exporterOf(access, secret);
    const sentinel =
      topology === 'sentinel'
        ? sentinelPart(base.pods.image, CONFIG, sentinelVariables(place, members), place.name, access, () =>
            userNames(uses),
          )
        : undefined;
    const peerPorts = { single: [], sentinel: ['redis', 'sentinel'], cluster: ['redis', 'bus'] }[topology];
    return planOf({
      ...base,
      engine: 'redis',
      ports: backendPorts(topology === 'cluster' ? { redis: 6379, bus: 16_379 } : { redis: 6379 }),
      sidecarPorts: sentinel ? backendPorts({ sentinel: 26_379 }) : [],
      exporter: metrics ? exporting : undefined,
      clientPorts: sentinel ? ['sentinel', 'redis'] : ['redis'],
      // Which member takes writes only the sentinels know: a Service with this port would lead to any of them.
      servicePorts: sentinel ? ['sentinel'] : ['redis'],
      peerPorts,
      readPorts: sentinel ? ['redis'] : [],
      volumes: dataVolume(storage, '/data'),
      replicas: members,
      quorum: topology === 'sentinel',
      // One after another: members that start at the same moment would each take themselves for the first.
      podManagement: topology === 'cluster' ? 'Parallel' : 'OrderedReady',
      config: {
        path: CONFIG,
        files: {
          'redis.conf': settingLines({
            ...settingsOf(access, base.pods.resources?.memory ?? MEMORY, eviction, fsync),
            ...settings,
          }),
          'common.sh': commonScript(access),
          'start.sh': { single: singleScript, sentinel: memberScript, cluster: clusterScript }[topology](access),
          'ready.sh': readyScript,
          'alive.sh': aliveScript,
          ...(sentinel ? { 'sentinel.sh': sentinelScript(access) } : {}),
        },
      },
      parts: [
        privatePart,
        ...(accounts ? [accountsPart(secret, keys)] : []),
        ...(accounts === 'per-user' ? [usersPart(uses, access)] : []),
        ...(sentinel ? [sentinel] : []),
      ],
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], timeoutSeconds: 8 },
        liveness: { command: ['sh', `${CONFIG}/alive.sh`], timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => variablesOf(topology, place.name, members),
      credentials: accounts ? administrator(access, secret) : undefined,
      accounts:
        accounts === 'per-user'
          ? { script: undefined, into: uses, line: ({ user }) => user, problems: (use) => useProblems(use, topology) }
          : undefined,
      tls,
      maxConnections: Number(settings?.maxclients ?? 10_000),
      reservedConnections: 32,
      backup: redisBackup(access, base.pods.resources),
      problems: [
        ...problemsOf(topology, members, replicasPerShard),
        ...(accounts === false && given ? ["'credentials': must be left out with accounts: false"] : []),
        ...(accounts ? unknownKeys(given, keys) : []),
      ],
    });
  },
};

/** The account that may do everything: of all users where they share one, else of the operator alone. */
function administrator({ accounts }: RedisAccess, { secret, keys = {}, ...rest }: Credentials): Credentials {
  const key = accounts === 'shared' ? (keys.password ?? 'password') : (keys.adminPassword ?? 'admin-password');
  return { ...rest, secret, keys: { password: key } };
}

function settingsOf(
  { topology, accounts, tls }: RedisAccess,
  memory: string,
  eviction = 'noeviction',
  fsync = 'everysec',
) {
  return {
    ...(tls ? { port: 0, 'tls-port': 6379, ...tlsSettings } : { port: 6379 }),
    bind: '* -::*',
    // The network policy says who may connect, and the list of accounts who may do what.
    'protected-mode': false,
    ...(accounts ? { aclfile: `${PRIVATE}/users.acl`, masteruser: 'replication' } : {}),
    dir: '/data',
    appendonly: true,
    appendfsync: fsync,
    // The rest is for copies to replicas, and for pages that change while the log is rewritten by a copy of the process.
    maxmemory: Math.floor(bytes(memory) * 0.6),
    'maxmemory-policy': eviction,
    // Before it ends, a primary waits so long for replicas that lag behind.
    'shutdown-timeout': 10,
    ...(topology === 'sentinel' ? { 'min-replicas-to-write': 1, 'min-replicas-max-lag': 10 } : {}),
    ...(topology === 'cluster'
      ? {
          'cluster-enabled': true,
          'cluster-config-file': '/data/nodes.conf',
          'cluster-node-timeout': 5000,
          'cluster-preferred-endpoint-type': 'hostname',
          ...(tls ? { 'tls-cluster': true } : {}),
        }
      : {}),
  };
}

function memberVariables({ name }: EnginePlace, members: number, replicasPerShard: number) {
  return {
    POD_NAME,
    PEERS: peerService(name),
    MEMBERS: memberHosts(name, members).join(' '),
    MASTER: name,
    QUORUM: majority(members),
    REPLICAS_PER_SHARD: replicasPerShard,
  };
}

function sentinelVariables(place: EnginePlace, members: number) {
  const { REPLICAS_PER_SHARD: _, POD_NAME: __, ...variables } = memberVariables(place, members, 0);
  return variables;
}

function exporterOf({ accounts, tls }: RedisAccess, credentials: Credentials) {
  const own = ownKeys(accounts).monitor;
  return exporter({
    image: EXPORTER,
    port: 9121,
    env: [
      { name: 'REDIS_ADDR', value: `${tls ? 'rediss' : 'redis'}://localhost:6379` },
      ...(accounts
        ? [
            { name: 'REDIS_USER', value: 'monitor' },
            { name: 'REDIS_PASSWORD', valueFrom: accountValue(credentials, own.file, own.key) },
            // Among the settings are passwords.
            { name: 'REDIS_EXPORTER_CONFIG_COMMAND', value: '-' },
          ]
        : []),
      ...(tls ? [{ name: 'REDIS_EXPORTER_TLS_CA_CERT_FILE', value: SERVER_TLS.ca }] : []),
    ],
    volumeMounts: tls ? [{ name: 'tls', mountPath: SERVER_TLS.path, readOnly: true }] : undefined,
  });
}

function variablesOf(topology: string, name: string, members: number): Record<string, string | number> {
  const hosts = memberHosts(name, members);
  switch (topology) {
    case 'sentinel':
      return {
        SENTINELS: hosts.map((host) => `${host}:26379`).join(','),
        MASTER_NAME: name,
        READ_HOST: `${name}-read`,
        READ_PORT: 6379,
      };
    case 'cluster':
      return { HOST: name, PORT: 6379, NODES: hosts.map((host) => `${host}:6379`).join(',') };
    default:
      return { HOST: name, PORT: 6379 };
  }
}

function problemsOf(topology: string, members: number, replicasPerShard: number): string[] {
  if (topology !== 'cluster' && replicasPerShard !== 1) {
    return [`'replicasPerShard': must be left out without shards, got ${replicasPerShard} with topology ${topology}`];
  }
  if (topology === 'single' && members !== 1) {
    return [
      `'replicas': must be 1 for a single Redis, got ${members}: with topology sentinel or cluster there can be more`,
    ];
  }
  if (topology === 'sentinel') {
    if (members < 3)
      return [`'replicas': must be 3 or more with sentinels, got ${members}: two cannot outvote one that is cut off`];
    return evenMembers(members);
  }
  const perShard = 1 + replicasPerShard;
  if (topology === 'cluster' && (members % perShard !== 0 || members / perShard < 3)) {
    return [
      `'replicas': must be ${perShard} for each of 3 or more shards (${[3, 4, 5].map((shards) => shards * perShard).join(', ')}, …), got ${members}`,
    ];
  }
  return [];
}
