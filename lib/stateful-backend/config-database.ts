import * as check from '../checks/values';
import type { Usable } from '../workload/use';
import { accountOf } from './accounts';
import type { EnginePlan } from './plan';

/** The MySQL or MariaDB in which a config centre keeps what it holds. */
export type ConfigDatabase = Usable<'mysql'>;

export const configDatabaseCheck = check.matching(
  (value) => typeof value === 'object' && value !== null && 'offer' in value && 'mysql' in (value as Usable).ports,
  'a backend such as StatefulBackend.mysql(…)',
);

/** The database that it offers, where its owner named none. */
export const databaseNameOf = (database: ConfigDatabase | undefined, usual: string): string =>
  String(database?.offer({ access: 'read-write', port: undefined }).variables.DATABASE ?? usual);

/** The use of it: address as `<ENV>_HOST` and `<ENV>_PORT`, the account as `<ENV>_USER_FILE` and `<ENV>_PASSWORD_FILE`. */
export function databaseUse(database: ConfigDatabase | undefined, env: string): EnginePlan['uses'] {
  if (database === undefined) return undefined;
  const { credentials } = database.offer({ access: 'read-write', port: undefined });
  const { username: user, password }: Partial<Record<string, string>> = accountOf(credentials)?.keys ?? {};
  const keys = user !== undefined && password !== undefined ? { user, password } : undefined;
  return [{ backend: database, options: { env, credentials: credentials && { secret: credentials.secret, keys } } }];
}

export function databaseProblems(database: ConfigDatabase | undefined): string[] {
  if (database === undefined) return [];
  const { credentials } = database.offer({ access: 'read-write', port: undefined });
  return credentials === undefined ? [`'database': must have credentials, but ${database.name} has none`] : [];
}
