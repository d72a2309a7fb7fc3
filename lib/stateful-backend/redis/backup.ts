import type { BackupPlan } from '../backup-plan';
import type { RedisAccess } from './access';

const flags = (tls: boolean): string => (tls ? ' --tls --cacert "$CA_FILE"' : '');

/** Where the primary is: whom the sentinels name, or the one address that there is. */
const findPrimary = ({ tls }: Pick<RedisAccess, 'tls'>): string => `#!/bin/sh
set -eu
umask 077
host=\${HOST:-} port=\${PORT:-6379}
if [ -f /run/accounts/password ]; then
  REDISCLI_AUTH=$(cat /run/accounts/password)
  export REDISCLI_AUTH
fi
# An account without a name is that of the administrator, or the only one where there are no others.
user=$(cat /run/accounts/username 2> /dev/null || echo "\${ADMINISTRATOR:-}")
cli() { redis-cli${flags(tls)} \${user:+--user "$user"} "$@"; }
ask() { timeout 5 redis-cli${flags(tls)} \${user:+--user "$user"} "$@"; }
if [ -n "\${SENTINELS:-}" ]; then
  for sentinel in $(echo "$SENTINELS" | tr ',' ' '); do
    host=$(ask -h "\${sentinel%:*}" -p "\${sentinel##*:}" sentinel get-master-addr-by-name "$MASTER_NAME" | head -n 1) || true
    [ -z "$host" ] || break
  done
  if [ -z "$host" ]; then
    echo 'no sentinel knows a primary' >&2
    exit 1
  fi
fi`;

/** What a new replica would get. */
const dumpScript = (access: RedisAccess): string => `${findPrimary(access)}
echo "writing out what $host has"
cli -h "$host" -p "$port" --rdb /backup/dump
redis-check-rdb /backup/dump > /tmp/check || { cat /tmp/check; exit 1; }
`;

/**
 * A Redis of its own reads the dump and writes it down again as the commands that make it, which the primary is then
 * sent: its replicas and sentinels notice nothing but many writes. Commands bear any key and value, and say when each
 * ends.
 */
const restoreScript = (access: RedisAccess): string => `${findPrimary(access)}
work=/backup/work
rm -rf "$work"
mkdir "$work"
mv /backup/dump "$work/dump.rdb"
redis-server --port 0 --unixsocket /tmp/redis.sock --dir "$work" --dbfilename dump.rdb --save '' --appendonly no \\
  --aof-use-rdb-preamble no --daemonize no > /tmp/log &
server=$!
own() { REDISCLI_AUTH='' redis-cli -s /tmp/redis.sock "$@"; }
until [ "$(own ping 2> /dev/null)" = PONG ]; do
  if ! kill -0 "$server"; then cat /tmp/log; exit 1; fi
  sleep 0.2
done
own config set appendonly yes
while own info persistence | grep -q -e '^aof_rewrite_in_progress:1' -e '^aof_rewrite_scheduled:1'; do sleep 0.2; done
own info persistence | grep -q '^aof_last_bgrewrite_status:ok'
kill -TERM "$server"
wait "$server"
# A primary that has just come back refuses writes until a replica follows it.
tries=0
until [ "$(cli -h "$host" -p "$port" flushall)" = OK ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    echo "$host takes no writes: $(cli -h "$host" -p "$port" flushall)" >&2
    exit 1
  fi
  sleep 2
done
cli -h "$host" -p "$port" function flush > /dev/null || true
for file in "$work"/appendonlydir/*.base.aof; do
  if [ -s "$file" ]; then cli -h "$host" -p "$port" --pipe < "$file"; fi
done
`;

export function redisBackup(access: RedisAccess, resources: BackupPlan['resources']): (() => BackupPlan) | string {
  if (access.topology === 'cluster') {
    return 'each shard of a cluster is written out at another moment, and together they are no state that ever was';
  }
  // A dump is read into memory, which takes as much as it took where it comes from.
  return () => ({
    dump: dumpScript(access),
    restore: restoreScript(access),
    ...(access.accounts === 'per-user' ? { env: { ADMINISTRATOR: 'admin' } } : {}),
    resources,
  });
}
