import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { Port } from '../workload/ports';
import { basics, dataVolume, settingLines } from './basics';
import { databaseCheck, databaseVariables } from './database';
import { backendPorts } from './generic';
import type { Engine } from './plan';
import { CONFIG, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { accountsScript } from './postgres/accounts';
import { postgresBackup } from './postgres/backup';
import { accessFile, aliveScript, readyScript, startScript } from './postgres/scripts';
import { type PrimaryProps, primaryChecks, primaryDefaults, primaryEnv, primaryPlan } from './primary';
import { settingsCheck } from './props';
import { sqlAccounts } from './sql-accounts';
import { postgresTls } from './tls-dialects';

/**
 * PostgreSQL: a primary and its replicas. The first member is the primary, for good: there is **no automatic
 * failover**. While it is away nothing can be written, until Kubernetes has started it again with its volume; the
 * replicas answer on. Without its volume it refuses to start while there are replicas, instead of being an empty
 * database.
 */
export interface PostgresProps extends PrimaryProps<'postgres'> {
  /** Further lines of `postgresql.conf`; they win over those of the library. Text is quoted. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const MEMORY = '1Gi';
/** The roles of a database are called like it, with up to seven characters more. */
const LONGEST_DATABASE = 63 - '_writer'.length;

const checks: Checks<PostgresProps> = {
  ...primaryChecks,
  database: databaseCheck(LONGEST_DATABASE),
  replicas: check.optional(check.integer(1, 50)),
  maxConnections: check.optional(check.integer(10, 10_000)),
  settings: settingsCheck(),
};

export const postgres: Engine<PostgresProps, 'postgres'> = {
  name: 'postgres',
  checks,
  externalPorts: { postgres: 5432 },
  externalVariables: (at, props) => ({ ...databaseVariables(at, props), ...postgresTls(at.tls) }),
  plan(props, { name }) {
    const { shared, own } = primaryDefaults(name, props);
    const { storage, settings, metrics = true, ...common } = own;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.io/library/postgres:17.4',
      uid: 999,
      resources: { cpu: '250m', memory: MEMORY },
      flushTime: '2m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: primaryEnv(name, shared),
    });
    const exporting = exporter({
      image: 'quay.io/prometheuscommunity/postgres-exporter:v0.16.0',
      port: 9187,
      env: [
        { name: 'DATA_SOURCE_URI', value: '127.0.0.1:5432/postgres?sslmode=disable' },
        { name: 'DATA_SOURCE_USER', value: 'monitor' },
      ],
    });
    const [port] = backendPorts({ postgres: 5432 }) as [Port];
    const plan = primaryPlan(name, port, startupSeconds, shared, sqlAccounts(accountsScript, LONGEST_DATABASE));
    const memory = bytes(base.pods.resources?.memory ?? MEMORY) / 2 ** 20;
    return planOf({
      ...base,
      ...plan,
      engine: 'postgres',
      ports: [port],
      exporter: metrics ? exporting : undefined,
      volumes: dataVolume(storage, '/var/lib/postgresql/data'),
      config: {
        path: CONFIG,
        files: {
          'postgresql.conf': settingLines(
            quoted({
              listen_addresses: '*',
              port: 5432,
              unix_socket_directories: '/tmp',
              max_connections: shared.maxConnections,
              shared_buffers: `${Math.floor(memory * 0.25)}MB`,
              effective_cache_size: `${Math.floor(memory * 0.6)}MB`,
              dynamic_shared_memory_type: 'posix',
              wal_level: 'replica',
              // The same for all: a standby refuses to start with fewer than the primary that it follows.
              max_wal_senders: 60,
              max_replication_slots: 60,
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
          'start.sh': startScript(shared.accounts),
          'ready.sh': readyScript,
          'alive.sh': aliveScript,
        },
      },
      parts: [
        ...plan.parts,
        {
          from: 'its shared memory',
          // Parallel queries share memory, and what a container gets by itself is 64Mi at most.
          volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${Math.floor(memory * 0.25)}Mi` } }],
          mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
        },
      ],
      // Those of the superuser, the exporter and probes.
      reservedConnections: 3 + 6,
      backup: postgresBackup,
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
