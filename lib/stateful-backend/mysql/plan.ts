import type { Checks } from '../../checks/read-props';
import * as check from '../../checks/values';
import { bytes } from '../../kubernetes/quantity';
import type { Port } from '../../workload/ports';
import { basics, dataVolume, settingLines } from '../basics';
import { databaseCheck, databaseVariables } from '../database';
import { backendPorts } from '../generic';
import type { Engine, EnginePlace } from '../plan';
import { CONFIG, planOf } from '../plan-of';
import { exporter } from '../pod-parts';
import { type PrimaryProps, primaryChecks, primaryDefaults, primaryEnv, primaryPlan } from '../primary';
import { settingsCheck } from '../props';
import { sqlAccounts } from '../sql-accounts';
import { mysqlTls } from '../tls-dialects';
import { accountsScript } from './accounts';
import { mysqlBackup } from './backup';
import type { MysqlName } from './client';
import { aliveScript, type Flavour, readyScript, startScript } from './scripts';

/**
 * A primary and its replicas. The first member is the primary, for good: there is **no automatic failover**. While
 * it is away nothing can be written, until Kubernetes has started it again with its volume; the replicas answer on.
 * Without its volume it refuses to start while there are replicas, instead of being an empty database.
 * Replicas copy everything from the primary with a logical dump at their first boot, and follow it by GTID.
 */
export interface MysqlProps extends PrimaryProps<'mysql'> {
  /** Further lines of `my.cnf`, section `mysqld`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

type Settings = NonNullable<MysqlProps['settings']>;

const MEMORY = '1Gi';

const checks: Checks<MysqlProps> = {
  ...primaryChecks,
  database: databaseCheck(64),
  replicas: check.optional(check.integer(1, 100)),
  maxConnections: check.optional(check.integer(10, 100_000)),
  settings: settingsCheck(/^[a-z][a-z0-9_-]*$/),
};

/** MySQL and MariaDB: one engine, but for the words that they do not share. */
export function mysqlEngine(
  name: MysqlName,
  image: string,
  flavour: Flavour,
  settings: Settings,
): Engine<MysqlProps, 'mysql'> {
  return {
    name,
    checks,
    externalPorts: { mysql: 3306 },
    externalVariables: (at, props) => ({ ...databaseVariables(at, props), ...mysqlTls(at.tls) }),
    plan: (props, place) =>
      planOf({ engine: name, ...mysqlPlan(name, image, flavour, settings, props, place), backup: mysqlBackup(name) }),
  };
}

function mysqlPlan(
  engine: MysqlName,
  image: string,
  flavour: Flavour,
  ofFlavour: Settings,
  props: MysqlProps,
  { name }: EnginePlace,
) {
  const { shared, own } = primaryDefaults(name, props);
  const { storage, settings, metrics = true, ...common } = own;
  const { replicas, maxConnections } = shared;
  const { startupSeconds, ...base } = basics(common, {
    storage: [storage],
    image,
    uid: 999,
    resources: { cpu: '250m', memory: MEMORY },
    flushTime: '2m',
    command: ['sh', `${CONFIG}/start.sh`],
    env: primaryEnv(name, shared),
  });
  const exporting = exporter({
    image: 'docker.io/prom/mysqld-exporter:v0.16.0',
    port: 9104,
    args: ['--mysqld.address=127.0.0.1:3306', '--mysqld.username=monitor'],
  });
  const [port] = backendPorts({ mysql: { port: 3306, appProtocol: 'mysql' } }) as [Port];
  const plan = primaryPlan(name, port, startupSeconds, shared, sqlAccounts(accountsScript(engine), 64));
  // The server itself, its performance schema and the connections take half a gigabyte before the first row is cached.
  const memory = bytes(base.pods.resources?.memory ?? MEMORY) / 2 ** 20;
  const pool = Math.max(64, Math.floor((memory - 512) * 0.6));
  return {
    ...base,
    ...plan,
    ports: [port],
    exporter: metrics ? exporting : undefined,
    volumes: dataVolume(storage, '/var/lib/mysql'),
    config: {
      path: CONFIG,
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
            // Rows are logged, not statements, so what a trigger or function does is the same on every replica.
            log_bin_trust_function_creators: 'ON',
            binlog_expire_logs_seconds: 604_800,
            ...ofFlavour,
            ...settings,
          },
          ' = ',
          (value) => (value ? 'ON' : 'OFF'),
        )}`,
        'start.sh': startScript(flavour, shared.accounts),
        'ready.sh': readyScript(flavour),
        'alive.sh': aliveScript(flavour),
      },
    },
    parts: plan.parts,
    // Replicas, the exporter, probes, and somebody who has to look.
    reservedConnections: replicas + 9,
  };
}
