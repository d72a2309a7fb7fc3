import { asTheServer } from '../shell';

/**
 * The scripts of Redis. They are run by the `sh` of the official image, which is dash or busybox, and know nothing but
 * the variables that the manifest sets: POD_NAME, PEERS (the suffix of a member's host name), MEMBERS (all host
 * names), MASTER (the name of the set), QUORUM.
 */

/** Puts a value into the form that redis.conf takes between quotes. */
const quote = `quote() { sed -e 's/[\\\\"]/\\\\&/g' "$1"; }`;

/** What client commands need to sign in. */
const signIn = `if [ -f /run/accounts/password ]; then REDISCLI_AUTH=$(cat /run/accounts/password); export REDISCLI_AUTH; fi`;

/** The part of the configuration that differs between members, written anew at every start. */
const ownConfig = `{
  echo 'include /etc/redis/redis.conf'
  if [ -f /run/accounts/password ]; then
    printf 'requirepass "%s"\\nmasterauth "%s"\\n' "$(quote /run/accounts/password)" "$(quote /run/accounts/password)"
  fi`;

/**
 * Whether it can be asked: it answers, has read its data, and follows its primary if there is one to follow. A rolling
 * update goes on when a member is ready, so one that does not follow yet would leave the others to end with what it has
 * not got. Without a primary it has to be ready all the same: after a power cut the primary may be started last.
 */
export const readyScript = `#!/bin/sh
${signIn}
[ "$(redis-cli -p 6379 ping)" = PONG ] || exit 1
state=$(redis-cli -p 6379 info replication | tr -d '\\r')
case $state in
  *master_sync_in_progress:1*) exit 1 ;;
  *role:master* | *master_link_status:up*) exit 0 ;;
  *master_link_status:down*) ;;
  *) exit 1 ;;
esac
host=$(echo "$state" | sed -n 's/^master_host://p')
port=$(echo "$state" | sed -n 's/^master_port://p')
! timeout 4 redis-cli -h "$host" -p "$port" ping > /dev/null 2>&1
`;

/** Whether it is alive: it answers, be it that it is still loading or has no replica. */
export const aliveScript = `#!/bin/sh
${signIn}
case $(redis-cli -p 6379 ping) in
  PONG* | LOADING* | MASTERDOWN* | NOREPLICAS*) exit 0 ;;
esac
exit 1
`;

export const singleScript = `#!/bin/sh
set -eu
umask 077
${quote}
${ownConfig}
} > /tmp/redis.conf
exec redis-server /tmp/redis.conf
`;

/**
 * The role at the start is what the sentinels say, and of several answers the one of the latest election. The first
 * member takes itself for the primary only where there never was a sentinel: at the first boot, in the script of the
 * sentinel below.
 *
 * At its end a primary hands over first, with its writes held back, so that a rolling update costs its clients a
 * reconnect and no data. Which member takes over is the choice of a sentinel, and what it knows of them may be half a
 * minute old: so every member that could be chosen must have everything before it is asked.
 */
export const memberScript = `#!/bin/sh
set -eu
umask 077
self=$POD_NAME.$PEERS
${quote}
${signIn}
primary() {
  for host in 127.0.0.1 $MEMBERS; do
    timeout 2 redis-cli -h "$host" -p 26379 sentinel master "$MASTER" 2>/dev/null |
      awk '/^ip$/ { getline; ip = $0 } /^config-epoch$/ { getline; print $0, ip }' || true
  done | sort -n | tail -n 1 | cut -d ' ' -f 2
}
# What the sentinel of this member remembers may be newer than what the others have heard.
tries=0
until [ "$tries" -ge 30 ] || timeout 2 redis-cli -p 26379 ping 2>/dev/null | grep -q PONG; do
  tries=$((tries + 1))
  sleep 1
done
leader=$(primary)
until [ -n "$leader" ]; do
  echo 'no sentinel answers yet'
  sleep 1
  leader=$(primary)
done
echo "the primary is $leader"
${ownConfig}
  echo "replica-announce-ip $self"
  if [ "$leader" != "$self" ]; then echo "replicaof $leader 6379"; fi
} > /tmp/redis.conf
redis-server /tmp/redis.conf &
server=$!
leads() { redis-cli -p 6379 role | head -n 1 | grep -q master; }
# Whether all other members that answer have everything, and there is one.
copied() {
  state=$(redis-cli -p 6379 info replication | tr -d '\\r')
  own=$(echo "$state" | sed -n 's/^master_repl_offset://p')
  [ -n "$own" ] || return 1
  followers=0
  for host in $MEMBERS; do
    [ "$host" != "$self" ] || continue
    has=$(echo "$state" | sed -n "s/^slave[0-9]*:ip=$host,port=6379,state=online,offset=\\([0-9]*\\),.*/\\1/p")
    if [ "\${has:--1}" -ge "$own" ]; then
      followers=$((followers + 1))
    elif timeout 2 redis-cli -h "$host" -p 6379 ping > /dev/null 2>&1; then
      return 1
    fi
  done
  [ "$followers" -gt 0 ]
}
# Whether most sentinels name another member and none names this one. A sentinel that says nothing agrees to nothing.
agreed() {
  others=0
  for host in $MEMBERS; do
    named=$(timeout 2 redis-cli -h "$host" -p 26379 sentinel get-master-addr-by-name "$MASTER" 2>/dev/null | head -n 1)
    if [ "$named" = "$self" ]; then return 1; fi
    if [ -n "$named" ]; then others=$((others + 1)); fi
  done
  [ "$others" -ge "$QUORUM" ]
}
late() { [ "$(date +%s)" -ge "$last" ]; }
end() {
  # What is left of the grace period then is for the process itself.
  last=$(($(date +%s) + 35))
  # What counts is what the sentinels say: the old primary itself is told seconds later.
  if leads && ! agreed; then
    # Writes wait until the others have everything and one of them has taken over. Without that the old primary would
    # go on promising what the new one never gets.
    redis-cli -p 6379 client pause 60000 write > /dev/null || true
    until agreed || late; do
      if ! copied; then
        sleep 0.1
        continue
      fi
      # By the sentinel of another member: the one beside this process ends with it, and must not take its news along.
      for host in $MEMBERS; do
        [ "$host" != "$self" ] || continue
        if timeout 2 redis-cli -h "$host" -p 26379 sentinel failover "$MASTER" | grep -q OK; then break; fi
      done
      waits=0
      until [ "$waits" -ge 30 ] || agreed || late; do
        waits=$((waits + 1))
        sleep 0.4
      done
    done
  fi
  kill -TERM "$server"
}
trap end TERM INT
${asTheServer}`;

