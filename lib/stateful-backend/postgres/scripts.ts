import { asTheServer } from '../shell';
import { siteScript } from '../standby';

/**
 * The first member is the primary, always; it brings its accounts up to date at every start, and so takes a changed
 * Secret with it. The others copy it at their first boot, and follow it through a slot that keeps what they miss. Where
 * the site follows another one, the first member does the same with the primary over there.
 */
export const startScript = `#!/bin/sh
set -eu
umask 077
base=/var/lib/postgresql/data
data=$base/pgdata
ordinal=\${POD_NAME##*-}
${siteScript}account() { cat "/run/accounts/$1"; }
set -- -D "$data" -c config_file=/etc/backend/postgresql.conf -c hba_file=/etc/backend/pg_hba.conf
slots() {
  psql --quiet --host=/tmp --username=postgres --set=ON_ERROR_STOP=1 --set=members="$MEMBERS" << 'SQL'
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
  psql --quiet --host=/tmp --username=postgres --set=ON_ERROR_STOP=1 --set=username="$(account username)" --set=password="$(account password)" \\
    --set=replication="$(account replicationPassword)" --set=root="$(account rootPassword)" --set=database="$DATABASE" << 'SQL'
SET password_encryption = 'scram-sha-256';
SELECT format('ALTER ROLE postgres PASSWORD %L', :'root') \\gexec
SELECT 'CREATE ROLE replication LOGIN REPLICATION' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replication') \\gexec
SELECT format('ALTER ROLE replication PASSWORD %L', :'replication') \\gexec
SELECT 'CREATE ROLE monitor LOGIN IN ROLE pg_monitor' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor') \\gexec
SELECT format('CREATE ROLE %I LOGIN', :'username') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'username') \\gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'username', :'password') \\gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'username') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
SQL
  slots
  pg_ctl -D "$data" --wait --mode=fast stop > /dev/null
  touch "$base/complete"
else
  printf '*:*:*:replication:%s\\n' "$(account replicationPassword | sed -e 's/[\\\\:]/\\\\&/g')" > /tmp/pgpass
  from="host=$PRIMARY user=replication passfile=/tmp/pgpass application_name=$POD_NAME"
  slot=member_$ordinal
  if [ "$ordinal" = 0 ]; then
    PRIMARY=$FOLLOWS_HOST
    from="host=$FOLLOWS_HOST port=$FOLLOWS_PORT user=replication passfile=/tmp/pgpass application_name=site_$SITE"
    if [ -n "\${FOLLOWS_CA-}" ]; then from="$from sslmode=verify-full sslrootcert=$FOLLOWS_CA"; fi
    slot=site_$SITE
    # Most often it is there already; and the other site may be away.
    psql --no-psqlrc --quiet --dbname="$from replication=true connect_timeout=5" \\
      --command="CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL" > /dev/null 2>&1 || true
  fi
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
 * Whether it answers a question; for a replica, that it has found its way to a consistent state. Over TCP, which nobody
 * hears while the accounts are brought up to date.
 */
export const readyScript = `#!/bin/sh
[ "$(psql --no-psqlrc --tuples-only --no-align --host=127.0.0.1 --username=monitor --dbname=postgres --command='SELECT 1')" = 1 ]
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
