import type { BackupPlan } from '../backup-plan';
import { clientWords, type MysqlName } from './client';

/** The account, and where the backend is encrypted how the server is verified: without a word the client falls back to plain text. */
const signIn = (flavour: MysqlName): string => `#!/bin/sh
set -eu
umask 077
quoted() { sed -e 's/[\\\\"]/\\\\&/g' "/run/accounts/$1"; }
printf '[client]\\nuser="%s"\\npassword="%s"\\n' "$(quoted username)" "$(quoted password)" > /tmp/client.cnf
if [ -n "\${SSL_MODE:-}" ]; then
  ${clientWords[flavour].tls}
fi >> /tmp/client.cnf
rm -f /tmp/statements
mkfifo /tmp/statements`;

/**
 * Everything that the account sees, as it was at one moment, and without holding anybody up. What the server itself
 * keeps, its accounts above all, stays with the server.
 */
function dumpScript(flavour: MysqlName): string {
  const { client, dump, connect, flags } = clientWords[flavour];
  return `${signIn(flavour)}
# A replica bears the load where there is one, and it too shows one moment to one transaction.
HOST="\${READ_HOST:-$HOST}"
databases=$(${client} --defaults-file=/tmp/client.cnf --host="$HOST" --port="$PORT"${connect} --batch --skip-column-names --execute="
  SELECT schema_name FROM information_schema.schemata
  WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')")
if [ -z "$databases" ]; then
  echo 'the account sees no database' >&2
  exit 1
fi
IFS='
'
set -f
# shellcheck disable=SC2086
set -- $databases
echo "writing out $*"
gzip < /tmp/statements > /backup/dump &
packing=$!
${dump} --defaults-file=/tmp/client.cnf --host="$HOST" --port="$PORT"${connect} --single-transaction --routines --events --triggers \\
  --hex-blob --max-allowed-packet=1G --add-drop-database${flags} --databases "$@" > /tmp/statements
wait "$packing"
# Its last line, without which it was cut off.
gzip -dc /backup/dump | tail -n 1 | grep -q '^-- Dump completed'
`;
}

/** Each database is dropped and made anew, so that what came later is gone. */
function restoreScript(flavour: MysqlName): string {
  const { client, connect } = clientWords[flavour];
  return `${signIn(flavour)}
gzip -dc /backup/dump > /tmp/statements &
reading=$!
${client} --defaults-file=/tmp/client.cnf --host="$HOST" --port="$PORT"${connect} --max-allowed-packet=1G < /tmp/statements
wait "$reading"
`;
}

export const mysqlBackup = (flavour: MysqlName) => (): BackupPlan => ({
  dump: dumpScript(flavour),
  restore: restoreScript(flavour),
  needsAccount: true,
});
