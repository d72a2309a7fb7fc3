import type { AccountsProps } from '../accounts-plan';
import { asTheServer, needed } from '../shell';
import { siteScript } from '../standby';

/** What the account in the Secret of the backend may do: create accounts and databases, or be that of all users. */
const ofUsers: Readonly<Record<NonNullable<AccountsProps['accounts']>, string>> = {
  'per-user': `ALTER ROLE :"username" CREATEDB CREATEROLE;
GRANT pg_read_all_data TO :"username" WITH ADMIN OPTION;`,
  shared: `ALTER ROLE :"username" NOCREATEDB NOCREATEROLE;
REVOKE pg_read_all_data FROM :"username";`,
};

/**
 * The first member is the primary, always; it brings its accounts up to date at every start, and so takes a changed
 * Secret with it. The others copy it at their first boot, and follow it through a slot that keeps what they miss. Where
 * the site follows another one, the first member does the same with the primary over there.
 */
export const startScript = (accounts: NonNullable<AccountsProps['accounts']>): string => `#!/bin/sh
set -eu
umask 077
base=/var/lib/postgresql/data
data=$base/pgdata
ordinal=\${POD_NAME##*-}
${siteScript}${needed}needed /run/accounts/rootPassword /run/accounts/replicationPassword /run/accounts/username /run/accounts/password
account() { cat "/run/accounts/$1"; }
# What an earlier container of this pod knew of its primary.
rm -f /run/private/primary /run/private/target /run/private/caught-up
set -- -D "$data" -c config_file=/etc/backend/postgresql.conf -c hba_file=/etc/backend/pg_hba.conf
ask() { psql --no-psqlrc --quiet --host=/tmp --username=postgres --set=ON_ERROR_STOP=1 "$@"; }
# Hashed by the client, so that no log has it; and in no command line, which the whole node can read.
password() {
  secret=$(account "$2")
  printf '%s\\n' '\\password :"role"' > /run/private/password.sql
  # It is asked for twice.
  if ! printf '%s\\n%s\\n' "$secret" "$secret" | ask --set=role="$1" --file=/run/private/password.sql > /run/private/refused 2>&1; then
    cat /run/private/refused >&2
    exit 1
  fi
}
slots() {
  ask --set=members="$MEMBERS" << 'SQL'
SELECT pg_create_physical_replication_slot('member_' || member) FROM generate_series(1, :members - 1) AS member
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'member_' || member) \\g /dev/null
SQL
}
if leads; then
  if [ ! -f "$base/complete" ]; then
    # A primary that has lost its volume must not come back empty while its replicas have everything.
    member=1
    while [ "$member" -lt "$MEMBERS" ]; do
      answer=0
      pg_isready --quiet --host="\${POD_NAME%-*}-$member.$PEERS" --timeout=2 || answer=$?
      if [ "$answer" -le 1 ]; then
        echo 'this is the primary, its volume is empty, and there are replicas: give it its data before it starts' >&2
        exit 1
      fi
      member=$((member + 1))
    done
    rm -rf "$data"
    initdb --pgdata="$data" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth=trust > /dev/null
  fi
  pg_ctl -D "$data" -o "-c config_file=/etc/backend/postgresql.conf -c hba_file=/etc/backend/pg_hba.conf -c listen_addresses=''" \\
    --wait --timeout=86400 start > /dev/null
  # It has applied all that it received; from here on its history is another one than that of the site that it followed.
  if [ -f "$data/standby.signal" ]; then pg_ctl -D "$data" --wait --timeout=86400 promote > /dev/null; fi
  ask --set=username="$(account username)" --set=database="$DATABASE" << 'SQL'
SELECT 'CREATE ROLE replication LOGIN REPLICATION' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replication') \\gexec
SELECT 'CREATE ROLE monitor LOGIN IN ROLE pg_monitor' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor') \\gexec
SELECT format('CREATE ROLE %I LOGIN', :'username') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'username') \\gexec
${ofUsers[accounts]}
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'username') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
SQL
  password postgres rootPassword
  password replication replicationPassword
  password "$(account username)" password
  slots
  pg_ctl -D "$data" --wait --mode=fast stop > /dev/null
  touch "$base/complete"
else
  printf '*:*:*:replication:%s\\n' "$(account replicationPassword | sed -e 's/[\\\\:]/\\\\&/g')" > /run/private/pgpass
  from="host=$PRIMARY user=replication passfile=/run/private/pgpass application_name=$POD_NAME"
  slot=member_$ordinal
  if [ "$ordinal" = 0 ]; then
    PRIMARY=$FOLLOWS_HOST
    from="host=$FOLLOWS_HOST port=$FOLLOWS_PORT user=replication passfile=/run/private/pgpass application_name=site_$SITE"
    if [ -n "\${FOLLOWS_CA-}" ]; then from="$from sslmode=verify-full sslrootcert=$FOLLOWS_CA"; fi
    slot=site_$SITE
    # Most often it is there already; and the other site may be away.
    psql --no-psqlrc --quiet --dbname="$from replication=true connect_timeout=5" \\
      --command="CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL" > /dev/null 2>&1 || true
  fi
  echo "$from" > /run/private/primary
  if [ ! -f "$base/complete" ]; then
    echo "copying everything from $PRIMARY"
    touch /tmp/copying
    rm -rf "$data"
    pg_basebackup --pgdata="$data" --dbname="$from" --wal-method=stream --checkpoint=fast
    touch "$base/complete"
    rm /tmp/copying
  fi
  touch "$data/standby.signal"
  set -- "$@" -c primary_conninfo="$from" -c primary_slot_name="$slot"
fi
postgres "$@" &
server=$!
if [ "$ordinal" = 0 ] && ! leads; then
  # For its own replicas: those of the other site are not copied.
  until slots 2> /dev/null; do sleep 1; done &
fi
# To wait until the last client has gone, which SIGTERM means here, would end in SIGKILL.
trap 'kill -INT "$server"' TERM INT
${asTheServer}`;

/**
 * Whether it answers a question, over TCP, which is closed while the accounts are brought up to date. A replica must
 * once have caught up with what its primary had when it started; from then on it is ready also while the primary is away.
 */
export const readyScript = `#!/bin/sh
ask() { psql --no-psqlrc --quiet --tuples-only --no-align "$@"; }
here() { ask --host=127.0.0.1 --username=monitor --dbname=postgres --command="$1"; }
[ "$(here 'SELECT 1')" = 1 ] || exit 1
[ -f /run/private/primary ] || exit 0
[ ! -f /run/private/caught-up ] || exit 0
if [ ! -f /run/private/target ]; then
  ask --dbname="$(cat /run/private/primary) dbname=postgres connect_timeout=2" \\
    --command='SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END' \\
    > /run/private/asked 2> /dev/null || exit 0
  mv /run/private/asked /run/private/target
fi
[ "$(here "SELECT pg_last_wal_replay_lsn() >= '$(cat /run/private/target)'")" = t ] || exit 1
touch /run/private/caught-up
`;

/** Whether it is alive: it accepts or refuses connections, be it because it recovers, or it copies from the primary. */
export const aliveScript = `#!/bin/sh
[ -f /tmp/copying ] && exit 0
pg_isready --quiet --host=/tmp --timeout=3
[ $? -le 1 ]
`;

export const accessFile = `local all all trust
host all monitor 127.0.0.1/32 trust
host all postgres all reject
host replication replication all scram-sha-256
host all all all scram-sha-256
`;
