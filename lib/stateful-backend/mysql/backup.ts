import type { BackupPlan } from '../backup-plan';

/** What the clients of MySQL and MariaDB call differently. */
const words = {
  mariadb: { client: 'mariadb', dump: 'mariadb-dump', connect: '', flags: '' },
  mysql: {
    client: 'mysql',
    dump: 'mysqldump',
    // Without TLS the password is sent with the key of the server, for which the client must ask.
    connect: ' --get-server-public-key',
    // Both would need rights over the whole server.
    flags: ' --set-gtid-purged=OFF --no-tablespaces',
  },
};

const signIn = `#!/bin/sh
set -eu
umask 077
quoted() { sed -e 's/[\\\\"]/\\\\&/g' "/run/accounts/$1"; }
printf '[client]\\nuser="%s"\\npassword="%s"\\n' "$(quoted username)" "$(quoted password)" > /tmp/client.cnf
rm -f /tmp/statements
mkfifo /tmp/statements`;

/**
 * Everything that the account sees, as it was at one moment, and without holding anybody up. What the server itself
 * keeps, its accounts above all, stays with the server.
 */
function dumpScript(flavour: keyof typeof words): string {
  const { client, dump, connect, flags } = words[flavour];
  return `${signIn}
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
function restoreScript(flavour: keyof typeof words): string {
  const { client, connect } = words[flavour];
  return `${signIn}
gzip -dc /backup/dump > /tmp/statements &
reading=$!
${client} --defaults-file=/tmp/client.cnf --host="$HOST" --port="$PORT"${connect} --max-allowed-packet=1G < /tmp/statements
wait "$reading"
`;
}

export const mysqlBackup = (flavour: keyof typeof words) => (): BackupPlan => ({
  dump: dumpScript(flavour),
  restore: restoreScript(flavour),
  needsAccount: true,
});
