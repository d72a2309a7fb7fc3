import { PRIVATE } from '../private-files';
import { asTheServer } from '../shell';
import { SERVER_TLS } from '../tls';
import { passwordFiles, type RedisAccess } from './access';
import { head } from './common';

/**
 * The scripts of Redis. They are run by the `sh` of the official image, which is dash or busybox, and know nothing but
 * the variables that the manifest sets: POD_NAME, PEERS (the suffix of a member's host name), MEMBERS (all host
 * names), MASTER (the name of the set), QUORUM, USERS (who has an account, and with which rights).
 */

/** Before the server starts: its accounts, and the part of its configuration that no ConfigMap may hold. */
const prepare = (access: RedisAccess): string => {
  const { accounts, tls } = access;
  const { admin, replication } = passwordFiles(access);
  const take = `write_accounts
cat ${admin} > ${PRIVATE}/admin
own_config() {
  echo 'include /etc/redis/redis.conf'
  printf 'masterauth "%s"\\n' "$(quote ${replication})"
}
`;
  return [
    'port=6379\n',
    accounts ? `known=${PRIVATE}/known-server\nlist=server_accounts\nfile=${PRIVATE}/users.acl\n` : '',
    accounts || tls ? 'before=$(stamp)\n' : '',
    accounts ? take : "own_config() { echo 'include /etc/redis/redis.conf'; }\n",
  ].join('');
};

/** What else follows from a changed Secret, when all members have it. */
const follow = (access: RedisAccess): string => {
  const { accounts, tls } = access;
  if (!accounts && !tls) return '';
  const renewed = `tls-cert-file ${SERVER_TLS.certificate} tls-key-file ${SERVER_TLS.key} tls-ca-cert-file ${SERVER_TLS.ca}`;
  return `switch() {
${
  accounts
    ? `  printf 'config set masterauth "%s"\\n' "$(quote ${passwordFiles(access).replication})" | cli -p 6379 > /dev/null || return 1
  cat ${passwordFiles(access).admin} > ${PRIVATE}/admin
`
    : ''
}${tls ? `  cli -p 6379 config set ${renewed} > /dev/null || return 1\n` : ''}}
watch "$before" &
`;
};

/**
 * Whether it can be asked: it answers, has read its data, and follows its primary if there is one to follow. A rolling
 * update goes on when a member is ready, so one that does not follow yet would leave the others to end with what it has
 * not got. Without a primary it has to be ready all the same: after a power cut the primary may be started last.
 */
export const readyScript = `${head}[ "$(cli -p 6379 ping)" = PONG ] || exit 1
state=$(cli -p 6379 info replication | tr -d '\\r')
case $state in
  *master_sync_in_progress:1*) exit 1 ;;
  *role:master* | *master_link_status:up*) exit 0 ;;
  *master_link_status:down*) ;;
  *) exit 1 ;;
esac
host=$(echo "$state" | sed -n 's/^master_host://p')
port=$(echo "$state" | sed -n 's/^master_port://p')
! ask -h "$host" -p "$port" ping > /dev/null 2>&1
`;

/** Whether it is alive: it answers, be it that it is still loading, has no replica, or has another password by now. */
export const aliveScript = `${head}case $(cli -p 6379 ping 2> /dev/null) in
  PONG* | LOADING* | MASTERDOWN* | NOREPLICAS* | NOAUTH*) exit 0 ;;
esac
exit 1
`;

