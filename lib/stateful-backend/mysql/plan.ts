import type { Checks } from '../../checks/read-props';
import * as check from '../../checks/values';
import { bytes } from '../../kubernetes/quantity';
import { addressVariables } from '../../workload/addresses';
import type { Credentials } from '../../workload/credentials';
import { accountOf, basics, dataVolume, settingLines } from '../basics';
import { backendPorts } from '../generic';
import { type EnginePlace, type EnginePlan, memberHost, peerService } from '../plan';
import { accountsPart, exporter } from '../pod-parts';
import { type EngineProps, engineChecks, storageNeeded } from '../props';
import { aliveScript, type Flavour, readyScript, startScript } from './scripts';

/**
 * A primary and its replicas. The first member is the primary, for good: there is **no automatic failover**. While
 * it is away nothing can be written, until Kubernetes has started it again with its volume; the replicas answer on.
 * Without its volume it refuses to start while there are replicas, instead of being an empty database.
 * Replicas copy everything from the primary with a logical dump at their first boot, and follow it by GTID.
 */
export interface MysqlProps extends EngineProps {
  /** How much each member may store: `20Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `root-password`, `replication-password`, and for its users `username` and `password`.
   * `keys` maps `rootPassword`, `replicationPassword`, `username` and `password` to other names. A changed password is
   * taken over when the members restart.
   */
  readonly credentials: Credentials;
  /** The database that is made for its users. @defaultValue its name, with underscores in place of dashes */
  readonly database?: string;
  /** How many members, the primary included. @defaultValue 2: one to read from, and to go on with when the primary is lost for good */
  readonly replicas?: number;
  /** @defaultValue 200 */
  readonly maxConnections?: number;
  /** Further lines of `my.cnf`, section `mysqld`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const ACCOUNT_KEYS = { username: 'username', password: 'password' };
const SECRET_KEYS = { ...ACCOUNT_KEYS, rootPassword: 'root-password', replicationPassword: 'replication-password' };

export const mysqlChecks: Checks<MysqlProps> = {
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
  database: check.optional(
    check.matching(
      (value) => check.isText(value) && /^\w{1,64}$/.test(value),
      'at most 64 letters, digits and underscores',
    ),
  ),
  replicas: check.optional(check.integer(1, 100)),
  maxConnections: check.optional(check.integer(10, 100_000)),
  settings: check.optional(
    check.mapOf(
      check.matching((value) => check.isText(value) && /^[a-z][a-z0-9_-]*$/.test(value), 'the name of a setting'),
      check.matching(
        (value) => ['number', 'boolean'].includes(typeof value) || (check.isText(value) && !/[\r\n]/.test(value)),
        'text on one line, a number, true or false',
      ),
    ),
  ),
};

export function mysqlPlan(
  engine: 'mysql' | 'mariadb',
  image: string,
  flavour: Flavour,
  settingsOfFlavour: Readonly<Record<string, string | number | boolean>>,
  props: MysqlProps,
  { name }: EnginePlace,
): EnginePlan {
  const { storage, credentials, replicas = 2, maxConnections = 200, settings, metrics = true, ...rest } = props;
  const { database = name.replaceAll('-', '_'), ...common } = rest;
  const memory = '1Gi';
  const { startupSeconds, ...base } = basics(common, {
    image,
    uid: 999,
    resources: { cpu: '250m', memory },
    flushTime: '2m',
    command: ['sh', '/etc/backend/start.sh'],
    env: {
      POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
      PEERS: peerService(name),
      PRIMARY: memberHost(name, 0),
      DATABASE: database,
      MEMBERS: replicas,
    },
  });
  const exporting = exporter({
    image: 'docker.io/prom/mysqld-exporter:v0.16.0',
    port: 9104,
    args: ['--mysqld.address=127.0.0.1:3306', '--mysqld.username=monitor'],
  });
  const pool = Math.floor((bytes(base.pods.resources?.memory ?? memory) * 0.5) / 2 ** 20);
  return {
    ...base,
    engine,
    ports: backendPorts({ mysql: { port: 3306, appProtocol: 'mysql' } }),
    sidecarPorts: metrics ? [exporting.port] : [],
    clientPorts: ['mysql'],
    peerPorts: ['mysql'],
    writable: 'the first member',
    readPorts: replicas > 1 ? ['mysql'] : [],
    volumes: dataVolume(storage, '/var/lib/mysql'),
    replicas,
    quorum: false,
    // A replica copies from a primary that is ready.
    podManagement: 'OrderedReady',
    config: {
      path: '/etc/backend',
      files: {
        'my.cnf': `[mysqld]\n${settingLines(
          {
            port: 3306,
            'bind-address': '*',
            'skip-name-resolve': 'ON',
            socket: '/tmp/mysql.sock',
            'pid-file': '/tmp/mysql.pid',
            'character-set-server': 'utf8mb4',
            max_connections: maxConnections,
            innodb_buffer_pool_size: `${pool}M`,
            // What was answered is on the disk.
            innodb_flush_log_at_trx_commit: 1,
            sync_binlog: 1,
            'log-bin': 'binlog',
            'relay-log': 'relay',
            binlog_format: 'ROW',
            binlog_expire_logs_seconds: 604_800,
            ...settingsOfFlavour,
            ...settings,
          },
          ' = ',
          (value) => (value ? 'ON' : 'OFF'),
        )}`,
        'start.sh': startScript(flavour),
        'ready.sh': readyScript(flavour),
        'alive.sh': aliveScript(flavour),
      },
    },
    parts: [accountsPart(credentials, '/run/accounts', SECRET_KEYS), ...(metrics ? [exporting.part] : [])],
    probes: {
      readiness: { command: ['sh', '/etc/backend/ready.sh'], timeoutSeconds: 5 },
      liveness: { command: ['sh', '/etc/backend/alive.sh'], timeoutSeconds: 5 },
      startupSeconds,
    },
    variables: (access) => ({
      ...addressVariables(access === 'read-only' && replicas > 1 ? `${name}-read` : name, mysqlPort),
      ...(replicas > 1 ? { READ_HOST: `${name}-read` } : {}),
      DATABASE: database,
    }),
    credentials: accountOf(credentials, ACCOUNT_KEYS),
    maxConnections,
    // Replicas, the exporter, probes, and somebody who has to look.
    reservedConnections: replicas + 9,
    partitions: undefined,
    problems: credentials === undefined ? ["'credentials': must be set: passwords are never made up"] : [],
  };
}

const mysqlPort = { name: 'mysql', port: 3306, servicePort: 3306, protocol: 'tcp' } as const;
