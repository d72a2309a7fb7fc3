import type { ClientTls, TlsMode } from '../workload/backend-tls';

const MYSQL: Readonly<Record<TlsMode, string>> = {
  'verify-full': 'VERIFY_IDENTITY',
  'verify-ca': 'VERIFY_CA',
  require: 'REQUIRED',
};

/** How much clients of PostgreSQL verify, in the words of libpq: `<PREFIX>_SSLMODE`. */
export const postgresTls = (tls: ClientTls | false | undefined): Readonly<Record<string, string>> =>
  tls ? { SSLMODE: tls.mode ?? 'verify-full' } : {};

/** How much clients of MySQL and MariaDB verify, in the words of both: `<PREFIX>_SSL_MODE`. */
export const mysqlTls = (tls: ClientTls | false | undefined): Readonly<Record<string, string>> =>
  tls ? { SSL_MODE: MYSQL[tls.mode ?? 'verify-full'] } : {};
