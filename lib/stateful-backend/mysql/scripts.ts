import type { AccountsProps } from '../accounts-plan';
import { asTheServer, needed } from '../shell';
import { siteScript } from '../standby';

/** What MySQL and MariaDB call differently. */
export interface Flavour {
  readonly server: string;
  readonly client: string;
  /** Says whether a server is there, whoever asks. */
  readonly admin: string;
  /** Writes out everything, with the position up to which it goes. */
  readonly dump: string;
  /** Makes the system tables in $1. */
  readonly install: string;
  /** Before every start: what it cannot do by itself where its last end was cut off. */
  readonly reopen: string;
  /** Forgets what the empty server has counted, so that the position of the dump is the only one. */
  readonly forget: string;
  /** Counts on from where what was copied ends, so that its own replicas can follow. */
  readonly countOn: string;
  /** Follows the primary from where it stands; `$tls` is what is said of TLS. */
  readonly follow: string;
  /** Follows nobody any more. */
  readonly leave: string;
  /** TLS with `$FOLLOWS_CA`, as part of `follow`, and none. */
  readonly tls: string;
  readonly noTls: string;
  /** The same for the client, as lines of its file. */
  readonly clientTls: string;
  /** What even the administrator's account may not do: write to a replica. */
  readonly adminLimits: string;
  /** With what the client of a server without TLS asks for its key. */
  readonly publicKey: string;
  /** How far a primary is, and whether a replica has reached that: for `sed`, of which `&` is the position. */
  readonly position: string;
  readonly reached: string;
  /** How far the primary was heard, as far as the answer to `status` on stdin says it. */
  readonly received: string;
  /** Waits until that much is applied: a function of the position and the seconds. */
  readonly applied: string;
  /** The rights to see how replication goes. */
  readonly monitorRights: string;
  readonly status: string;
  /** In the answer to `status`, the line of a replica that is in order. */
  readonly running: string;
  readonly startFollowing: string;
  /** How it is told not to follow before it is asked to. */
  readonly wait: string;
  readonly readOnly: string;
}

/** What the account in the Secret of the backend may do: administer the server, or be that of all users. */
const ofUsers: Readonly<Record<NonNullable<AccountsProps['accounts']>, string>> = {
  'per-user': "GRANT ALL ON *.* TO '$(text username)'@'%' WITH GRANT OPTION;",
  shared: `REVOKE ALL PRIVILEGES, GRANT OPTION FROM '$(text username)'@'%';
GRANT ALL ON \\\`$(printf '%s' "$DATABASE" | sed 's/_/\\\\_/g')\\\`.* TO '$(text username)'@'%';`,
};

/**
 * The first member is the primary, always: it starts with its accounts brought up to date, and so takes a changed
 * Secret with it. The others copy everything from it at their first boot, and follow it. Where the site follows another
 * one, the first member does the same with the primary over there.
 *
 * A first boot that was cut off leaves no marker and is begun again.
 */
