import type { BackupPlan } from '../backup-plan';

const signIn = `#!/bin/sh
set -eu
umask 077
printf '*:*:*:*:%s\\n' "$(sed -e 's/[\\\\:]/\\\\&/g' /run/accounts/password)" > /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGHOST="$HOST" PGPORT="$PORT" PGDATABASE="$DATABASE"
PGUSER=$(cat /run/accounts/username)
export PGUSER
if [ -n "\${SSLMODE:-}" ]; then export PGSSLMODE="$SSLMODE"; fi
if [ -n "\${CA_FILE:-}" ]; then
  export PGSSLROOTCERT="$CA_FILE"
elif [ "\${SSLMODE:-}" = verify-full ]; then
  export PGSSLROOTCERT=system
fi`;

const dumpScript = `${signIn}
# A replica bears the load. It cancels a query that stands in the way of what it has to copy, and then the primary is asked.
if [ -z "\${READ_HOST:-}" ] || ! PGHOST="$READ_HOST" pg_dump --format=custom --file=/backup/dump; then
  pg_dump --format=custom --file=/backup/dump
fi
pg_restore --list /backup/dump > /dev/null
`;

/**
 * In one transaction: until its end everybody sees what was there before, and so it stays where it fails. Extensions
 * belong to whoever installed them, and stay.
 */
const restoreScript = `${signIn}
pg_restore --list /backup/dump > /tmp/all
# Where accounts are those of each user, what they work on belongs to a role of the database.
owner=$(psql --no-psqlrc --tuples-only --no-align --command="SELECT quote_ident(rolname) FROM pg_roles
  WHERE rolname = current_database() || '_owner' AND pg_has_role(oid, 'MEMBER')")
sed -e '/ COMMENT - EXTENSION /d' /tmp/all > /tmp/wanted
rm -f /tmp/statements
mkfifo /tmp/statements
{
  # What ends before pg_restore has written its COMMIT is taken back.
  echo 'BEGIN;'
  echo 'SET client_min_messages = warning;'
  if [ -n "$owner" ]; then echo "SET ROLE $owner;"; fi
  echo 'DROP OWNED BY CURRENT_USER CASCADE;'
  pg_restore --no-owner --single-transaction --use-list=/tmp/wanted --file=- /backup/dump
} > /tmp/statements &
reading=$!
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 < /tmp/statements > /dev/null
wait "$reading"
`;

export const postgresBackup = (): BackupPlan => ({ dump: dumpScript, restore: restoreScript, needsAccount: true });