/**
 * A sentinel keeps what it knows on the volume of its member: who is primary since which election. Only a sentinel
 * that knows nothing and finds nobody who knows takes the first member for the primary, and only in its own pod.
 */
export const sentinelScript = `#!/bin/sh
set -eu
umask 077
self=$POD_NAME.$PEERS
file=/data/sentinel.conf
${quote}
primary() {
  for host in $MEMBERS; do
    timeout 2 redis-cli -h "$host" -p 26379 sentinel master "$MASTER" 2>/dev/null |
      awk '/^ip$/ { getline; ip = $0 } /^config-epoch$/ { getline; print $0, ip }' || true
  done | sort -n | tail -n 1 | cut -d ' ' -f 2
}
if ! grep -q '^sentinel monitor ' "$file" 2>/dev/null; then
  tries=0
  leader=$(primary)
  while [ -z "$leader" ]; do
    tries=$((tries + 1))
    # A network that is late must not look like a first boot.
    if [ "$tries" -gt 5 ] && [ "\${POD_NAME##*-}" = 0 ]; then leader=$self; break; fi
    echo 'no sentinel answers yet'
    sleep 1
    leader=$(primary)
  done
  {
    echo 'sentinel resolve-hostnames yes'
    echo 'sentinel announce-hostnames yes'
    echo "sentinel monitor $MASTER $leader 6379 $QUORUM"
  } > "$file"
fi
# What is set here is set at every start; what the sentinel has learned stays.
grep -v -e '^sentinel down-after-milliseconds' -e '^sentinel failover-timeout' -e '^sentinel parallel-syncs' \\
  -e '^sentinel auth-pass' -e '^sentinel announce-ip' -e '^port ' -e '^protected-mode' -e '^dir ' "$file" > "$file.new"
{
  echo 'port 26379'
  echo 'protected-mode no'
  echo 'dir /tmp'
  echo "sentinel announce-ip $self"
  echo "sentinel down-after-milliseconds $MASTER 5000"
  echo "sentinel failover-timeout $MASTER 10000"
  echo "sentinel parallel-syncs $MASTER 1"
  if [ -f /run/accounts/password ]; then
    printf 'sentinel auth-pass %s "%s"\\n' "$MASTER" "$(quote /run/accounts/password)"
  fi
} >> "$file.new"
mv "$file.new" "$file"
exec redis-sentinel "$file"
`;

/**
 * Members of a Redis Cluster know each other by node id. Their addresses change with every start, so each one that
 * starts greets all others, and greeting one that is known already only corrects its address. The first member forms
 * the cluster when it is the first boot: none has slots, and all are there.
 */
export const clusterScript = `#!/bin/sh
set -eu
umask 077
self=$POD_NAME.$PEERS
${quote}
${signIn}
${ownConfig}
  echo "cluster-announce-hostname $self"
} > /tmp/redis.conf
# A name that was known a moment ago may not be found in the next.
address() {
  found=''
  until [ -n "$found" ]; do found=$(getent hosts "$1" | awk 'NR == 1 { print $1 }'); [ -n "$found" ] || sleep 1; done
  echo "$found"
}
form() {
  until [ "$(redis-cli -p 6379 ping)" = PONG ]; do sleep 1; done
  nodes=''
  for host in $MEMBERS; do
    until [ "$(timeout 2 redis-cli -h "$host" -p 6379 ping 2>/dev/null)" = PONG ]; do sleep 1; done
    nodes="$nodes $(address "$host"):6379"
  done
  if ! redis-cli -p 6379 cluster info | grep -q '^cluster_slots_assigned:0'; then greet; return; fi
  if ! redis-cli -p 6379 cluster info | grep -q '^cluster_known_nodes:1.\\?$'; then greet; return; fi
  echo 'forming the cluster'
  # shellcheck disable=SC2086
  redis-cli --cluster create $nodes --cluster-replicas "$REPLICAS_PER_SHARD" --cluster-yes || greet
}
greet() {
  for host in $MEMBERS; do
    ( until [ "$(timeout 2 redis-cli -h "$host" -p 6379 ping 2>/dev/null)" = PONG ]; do sleep 1; done
      redis-cli -p 6379 cluster meet "$(address "$host")" 6379 ) &
  done
}
rejoin() {
  until [ "$(redis-cli -p 6379 ping)" = PONG ]; do sleep 1; done
  if ! redis-cli -p 6379 cluster info | grep -q '^cluster_known_nodes:1.\\?$'; then greet; fi
}
if [ "\${POD_NAME##*-}" = 0 ]; then form & else rejoin & fi
exec redis-server /tmp/redis.conf
`;
