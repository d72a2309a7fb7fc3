import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import type { Port } from '../workload/ports';
import { accountOf, accountsPart, missingCredentials, unknownKeys, withUsers } from './accounts';
import type { AccountsPlan, AccountsProps } from './accounts-plan';
import { databaseOf } from './database';
import { type EnginePlan, memberHost, peerService } from './plan';
import { CONFIG, POD_NAME } from './plan-of';
import { privatePart } from './private-files';
import { type EngineProps, engineChecks, storageNeeded } from './props';
import { type SiteProps, siteChecks, siteProblems, standbyPlan } from './standby';

/** What databases with a primary and replicas have in common. */
export interface PrimaryProps<PortName extends string = string>
  extends EngineProps,
    SiteProps<PortName>,
    AccountsProps {
  /** How much each member may store: `20Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `root-password`, `replication-password`, `username` and `password`. The last two are the
   * account of the administrator, with which accounts and databases are created and backups restored; with
   * `accounts: 'shared'` that of all users. `keys` maps `rootPassword`, `replicationPassword`, `username` and `password`
   * to other names. A changed password is taken over when the members restart.
   */
  readonly credentials: Credentials;
  /**
   * The database of users that name none; `uses(…, { database })` adds others.
   * @defaultValue its name, with underscores in place of dashes
   */
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
  accounts: check.optional(check.oneOf('per-user', 'shared')),
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
  ...siteChecks,
};

/** What is decided here, with what stands where nobody said anything, and what is left to the engine. */
export function primaryDefaults<Props extends PrimaryProps>(name: string, props: Props) {
  const {
    credentials,
    accounts = 'per-user',
    database = databaseOf(name),
    follows,
    site,
    followers,
    ...others
  } = props;
  const { replicas = 2, maxConnections = 200, ...own } = others;
  return { shared: { credentials, accounts, database, follows, site, followers, replicas, maxConnections }, own };
}

type Shared = ReturnType<typeof primaryDefaults>['shared'];

/** By which a member knows who it is, and whom it follows. */
export const primaryEnv = (name: string, { database, replicas, site = 0 }: Shared) => ({
  POD_NAME,
  PEERS: peerService(name),
  PRIMARY: memberHost(name, 0),
  DATABASE: database,
  MEMBERS: replicas,
  SITE: site,
});

/** The part of their plans that is the same. */
export function primaryPlan(
  name: string,
  port: Port,
  startupSeconds: number,
  shared: Shared,
  accountsPlan: AccountsPlan,
) {
  const { credentials, accounts, replicas, database, maxConnections, follows, followers } = shared;
  const standby = standbyPlan(follows, port.name);
  return {
    ...standby,
    clientPorts: [port.name],
    peerPorts: [port.name],
    writable: 'the first member',
    readPorts: replicas > 1 ? [port.name] : [],
    replicas,
    // A replica copies from a primary that is ready.
    podManagement: 'OrderedReady',
    followers,
    parts: [accountsPart(credentials, PRIMARY_ACCOUNTS), privatePart, ...standby.parts],
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
    accounts: accounts === 'shared' ? undefined : ofSite(accountsPlan, follows),
    maxConnections,
    problems: [
      ...missingCredentials(credentials),
      ...unknownKeys(credentials, PRIMARY_ACCOUNTS),
      ...siteProblems(shared),
    ],
  } satisfies Partial<EnginePlan>;
}

/** A site that copies another takes no writes; its accounts come with the rest. */
const ofSite = (plan: AccountsPlan, follows: Shared['follows']): AccountsPlan =>
  follows === undefined ? plan : { ...plan, script: undefined };