export const singleScript = (
  access: RedisAccess,
): string => `${head}${prepare(access)}own_config > ${PRIVATE}/redis.conf
${follow(access)}exec redis-server ${PRIVATE}/redis.conf
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
export const memberScript = (access: RedisAccess): string => `${head}self=$POD_NAME.$PEERS
${prepare(access)}primary() {
  for host in 127.0.0.1 $MEMBERS; do
    ask -h "$host" -p 26379 sentinel master "$MASTER" 2>/dev/null |
      awk '/^ip$/ { getline; ip = $0 } /^config-epoch$/ { getline; print $0, ip }' || true
  done | sort -n | tail -n 1 | cut -d ' ' -f 2
}
# What the sentinel of this member remembers may be newer than what the others have heard.
tries=0
until [ "$tries" -ge 30 ] || ask -p 26379 ping 2>/dev/null | grep -q PONG; do
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
{
  own_config
  echo "replica-announce-ip $self"
  if [ "$leader" != "$self" ]; then echo "replicaof $leader 6379"; fi
} > ${PRIVATE}/redis.conf
redis-server ${PRIVATE}/redis.conf &
server=$!
${follow(access)}leads() { cli -p 6379 role | head -n 1 | grep -q master; }
# Whether all other members that answer have everything, and there is one.
copied() {
  state=$(cli -p 6379 info replication | tr -d '\\r')
  own=$(echo "$state" | sed -n 's/^master_repl_offset://p')
  [ -n "$own" ] || return 1
  followers=0
  for host in $MEMBERS; do
    [ "$host" != "$self" ] || continue
    has=$(echo "$state" | sed -n "s/^slave[0-9]*:ip=$host,port=6379,state=online,offset=\\([0-9]*\\),.*/\\1/p")
    if [ "\${has:--1}" -ge "$own" ]; then
      followers=$((followers + 1))
    elif ask -h "$host" -p 6379 ping > /dev/null 2>&1; then
      return 1
    fi
  done
  [ "$followers" -gt 0 ]
}
# Whether most sentinels name another member and none names this one. A sentinel that says nothing agrees to nothing.
agreed() {
  others=0
  for host in $MEMBERS; do
    named=$(ask -h "$host" -p 26379 sentinel get-master-addr-by-name "$MASTER" 2>/dev/null | head -n 1)
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
    cli -p 6379 client pause 60000 write > /dev/null || true
    until agreed || late; do
      if ! copied; then
        sleep 0.1
        continue
      fi
      # By the sentinel of another member: the one beside this process ends with it, and must not take its news along.
      for host in $MEMBERS; do
        [ "$host" != "$self" ] || continue
        if ask -h "$host" -p 26379 sentinel failover "$MASTER" | grep -q OK; then break; fi
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
 * Members of a Redis Cluster know each other by node id. Their addresses change with every start, so each one that
 * starts greets all others, and greeting one that is known already only corrects its address. The first member forms
 * the cluster when it is the first boot: none has slots, and all are there.
 */
export const clusterScript = (access: RedisAccess): string => `${head}self=$POD_NAME.$PEERS
${prepare(access)}{
  own_config
  echo "cluster-announce-hostname $self"
} > ${PRIVATE}/redis.conf
# A name that was known a moment ago may not be found in the next.
address() {
  found=''
  until [ -n "$found" ]; do found=$(getent hosts "$1" | awk 'NR == 1 { print $1 }'); [ -n "$found" ] || sleep 1; done
  echo "$found"
}
form() {
  until [ "$(cli -p 6379 ping)" = PONG ]; do sleep 1; done
  nodes=''
  for host in $MEMBERS; do
    until [ "$(ask -h "$host" -p 6379 ping 2>/dev/null)" = PONG ]; do sleep 1; done
    nodes="$nodes $(address "$host"):6379"
  done
  if ! cli -p 6379 cluster info | grep -q '^cluster_slots_assigned:0'; then greet; return; fi
  if ! cli -p 6379 cluster info | grep -q '^cluster_known_nodes:1.\\?$'; then greet; return; fi
  echo 'forming the cluster'
  # shellcheck disable=SC2086
  cli --cluster create $nodes --cluster-replicas "$REPLICAS_PER_SHARD" --cluster-yes || greet
}
greet() {
  for host in $MEMBERS; do
    ( until [ "$(ask -h "$host" -p 6379 ping 2>/dev/null)" = PONG ]; do sleep 1; done
      cli -p 6379 cluster meet "$(address "$host")" 6379 ) &
  done
}
rejoin() {
  until [ "$(cli -p 6379 ping)" = PONG ]; do sleep 1; done
  if ! cli -p 6379 cluster info | grep -q '^cluster_known_nodes:1.\\?$'; then greet; fi
}
if [ "\${POD_NAME##*-}" = 0 ]; then form & else rejoin & fi
${follow(access)}exec redis-server ${PRIVATE}/redis.conf
`;
