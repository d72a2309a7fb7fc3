import * as check from '../checks/values';
import { ExternalBackend } from '../external-backend';
import { caFile } from '../workload/backend-tls';
import type { Offer, Usable } from '../workload/use';
import { accountOf } from './accounts';
import type { EnginePlan } from './plan';
import { mysqlTls } from './tls-dialects';

/** The MySQL or MariaDB in which a config centre keeps what it holds. */
export type ConfigDatabase = Usable<'mysql'>;

export const configDatabaseCheck = check.matching(
  (value) => typeof value === 'object' && value !== null && 'offer' in value && 'mysql' in (value as Usable).ports,
  'a MySQL or MariaDB such as StatefulBackend.mysql(…)',
);

/** What this user of it is given; nothing where no database was given. It changes rows, and never the schema. */
export const offerOf = (
  database: ConfigDatabase | undefined,
  user: string,
): Pick<Offer, 'variables' | 'credentials' | 'tls'> =>
  database?.offer({ access: 'read-write', port: undefined, user: { name: user, rights: 'write' } }) ?? {
    variables: {},
    credentials: undefined,
  };

/** The use of it: address as `<ENV>_HOST` and `<ENV>_PORT`, the account as `<ENV>_USER_FILE` and `<ENV>_PASSWORD_FILE`. */
export function databaseUse(
  database: ConfigDatabase | undefined,
  user: string,
  env: string,
  connectionsPerPod: number,
): EnginePlan['uses'] {
  if (database === undefined) return undefined;
  const { secret = '', keys: { username = '', password = '' } = {} } =
    accountOf(offerOf(database, user).credentials) ?? {};
  const credentials = secret === '' ? undefined : { secret, keys: { user: username, password } };
  return [{ backend: database, options: { env, credentials, connectionsPerPod } }];
}

/**
 * How its driver connects: as the database says of its TLS; over the network never without, unless the database runs in
 * the cluster without a certificate. Then the driver must ask for the key with which it encrypts the password.
 * @see https://dev.mysql.com/doc/connector-j/en/connector-j-connp-props-security.html
 */
export function connectionOf(database: ConfigDatabase | undefined): string {
  const tls = database?.offer({ access: 'read-write', port: undefined }).tls;
  const isOutside = database instanceof ExternalBackend;
  const plain = isOutside ? 'sslMode=REQUIRED' : 'sslMode=DISABLED&allowPublicKeyRetrieval=true';
  return `characterEncoding=utf8&${tls ? `sslMode=${mysqlTls(tls).SSL_MODE}` : plain}`;
}

/**
 * A part of a start script: has Java trust the CA of the database. Its driver reads a key store and no file of
 * certificates. Certificates are no secret, so the password that a key store must have is thrown away.
 */
export function trustScript(database: ConfigDatabase | undefined): string {
  const tls = database?.offer({ access: 'read-write', port: undefined }).tls;
  if (database === undefined || !tls || tls.ca === undefined) return '';
  return `java=$(readlink -f "$(command -v "\${JAVA:-java}")")
mkdir -p /tmp/trusted
rm -f /tmp/trusted/*
awk '/BEGIN CERTIFICATE/ { each++ } { print > "/tmp/trusted/" each ".pem" }' ${caFile(database.name)}
password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
for each in /tmp/trusted/*.pem; do
  "\${java%/*}/keytool" -importcert -noprompt -alias "$each" -file "$each" \\
    -keystore /tmp/trusted/store -storetype JKS -storepass "$password"
done
export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=/tmp/trusted/store -Djavax.net.ssl.trustStoreType=JKS"
`;
}

export function databaseProblems(database: ConfigDatabase | undefined, user: string): string[] {
  if (database === undefined) return [];
  const { credentials, tls } = offerOf(database, user);
  const isPlain = database instanceof ExternalBackend && tls === false;
  return [
    ...(credentials === undefined ? [`'database': must have credentials, but ${database.name} has none`] : []),
    ...(isPlain ? [`'database': must have TLS outside the cluster, but ${database.name} says 'tls: false'`] : []),
  ];
}
