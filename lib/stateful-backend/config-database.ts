import * as check from '../checks/values';
import type { Offer, Usable } from '../workload/use';
import { accountOf } from './accounts';
import type { EnginePlan } from './plan';

/** The MySQL or MariaDB in which a config centre keeps what it holds. */
export type ConfigDatabase = Usable<'mysql'>;

export const configDatabaseCheck = check.matching(
  (value) => typeof value === 'object' && value !== null && 'offer' in value && 'mysql' in (value as Usable).ports,
  'a MySQL or MariaDB such as StatefulBackend.mysql(…)',
);

/** What its users are given; nothing where no database was given. */
export const offerOf = (database: ConfigDatabase | undefined): Pick<Offer, 'variables' | 'credentials'> =>
  database?.offer({ access: 'read-write', port: undefined }) ?? { variables: {}, credentials: undefined };

/** The use of it: address as `<ENV>_HOST` and `<ENV>_PORT`, the account as `<ENV>_USER_FILE` and `<ENV>_PASSWORD_FILE`. */
export function databaseUse(
  database: ConfigDatabase | undefined,
  env: string,
  connectionsPerPod: number,
): EnginePlan['uses'] {
  if (database === undefined) return undefined;
  const { secret = '', keys: { username = '', password = '' } = {} } = accountOf(offerOf(database).credentials) ?? {};
  const credentials = secret === '' ? undefined : { secret, keys: { user: username, password } };
  return [{ backend: database, options: { env, credentials, connectionsPerPod } }];
}

/**
 * Over TLS where the database has it. Where it has not, MySQL since 8.0 lets nobody in who may not ask for its key.
 */
export const CONNECTION = 'characterEncoding=utf8&sslMode=PREFERRED&allowPublicKeyRetrieval=true';

export function databaseProblems(database: ConfigDatabase | undefined): string[] {
  if (database === undefined || offerOf(database).credentials !== undefined) return [];
  return [`'database': must have credentials, but ${database.name} has none`];
}
