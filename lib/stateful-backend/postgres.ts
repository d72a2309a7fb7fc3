import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import { accountOf, basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type Engine, memberHost, peerService } from './plan';
import { ACCOUNTS, CONFIG, POD_NAME, planOf } from './plan-of';
import { accountsPart, exporter } from './pod-parts';
import { accessFile, aliveScript, readyScript, startScript } from './postgres/scripts';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';

/**
 * PostgreSQL: a primary and its replicas. The first member is the primary, for good: there is **no automatic
 * failover**. While it is away nothing can be written, until Kubernetes has started it again with its volume; the
 * replicas answer on. Without its volume it refuses to start while there are replicas, instead of being an empty
 * database.
 */
export interface PostgresProps extends EngineProps {
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
  /** Further lines of `postgresql.conf`; they win over those of the library. Text is quoted. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const ACCOUNT_KEYS = { username: 'username', password: 'password' };
const SECRET_KEYS = { ...ACCOUNT_KEYS, rootPassword: 'root-password', replicationPassword: 'replication-password' };
const MEMORY = '1Gi';

const checks: Checks<PostgresProps> = {
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
  database: check.optional(
    check.matching(
      (value) => check.isText(value) && /^\w{1,63}$/.test(value),
      'at most 63 letters, digits and underscores',
    ),
  ),
  replicas: check.optional(check.integer(1, 50)),
  maxConnections: check.optional(check.integer(10, 10_000)),
  settings: settingsCheck,
};

export const postgres: Engine<PostgresProps, 'postgres'> = {
  name: 'postgres',
  checks,
  externalPorts: { postgres: 5432 },
  externalVariables: (name, { database = name.replaceAll('-', '_') }) => ({ DATABASE: database }),
  plan(props, { name }) {
    const { storage, credentials, replicas = 2, maxConnections = 200, settings, metrics = true, ...rest } = props;
    const { database = name.replaceAll('-', '_'), ...common } = rest;
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/library/postgres:17.4',
      uid: 999,
      resources: { cpu: '250m', memory: MEMORY },
      flushTime: '2m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: { POD_NAME, PEERS: peerService(name), PRIMARY: memberHost(name, 0), DATABASE: database, MEMBERS: replicas },
    });
    const exporting = exporter({
      image: 'quay.io/prometheuscommunity/postgres-exporter:v0.16.0',
      port: 9187,
      env: [
        { name: 'DATA_SOURCE_URI', value: '127.0.0.1:5432/postgres?sslmode=disable' },
        { name: 'DATA_SOURCE_USER', value: 'monitor' },
      ],
    });
    const ports = backendPorts({ postgres: 5432 });
    const memory = bytes(base.pods.resources?.memory ?? MEMORY) / 2 ** 20;
    return planOf({
      ...base,
      engine: 'postgres',
      ports,
      sidecarPorts: metrics ? [exporting.port] : [],
      clientPorts: ['postgres'],
      peerPorts: ['postgres'],
      writable: 'the first member',
      readPorts: replicas > 1 ? ['postgres'] : [],
      volumes: dataVolume(storage, '/var/lib/postgresql/data'),
      replicas,
      // A replica copies from a primary that is ready.
      podManagement: 'OrderedReady',
      config: {
        path: CONFIG,
        files: {
          'postgresql.conf': settingLines(
            quoted({
              listen_addresses: '*',
              port: 5432,
              unix_socket_directories: '/tmp',
              max_connections: maxConnections,
              shared_buffers: `${Math.floor(memory * 0.25)}MB`,
              effective_cache_size: `${Math.floor(memory * 0.6)}MB`,
              dynamic_shared_memory_type: 'posix',
              wal_level: 'replica',
              max_wal_senders: replicas + 5,
              max_replication_slots: replicas + 5,
              // What a replica that stays away may hold back before it has to copy anew.
              max_slot_wal_keep_size: '4GB',
              hot_standby: true,
              log_destination: 'stderr',
              logging_collector: false,
              ...settings,
            }),
            ' = ',
            (value) => (value ? 'on' : 'off'),
          ),
          'pg_hba.conf': accessFile,
          'start.sh': startScript,
          'ready.sh': readyScript,
          'alive.sh': aliveScript,
        },
      },
      parts: [
        accountsPart(credentials, ACCOUNTS, SECRET_KEYS),
        {
          from: 'its shared memory',
          // Parallel queries share memory, and what a container gets by itself is 64Mi at most.
          volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${Math.floor(memory * 0.25)}Mi` } }],
          mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
        },
        ...(metrics ? [exporting.part] : []),
      ],
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], timeoutSeconds: 5 },
        liveness: { command: ['sh', `${CONFIG}/alive.sh`], timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: (access) => ({
        ...addressVariables(access === 'read-only' && replicas > 1 ? `${name}-read` : name, ports[0]),
        ...(replicas > 1 ? { READ_HOST: `${name}-read` } : {}),
        DATABASE: database,
      }),
      credentials: accountOf(credentials, ACCOUNT_KEYS),
      maxConnections,
      // Those of the superuser, the exporter and probes.
      reservedConnections: 3 + 6,
      problems: credentials === undefined ? ["'credentials': must be set: passwords are never made up"] : [],
    });
  },
};

function quoted(settings: Readonly<Record<string, string | number | boolean>>) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : value,
    ]),
  );
}
