import type { AccountRecord, UseRecord } from '../model/system';
import type { Credentials } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { PodProps } from '../workload/pod-props';

/** How an engine gives each of its users an account of its own. */
export interface AccountsPlan {
  /**
   * Makes accounts, databases and grants: a script for the `sh` of the engine's image. It signs in with the account in
   * `/run/admin/username` and `/run/admin/password`; `ACCOUNTS` lists the accounts, one on each line, and
   * `/run/accounts/<user>/username` and `/run/accounts/<user>/password` are theirs. What it renders goes to
   * `/run/private`, which is in memory. It runs again at every change, so it must be idempotent. Without one they are
   * created elsewhere, as those of a site that copies another.
   */
  readonly script: string | undefined;
  /**
   * The accounts of an engine that reads the Secrets of its users itself, and needs no Job: each use adds one.
   * @defaultValue the script creates them
   */
  readonly into?: Account[];
  /** The line of one account: first the name of the user, then what the script needs. */
  line(account: Account): string;
  /** Whether all users have the account of the backend after all, or none. @defaultValue false */
  readonly shared?: boolean;
  /** Whether the Job has something to do without accounts, too. @defaultValue false */
  readonly always?: boolean;
  /** Further variables of the script, beside `HOST`, `PORT` and `ACCOUNTS`. @defaultValue none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Ports that it connects to beside those of users, such as that of an administrator. @defaultValue none */
  readonly ports?: readonly string[];
  /** What the script needs. @defaultValue 50m and 64Mi */
  readonly resources?: PodProps['resources'];
  /** What is wrong with a use that the engine cannot grant, behind `uses(<backend>) `. @defaultValue nothing */
  problems?(use: UseRecord): readonly string[];
}

/** An account that a backend makes. */
export interface Account extends AccountRecord {
  /** The name of the workload that signs in with it. */
  readonly user: string;
  readonly use: UseRecord;
}

/** Whether each user has an account of its own, or all have the one of the backend. */
export interface AccountsProps {
  /**
   * `per-user` gives each user the account of the Secret `<backend>-<user>`, with the keys `username` and `password`. In
   * the cluster a Job `<backend>-accounts` creates them with the account in `credentials`, which no user gets, and
   * grants what each one needs: services read and write rows, `access: 'read-only'` only reads, a `Migration` may change
   * the schema, a `Backup` reads everything. At an external provider they must exist.
   * `shared` gives all users the account in `credentials`.
   * @defaultValue per-user: what one service can do does not depend on how well another one is kept
   */
  readonly accounts?: 'per-user' | 'shared';
}

/**
 * The Secret of a user: `orders-db-orders`. A user that already carries the name of the backend, such as its backup,
 * keeps its own.
 */
export function accountSecret(backend: string, user: string): string {
  return user.startsWith(`${backend}-`) ? user : `${backend}-${user}`;
}

/** The account of one user, read in the same way as that of the backend. */
export const accountOfUser = (backend: string, user: string, { as }: Pick<Credentials, 'as'> = {}): Credentials => ({
  secret: accountSecret(backend, user),
  ...(as === undefined ? {} : { as }),
});
