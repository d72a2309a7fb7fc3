import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import { accountOf, accountsPart, missingCredentials, unknownKeys, withUsers } from './accounts';
import type { AccountsProps } from './accounts-plan';
import { basics, dataVolume } from './basics';
import {
  type ConfigDatabase,
  configDatabaseCheck,
  connectionOf,
  databaseProblems,
  databaseUse,
  offerOf,
  trustScript,
} from './config-database';
import { backendPorts } from './generic';
import { nacosAccounts } from './nacos/accounts';
import { logback, readyScript, startScript } from './nacos/scripts';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/**
 * Nacos: registry and config center. Its members vote, and keep the config in a MySQL database. Its metrics are at
 * `/nacos/actuator/prometheus` of the port `http`; its console is on a port of its own, which only those reach that
 * call it: `gateway.route('/', nacos, { port: 'console' })`, or people with `kubectl port-forward`.
 */
export interface NacosProps extends Omit<EngineProps, 'metrics'>, AccountsProps {
  /** How much each member may store: `5Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The MySQL or MariaDB that holds the config, in the cluster or outside. It must have the tables of
   * `mysql-schema.sql` from the release of Nacos before Nacos starts: a `Migration` for which Nacos `waitsFor`.
   * @defaultValue none: a single member keeps everything on its own volume, which is meant for trials and tests
   * @see https://nacos.io/docs/latest/manual/admin/deployment/deployment-overview/
   */
  readonly database?: ConfigDatabase;
  /**
   * The Secret with the keys `token` (at least 32 bytes in base64), `identity-key` and `identity-value`, by which
   * members know each other, and `username` and `password`: the account of the administrator, whose name must be `nacos`.
   * A Job creates it, and one for each consumer that reads only what it takes. `keys` maps `token`, `identityKey`,
   * `identityValue`, `username` and `password` to other names. An empty key stops the server.
   */
  readonly credentials: Credentials;
  /** How many members; odd. @defaultValue 3, and 1 without a database */
  readonly replicas?: number;
  /** Whether the members serve the console, on port 8080. @defaultValue true: it is where people change the config */
  readonly console?: boolean;
}

const SECRET_KEYS = { token: 'token', identityKey: 'identity-key', identityValue: 'identity-value' };
const MEMORY = '2Gi';
/** The pool of each member, as its config file has it. */
const CONNECTIONS = 20;
const { metrics: _, ...engineChecksOfNacos } = engineChecks;

const checks: Checks<NacosProps> = {
  ...engineChecksOfNacos,
  ...storageNeeded,
  database: check.optional(configDatabaseCheck),
  replicas: check.optional(check.integer(1, 9)),
  console: check.optional(check.boolean),
  accounts: check.optional(check.oneOf('per-user', 'shared')),
};

export const nacos: Engine<NacosProps, 'http' | 'client' | 'console'> = {
  name: 'nacos',
  checks,
  externalPorts: { http: 8848, client: 9848, console: 8080 },
  externalVariables: ({ host, port }) => ({ SERVER_ADDR: `${host}:${port}` }),
  plan(props, { name }) {
    const {
      storage,
      database,
      credentials,
      accounts = 'per-user',
      replicas = database ? 3 : 1,
      console = true,
      ...common
    } = props;
    const members = memberHosts(name, replicas)
      .map((host) => `${host}:8848`)
      .join(',');
    const memory = common.resources?.memory ?? MEMORY;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.io/nacos/nacos-server:v3.2.3',
      resources: { cpu: '500m', memory: MEMORY },
      writablePaths: { '/home/nacos/logs': '64Mi' },
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        PEERS: peerService(name),
        MEMBERS: members,
        STANDALONE: replicas === 1,
        DEPLOYMENT: console ? 'merged' : 'server',
        HEAP: `${Math.floor((bytes(memory) * 0.5) / 2 ** 20)}m`,
        ...(database && databaseVariables(database, name)),
      },
    });
    const ports = backendPorts({
      http: { port: 8848, protocol: 'http' },
      client: 9848,
      server: 9849,
      raft: 7848,
      ...(console ? { console: { port: 8080, protocol: 'http' } } : {}),
    });
    return planOf({
      ...base,
      engine: 'nacos',
      ports,
      metrics: { port: 'http', path: '/nacos/actuator/prometheus' },
      clientPorts: ['http', 'client'],
      servicePorts: ['http', 'client', 'console'],
      peerPorts: ['http', 'client', 'server', 'raft'],
      volumes: dataVolume(storage, '/home/nacos/data'),
      replicas,
      quorum: true,
      config: {
        path: CONFIG,
        files: {
          'start.sh': startScript({ hasDatabase: database !== undefined, trust: trustScript(database) }),
          'ready.sh': readyScript,
          'logback.xml': logback,
        },
      },
      parts: [accountsPart(credentials, SECRET_KEYS)],
      // In the names that its own config file reads.
      uses: databaseUse(database, name, 'MYSQL_SERVICE', CONNECTIONS),
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { http: '/nacos/v3/admin/core/state/liveness', port: 'http', timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({ ...addressVariables(name, ports[0]), SERVER_ADDR: members }),
      credentials: accountOf(credentials),
      accounts: accounts === 'shared' ? undefined : nacosAccounts(name),
      backup: database
        ? 'it keeps what it knows in its MySQL: back that up'
        : 'without a database it is for trials: give it a MySQL, and back that up',
      problems: [
        ...evenMembers(replicas),
        ...missingCredentials(credentials, 'tokens'),
        ...unknownKeys(credentials, withUsers(SECRET_KEYS)),
        ...databaseProblems(database, name),
        ...aloneProblems(database, replicas),
      ],
    });
  },
};

/** In the names that its own config file reads. */
function databaseVariables(database: ConfigDatabase, user: string) {
  return {
    SPRING_DATASOURCE_PLATFORM: 'mysql',
    MYSQL_SERVICE_DB_NAME: offerOf(database, user).variables.DATABASE ?? 'nacos',
    MYSQL_SERVICE_DB_PARAM: `${connectionOf(database)}&connectTimeout=1000&socketTimeout=3000&autoReconnect=true`,
  };
}

function aloneProblems(database: ConfigDatabase | undefined, replicas: number): string[] {
  if (database !== undefined || replicas === 1) return [];
  return [
    `'database': must be set for ${replicas} members, which keep the config in a MySQL or MariaDB; leave 'replicas' out for a single member that keeps it on its own volume`,
  ];
}