export const startScript = (flavour: Flavour, accounts: NonNullable<AccountsProps['accounts']>): string => `#!/bin/sh
set -eu
umask 077
base=/var/lib/mysql
socket=/tmp/mysql.sock
ordinal=\${POD_NAME##*-}
${siteScript}${needed}needed /run/accounts/rootPassword /run/accounts/replicationPassword /run/accounts/username /run/accounts/password
# Between single quotes, for a session in which a backslash escapes, whatever sql_mode the server has.
text() { sed -e "s/[\\\\\\\\']/\\\\\\\\&/g" "/run/accounts/$1"; }
serve() {
  exec ${flavour.server} --defaults-file=/etc/backend/my.cnf --datadir="$base/data" --tmpdir="$base/tmp" \\
    --server-id=$((100 * (SITE + 1) + ordinal)) --report-host="$POD_NAME.$PEERS" "$@"
}
ask() { ${flavour.client} --no-defaults --socket="$socket" --user=root "$@"; }
mkdir -p "$base/tmp"
# What an earlier container of this pod knew of its primary.
rm -f /run/private/primary /run/private/target /run/private/caught-up
${flavour.reopen}# A primary that has lost its volume must not come back empty while its replicas have everything.
lost_volume() {
  member=1
  while [ "$member" -lt "$MEMBERS" ]; do
    if ${flavour.admin} --no-defaults --host="\${POD_NAME%-*}-$member.$PEERS" --connect-timeout=2 ping > /dev/null 2>&1; then return 0; fi
    member=$((member + 1))
  done
  return 1
}
if [ ! -f "$base/complete" ]; then
  if leads && lost_volume; then
    echo 'this is the primary, its volume is empty, and there are replicas: give it its data before it starts' >&2
    exit 1
  fi
  echo 'first boot'
  rm -rf "$base/data"
  mkdir "$base/data"
  ${flavour.install}
fi
accounts() {
  cat << SQL
SET SESSION sql_mode = '';
ALTER USER 'root'@'localhost' IDENTIFIED BY '$(text rootPassword)';
CREATE USER IF NOT EXISTS 'monitor'@'localhost' WITH MAX_USER_CONNECTIONS 10;
CREATE USER IF NOT EXISTS 'monitor'@'127.0.0.1' WITH MAX_USER_CONNECTIONS 10;
${flavour.monitorRights}
CREATE USER IF NOT EXISTS 'replication'@'%';
ALTER USER 'replication'@'%' IDENTIFIED BY '$(text replicationPassword)';
GRANT SELECT, RELOAD, PROCESS, LOCK TABLES, SHOW VIEW, EVENT, TRIGGER, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'replication'@'%';
CREATE DATABASE IF NOT EXISTS \\\`$DATABASE\\\`;
CREATE USER IF NOT EXISTS '$(text username)'@'%';
ALTER USER '$(text username)'@'%' IDENTIFIED BY '$(text password)';
${ofUsers[accounts]}
${accounts === 'per-user' ? flavour.adminLimits : ''}SQL
}
if leads; then
  touch "$base/complete"
  if [ -f "$base/promoted" ]; then
    { echo '${flavour.leave}'; accounts; } > /run/private/init.sql
    serve ${flavour.wait} --init-file=/run/private/init.sql
  fi
  accounts > /run/private/init.sql
  serve --init-file=/run/private/init.sql
fi
port=3306
tls=
if [ "$ordinal" = 0 ]; then
  PRIMARY=$FOLLOWS_HOST
  port=$FOLLOWS_PORT
  tls="${flavour.noTls}"
  if [ -n "\${FOLLOWS_CA-}" ]; then tls="${flavour.tls}"; fi
fi
printf '[client]\\npassword="%s"\\n' "$(sed -e 's/[\\\\"]/\\\\&/g' /run/accounts/replicationPassword)" > /run/private/replication.cnf
if [ "$ordinal" = 0 ] && [ -n "\${FOLLOWS_CA-}" ]; then printf '${flavour.clientTls}' "$FOLLOWS_CA" >> /run/private/replication.cnf; fi
echo "$PRIMARY $port" > /run/private/primary
follow() {
  cat << SQL
SET SESSION sql_mode = '';
${flavour.follow}
SQL
}
if [ ! -f "$base/complete" ]; then
  echo "copying everything from $PRIMARY"
  touch /tmp/copying
  rm -f /tmp/dump
  serve --skip-networking ${flavour.wait} &
  server=$!
  until ask --execute='SELECT 1' > /dev/null 2>&1; do
    kill -0 "$server"
    sleep 1
  done
  ask --execute="${flavour.forget}"
  # A dump that breaks off must not look like one that has ended.
  mkfifo /tmp/dump
  ${flavour.dump} > /tmp/dump &
  dump=$!
  # What is copied has been counted by the primary; to count it again would be another history.
  ask --init-command='SET sql_log_bin = 0' < /tmp/dump
  wait "$dump"
  ask --execute='${flavour.countOn}'
  follow | ask
  ask --execute='FLUSH LOCAL PRIVILEGES'
  kill -TERM "$server"
  wait "$server"
  touch "$base/complete"
fi
rm -f /tmp/copying
follow > /run/private/init.sql
echo '${flavour.startFollowing}' >> /run/private/init.sql
if [ "$ordinal" != 0 ]; then serve ${flavour.wait} ${flavour.readOnly} --init-file=/run/private/init.sql; fi
(serve ${flavour.wait} ${flavour.readOnly} --init-file=/run/private/init.sql) &
server=$!
# What was heard from the other site and not applied would be forgotten: it may not be there to say it again.
finish() {
  trap '' TERM INT
  asked() { ${flavour.client} --no-defaults --socket="$socket" --user=monitor --vertical --execute="$1"; }
  heard=$(asked '${flavour.status}' | ${flavour.received}) || true
  if [ -n "$heard" ]; then asked "SELECT ${flavour.applied}('$heard', 60)" > /dev/null || true; fi
  kill -TERM "$server"
}
trap finish TERM INT
${asTheServer}`;

