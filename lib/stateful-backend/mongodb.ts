import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import { accountOf, accountsPart, accountValue, missingCredentials, unknownKeys, withUsers } from './accounts';
import { basics, dataVolume } from './basics';
import { databaseCheck, databaseOf, databaseVariables } from './database';
import { backendPorts } from './generic';
import { mongodbAccounts } from './mongodb/accounts';
import { mongodbBackup } from './mongodb/backup';
import { foundScript, renewScript, shellTls, startScript } from './mongodb/scripts';
import { type Engine, evenMembers, memberHosts } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { privatePart } from './private-files';
import { type EngineProps, engineChecks, storageNeeded } from './props';
import { SERVER_TLS, serverTls } from './tls';

/** MongoDB: a replica set whose members vote who is primary. The first member founds it at its first boot. */
export interface MongodbProps extends EngineProps {
  /** How much each member may store: `20Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * Who may sign in. `per-user` gives each user the account of the Secret `<backend>-<user>`, with the keys `username` and
   * `password`, in its own database: services read and write, `access: 'read-only'` reads, a `Migration` administers the
   * database. A Job `<backend>-accounts` creates them, and changes them when the program does. `shared` gives all users
   * the account `username` of `credentials`, created at the first boot and not changed later. `false` is a set without
   * accounts, for images that know none: every pod that the network policy admits may do everything.
   * @defaultValue per-user: what one service can do does not depend on how well another one is kept
   */
  readonly accounts?: 'per-user' | 'shared' | false;
  /**
   * The Secret with the keys `keyfile`, by which members know each other, `root-password`, `monitor-password`, and for
   * shared accounts `username` and `password`. `keys` maps `keyfile`, `rootPassword`, `monitorPassword`, `username` and
   * `password` to other names. The first two accounts are made at the first boot and not changed later.
   * @defaultValue none, and then `accounts: false` must say that there are no accounts
   */
  readonly credentials?: Credentials;
  /** The database of its users. @defaultValue its name, with underscores in place of dashes */
  readonly database?: string;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
}

const OWN_KEYS = { keyfile: 'keyfile', rootPassword: 'root-password', monitorPassword: 'monitor-password' };
const MEMORY = '1Gi';

const checks: Checks<MongodbProps> = {
  ...engineChecks,
  ...storageNeeded,
  accounts: check.optional(
    check.either("'per-user', 'shared' or false", [
      (value) => [false, 'per-user', 'shared'].includes(value as string | boolean),
      check.anything,
    ]),
  ),
  database: databaseCheck(63),
  replicas: check.optional(check.integer(1, 7)),
};

export const mongodb: Engine<MongodbProps, 'mongodb'> = {
  name: 'mongodb',
  checks,
  externalPorts: { mongodb: 27_017 },
  externalVariables: databaseVariables,
  plan(props, place) {
    const { name } = place;
    const { storage, credentials, accounts = 'per-user', replicas = 3, metrics = true, ...rest } = props;
    const { database = databaseOf(name), ...common } = rest;
    const hosts = memberHosts(name, replicas).map((host) => `${host}:27017`);
    const tls = serverTls(props.tls, place);
    const access = { accounts, tls: tls !== false };
    const keys = accounts === 'shared' ? withUsers(OWN_KEYS) : OWN_KEYS;
    const memory = bytes(common.resources?.memory ?? MEMORY) / 2 ** 30;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.io/library/mongo:8.0.28',
      uid: 999,
      resources: { cpu: '250m', memory: MEMORY },
      flushTime: '1m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        SET: name,
        DATABASE: database,
        MEMBERS: hosts.join(' '),
        CACHE: Math.max(0.25, Math.floor(memory * 0.45 * 100) / 100),
        // The shell of MongoDB keeps its settings there.
        HOME: '/tmp',
      },
    });
    const exporting = exporter({
      image: 'docker.io/percona/mongodb_exporter:0.43.1',
      port: 9216,
      args: ['--collect-all', '--mongodb.direct-connect=true'],
      env: [
        {
          name: 'MONGODB_URI',
          value: `mongodb://localhost:27017/admin${tls ? `?tls=true&tlsCAFile=${SERVER_TLS.ca}` : ''}`,
        },
        ...(accounts
          ? [
              { name: 'MONGODB_USER', value: 'monitor' },
              {
                name: 'MONGODB_PASSWORD',
                valueFrom: accountValue(credentials ?? { secret: '' }, 'monitorPassword', OWN_KEYS.monitorPassword),
              },
            ]
          : []),
      ],
      volumeMounts: tls ? [{ name: 'tls', mountPath: SERVER_TLS.path, readOnly: true }] : undefined,
    });
    const ask = (question: string) => ({
      command: ['mongosh', '--quiet', '--norc', ...shellTls(access), '--eval', `if (!(${question})) quit(1)`],
      periodSeconds: 10,
      timeoutSeconds: 10,
    });
    return planOf({
      ...base,
      engine: 'mongodb',
      ports: backendPorts({ mongodb: { port: 27_017, appProtocol: 'mongo' } }),
      exporter: metrics ? exporting : undefined,
      clientPorts: ['mongodb'],
      peerPorts: ['mongodb'],
      volumes: dataVolume(storage, '/data/db'),
      replicas,
      quorum: true,
      config: {
        path: CONFIG,
        files: {
          'start.sh': startScript(access),
          'found.js': foundScript(access),
          ...(tls ? { 'renew.js': renewScript(access) } : {}),
        },
      },
      parts: [...(accounts ? [accountsPart(credentials, keys)] : []), ...(accounts || tls ? [privatePart] : [])],
      probes: {
        readiness: ask('db.hello().isWritablePrimary || db.hello().secondary'),
        liveness: ask("db.adminCommand('ping').ok"),
        startupSeconds,
      },
      variables: () => ({ HOST: name, PORT: 27_017, HOSTS: hosts.join(','), REPLICA_SET: name, DATABASE: database }),
      credentials: accounts === 'per-user' ? administrator(credentials) : accounts ? accountOf(credentials) : undefined,
      accounts:
        accounts === 'per-user' ? mongodbAccounts(access, { HOSTS: hosts.join(','), REPLICA_SET: name }) : undefined,
      tls,
      backup: () => mongodbBackup(access),
      problems: [
        ...evenMembers(replicas),
        ...(accounts === false
          ? credentials
            ? ["'credentials': must be left out with accounts: false"]
            : []
          : [...missingCredentials(credentials), ...unknownKeys(credentials, keys)]),
      ],
    });
  },
};

/** The account that may do everything, and which only the Job that creates the others gets. */
function administrator(credentials: Credentials | undefined): Credentials | undefined {
  if (credentials === undefined) return undefined;
  const { keys = {}, ...rest } = credentials;
  return { ...rest, keys: { password: keys.rootPassword ?? OWN_KEYS.rootPassword } };
}
