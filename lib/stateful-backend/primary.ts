import type { Checks } from '../checks/read-props';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import type { Port } from '../workload/ports';
import { accountOf, missingCredentials, unknownKeys, withUsers } from './accounts';
import { databaseOf } from './database';
import { type EnginePlan, memberHost, peerService } from './plan';
import { CONFIG, POD_NAME } from './plan-of';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/** What databases with a primary and replicas have in common. */
export interface PrimaryProps extends EngineProps {
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
}

export const PRIMARY_ACCOUNTS = withUsers({
  rootPassword: 'root-password',
  replicationPassword: 'replication-password',
});

/** Those that engines bound each in their own way are left to them. */
export const primaryChecks: Omit<Checks<PrimaryProps>, 'database' | 'replicas' | 'maxConnections'> = {
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
};

/** The props with what stands where nobody said anything. */
export function primaryDefaults<Props extends PrimaryProps>(name: string, props: Props) {
  const { replicas = 2, database = databaseOf(name), maxConnections = 200, metrics = true } = props;
  return { ...props, replicas, database, maxConnections, metrics };
}

/** By which a member knows who it is, and whom it follows. */
export const primaryEnv = (name: string, { database, replicas }: ReturnType<typeof primaryDefaults>) => ({
  POD_NAME,
  PEERS: peerService(name),
  PRIMARY: memberHost(name, 0),
  DATABASE: database,
  MEMBERS: replicas,
});

/** The part of their plans that is the same. */
export function primaryPlan(
  name: string,
  port: Port,
  startupSeconds: number,
  { credentials, replicas, database, maxConnections }: ReturnType<typeof primaryDefaults>,
) {
  return {
    clientPorts: [port.name],
    peerPorts: [port.name],
    writable: 'the first member',
    readPorts: replicas > 1 ? [port.name] : [],
    replicas,
    // A replica copies from a primary that is ready.
    podManagement: 'OrderedReady',
    probes: {
      readiness: { command: ['sh', `${CONFIG}/ready.sh`], timeoutSeconds: 5 },
      liveness: { command: ['sh', `${CONFIG}/alive.sh`], timeoutSeconds: 5 },
      startupSeconds,
    },
    variables: (access) => ({
      ...addressVariables(access === 'read-only' && replicas > 1 ? `${name}-read` : name, port),
      ...(replicas > 1 ? { READ_HOST: `${name}-read` } : {}),
      DATABASE: database,
    }),
    credentials: accountOf(credentials),
    maxConnections,
    problems: [...missingCredentials(credentials), ...unknownKeys(credentials, PRIMARY_ACCOUNTS)],
  } satisfies Partial<EnginePlan>;
}