/**
 * Whether it can be asked. A replica must once have caught up with what its primary had when it started; from then on it
 * is ready as long as it applies what it gets, also while the primary is away.
 */
export const readyScript = (flavour: Flavour): string => `#!/bin/sh
ask() { ${flavour.client} --no-defaults --socket=/tmp/mysql.sock --user=monitor --connect-timeout=3 --batch --skip-column-names --execute="$1"; }
[ "$(ask 'SELECT 1')" = 1 ] || exit 1
[ -f /run/private/primary ] || exit 0
${flavour.client} --no-defaults --socket=/tmp/mysql.sock --user=monitor --connect-timeout=3 --vertical --execute='${flavour.status}' |
  grep -q '${flavour.running}' || exit 1
[ ! -f /run/private/caught-up ] || exit 0
if [ ! -f /run/private/target ]; then
  read -r host port < /run/private/primary
  ${flavour.client} --defaults-file=/run/private/replication.cnf --host="$host" --port="$port" --user=replication${flavour.publicKey} --connect-timeout=1 \\
    --batch --skip-column-names --execute='SELECT ${flavour.position}' > /run/private/asked 2> /dev/null || exit 0
  mv /run/private/asked /run/private/target
fi
[ "$(ask "SELECT $(sed "s/.*/${flavour.reached}/" /run/private/target)")" = 1 ] || exit 1
touch /run/private/caught-up
`;

/**
 * Whether it is alive: it answers, or it copies from the primary, which takes as long as it takes. A refusal is an answer
 * too: a server that is full (1040, 1203) or does not know the account (1045) must not be restarted for that. Only errors
 * of the client (2002, 2003, 2013) mean that nothing answers.
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/client-error-reference.html
 */
export const aliveScript = (flavour: Flavour): string => `#!/bin/sh
[ -f /tmp/copying ] && exit 0
answer=$(${flavour.client} --no-defaults --socket=/tmp/mysql.sock --user=monitor --connect-timeout=3 --batch --skip-column-names --execute='SELECT 1' 2>&1) && exit 0
case $answer in
  *'ERROR 2'[0-9][0-9][0-9]' '*) exit 1 ;;
  *'ERROR '[0-9]*) exit 0 ;;
esac
exit 1
`;

/**
 * At its end MariaDB closes the binary log, and then writes down the last commits of InnoDB. Killed between the two it
 * finds prepared transactions, and asks only a log that was not closed about them: it would never start again. So where
 * the file with its process number is left, which it removes last, the log is marked as in use again, as after any other
 * crash: what is in it is committed, the rest rolled back. The mark is the lowest bit of the flags of the first event.
 * @see https://mariadb.com/docs/server/reference/clientserver-protocol/replication-protocol/format_description_event
 */
const reopenBinlog = `pid="$base/mysql.pid"
last() { echo "$base/data/$(tail -n 1 "$base/data/binlog.index" | sed 's,.*/,,')"; }
if [ -f "$pid" ] && [ -s "$base/data/binlog.index" ] && [ "$(od -An -tx1 -j21 -N1 "$(last)")" = ' 00' ]; then
  echo 'killed at its end: the binary log is opened again, to say which transactions are committed'
  printf '\\001' | dd of="$(last)" bs=1 seek=21 conv=notrunc 2> /dev/null
fi
`;

export const mariadbFlavour: Flavour = {
  server: 'mariadbd',
  client: 'mariadb',
  admin: 'mariadb-admin',
  dump: 'mariadb-dump --defaults-extra-file=/run/private/replication.cnf --host="$PRIMARY" --port="$port" --user=replication --all-databases --single-transaction --master-data=1 --gtid --routines --events',
  install:
    'mariadb-install-db --no-defaults --datadir="$base/data" --tmpdir="$base/tmp" --auth-root-authentication-method=normal --skip-test-db --skip-log-bin > /dev/null',
  reopen: reopenBinlog,
  forget: 'RESET MASTER',
  // Through a variable: to set the one from the other never ends.
  countOn: 'SET @copied = @@GLOBAL.gtid_slave_pos; SET GLOBAL gtid_binlog_state = @copied',
  follow: `STOP SLAVE;
CHANGE MASTER TO MASTER_HOST='$PRIMARY', MASTER_PORT=$port, MASTER_USER='replication', MASTER_PASSWORD='$(text replicationPassword)', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=5$tls;`,
  leave: 'RESET SLAVE ALL;',
  tls: ", MASTER_SSL=1, MASTER_SSL_CA='$FOLLOWS_CA', MASTER_SSL_VERIFY_SERVER_CERT=1",
  noTls: ', MASTER_SSL=0',
  clientTls: 'ssl-ca=%s\\nssl-verify-server-cert\\n',
  adminLimits: "REVOKE READ_ONLY ADMIN ON *.* FROM '$(text username)'@'%';\n",
  publicKey: '',
  position: '@@GLOBAL.gtid_binlog_pos',
  reached: "MASTER_GTID_WAIT('&', 1) = 0",
  received: "sed -n 's/^ *Gtid_IO_Pos: //p'",
  applied: 'MASTER_GTID_WAIT',
  monitorRights: `GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO 'monitor'@'localhost';
GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO 'monitor'@'127.0.0.1';`,
  status: 'SHOW SLAVE STATUS',
  running: 'Slave_SQL_Running: Yes',
  startFollowing: 'START SLAVE;',
  wait: '--skip-slave-start',
  readOnly: '--read-only=1',
};

export const mysqlFlavour: Flavour = {
  server: 'mysqld',
  client: 'mysql',
  admin: 'mysqladmin',
  dump: 'mysqldump --defaults-extra-file=/run/private/replication.cnf --host="$PRIMARY" --port="$port" --user=replication --get-server-public-key --all-databases --single-transaction --set-gtid-purged=ON --routines --events --triggers',
  install: 'mysqld --no-defaults --initialize-insecure --datadir="$base/data" --tmpdir="$base/tmp"',
  // It writes down InnoDB first.
  reopen: '',
  forget: 'RESET BINARY LOGS AND GTIDS',
  // The dump brings its position along.
  countOn: 'DO 0',
  follow: `STOP REPLICA;
CHANGE REPLICATION SOURCE TO SOURCE_HOST='$PRIMARY', SOURCE_PORT=$port, SOURCE_USER='replication', SOURCE_PASSWORD='$(text replicationPassword)', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_CONNECT_RETRY=5$tls;`,
  leave: 'RESET REPLICA ALL;',
  tls: ", SOURCE_SSL=1, SOURCE_SSL_CA='$FOLLOWS_CA', SOURCE_SSL_VERIFY_SERVER_CERT=1",
  noTls: ', SOURCE_SSL=0',
  clientTls: 'ssl-ca=%s\\nssl-mode=VERIFY_IDENTITY\\n',
  // Its replicas are read-only for everybody.
  adminLimits: '',
  publicKey: ' --get-server-public-key',
  position: 'REPLACE(@@GLOBAL.gtid_executed, CHAR(10), "")',
  reached: "GTID_SUBSET('&', @@GLOBAL.gtid_executed)",
  // It is as many lines as there were primaries.
  received:
    "sed -n '/Retrieved_Gtid_Set: /,/Executed_Gtid_Set: /{/Executed_Gtid_Set: /d;s/.*Set: //;p}' | tr -d ' \\n'",
  applied: 'WAIT_FOR_EXECUTED_GTID_SET',
  monitorRights: `GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'monitor'@'localhost';
GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'monitor'@'127.0.0.1';
GRANT SELECT ON performance_schema.* TO 'monitor'@'127.0.0.1';`,
  status: 'SHOW REPLICA STATUS',
  running: 'Replica_SQL_Running: Yes',
  startFollowing: 'START REPLICA;',
  wait: '--skip-replica-start',
  readOnly: '--super-read-only=ON',
};
