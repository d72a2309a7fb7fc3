import type { PodPart } from '../../workload/pod-part';
import { accountsMount } from '../accounts';
import { POD_NAME } from '../plan-of';
import { configMount } from '../pod-parts';
import { PRIVATE } from '../private-files';
import { asTheServer } from '../shell';
import { SERVER_TLS } from '../tls';
import { DISCOVERY, passwordFiles, type RedisAccess, sentinelAccounts } from './access';
import { accountLine, head } from './common';
import { privateMount, usersMount } from './pods';

/** Everywhere in a line: what the sentinel cannot read again, such as a password with a quote, it keeps as a comment. */
const SECRETS = '-e auth-pass -e sentinel-pass';

/**
 * A sentinel keeps what it knows on the volume of its member: who is primary since which election, and for whom it has
 * voted. Only a sentinel that knows nothing and finds none that knows takes the first member for the primary, and only
 * in its own pod.
 *
 * It writes its passwords into the file with all that. So the file it writes is in memory, and what lies on the volume
 * is a copy without them, made anew as soon as there is another file.
 */
export const sentinelScript = (access: RedisAccess): string => `${head}self=$POD_NAME.$PEERS
port=26379
conf=${PRIVATE}/sentinel.conf
kept=/data/sentinel.conf
${access.accounts ? accountsScript(access) : ''}${access.accounts || access.tls ? 'before=$(stamp)\n' : ''}${access.accounts ? 'write_accounts\n' : ''}primary() {
  for host in $MEMBERS; do
    ask -h "$host" -p 26379 sentinel master "$MASTER" 2>/dev/null |
      awk '/^ip$/ { getline; ip = $0 } /^config-epoch$/ { getline; print $0, ip }' || true
  done | sort -n | tail -n 1 | cut -d ' ' -f 2
}
if [ ! -s "$conf" ] && [ -s "$kept" ]; then cp "$kept" "$conf"; fi
if ! grep -q '^sentinel monitor ' "$conf" 2>/dev/null; then
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
  } > "$conf"
fi
# What is set here is set at every start; what the sentinel has learned stays.
grep -v ${SECRETS} -e '^sentinel down-after-milliseconds' -e '^sentinel failover-timeout' -e '^sentinel parallel-syncs' \\
  -e '^sentinel announce-ip' -e '^sentinel auth-user' -e '^sentinel sentinel-user' -e '^aclfile' -e '^user ' \\
  -e '^port ' -e '^tls-' -e '^protected-mode' -e '^dir ' "$conf" > "$conf.new"
{
${settings(access)}
  echo 'protected-mode no'
  echo 'dir /tmp'
  echo "sentinel announce-ip $self"
  echo "sentinel down-after-milliseconds $MASTER 5000"
  echo "sentinel failover-timeout $MASTER 10000"
  echo "sentinel parallel-syncs $MASTER 1"
} >> "$conf.new"
mv "$conf.new" "$conf"
redis-sentinel "$conf" &
server=$!
# The sentinel puts a new file in the place of the old one, so a second name of the old one shows that it did.
keep() {
  ln -f "$conf" "$conf.kept" && grep -v ${SECRETS} "$conf.kept" > "$kept.new" && sync "$kept.new" && mv "$kept.new" "$kept"
}
keep
trap 'keep || true' EXIT
trap 'kill -TERM "$server"' TERM INT
( while sleep 0.2; do [ "$conf" -ef "$conf.kept" ] || keep || true; done ) &
${
  access.accounts || access.tls
    ? `# It reads passwords and certificates only when it starts: it ends, and the kubelet starts it again.
switch() { kill -TERM "$server"; }
watch "$before" &
`
    : ''
}${asTheServer}`;

const accountsScript = (access: RedisAccess): string => `known=${PRIVATE}/known-sentinel
list=sentinel_accounts
file=${PRIVATE}/sentinel.acl
sentinel_accounts() {
${[
  ...(access.accounts === 'per-user' ? ["  echo 'user default off'"] : []),
  ...sentinelAccounts(access).map(accountLine),
  ...(access.accounts === 'per-user' ? [`  users '${DISCOVERY}'`] : []),
].join('\n')}
}
`;

/** How it listens, and with which accounts it signs in. */
function settings(access: RedisAccess): string {
  const { accounts, tls } = access;
  const { replication } = passwordFiles(access);
  const lines = [
    ...(tls ? ['port 0', 'tls-port 26379', ...tlsSettingLines()] : ['port 26379']),
    ...(accounts ? [`aclfile ${PRIVATE}/sentinel.acl`, 'sentinel sentinel-user sentinel'] : []),
  ].map((line) => `  echo '${line}'`);
  const secrets = accounts
    ? [
        '  echo "sentinel auth-user $MASTER sentinel"',
        `  printf 'sentinel auth-pass %s "%s"\\n' "$MASTER" "$(quote ${replication})"`,
        `  printf 'sentinel sentinel-pass "%s"\\n' "$(quote ${replication})"`,
      ]
    : [];
  return [...lines, ...secrets].join('\n');
}

/** What a server and a sentinel alike listen and connect with over TLS. */
export const tlsSettings = {
  'tls-cert-file': SERVER_TLS.certificate,
  'tls-key-file': SERVER_TLS.key,
  'tls-ca-cert-file': SERVER_TLS.ca,
  // Clients are known by their accounts.
  'tls-auth-clients': false,
  'tls-replication': true,
};

const tlsSettingLines = (): string[] =>
  Object.entries(tlsSettings).map(
    ([name, value]) => `${name} ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`,
  );

/** The sentinel beside each member. It watches, votes, and answers clients who ask for the primary. */
export function sentinelPart(
  image: string,
  config: string,
  variables: Readonly<Record<string, string | number>>,
  master: string,
  access: RedisAccess,
  userNames: () => readonly string[],
): PodPart {
  const ask = (command: string) => ({
    exec: { command: ['sh', '-c', `. ${config}/common.sh; cli -e -p 26379 ${command}`] },
    timeoutSeconds: 5,
  });
  const sidecar = () => ({
    name: 'sentinel',
    image,
    command: ['sh', `${config}/sentinel.sh`],
    env: [
      { name: 'POD_NAME', valueFrom: POD_NAME },
      ...Object.entries(variables).map(([name, value]) => ({ name, value: String(value) })),
      ...(access.accounts === 'per-user' ? [{ name: 'USERS', value: userNames().join('\n') }] : []),
    ],
    ports: [{ name: 'sentinel', containerPort: 26_379, protocol: 'TCP' }],
    livenessProbe: { ...ask('ping'), initialDelaySeconds: 60, periodSeconds: 10, failureThreshold: 6 },
    // Alive is who answers; ready is who knows its primary.
    readinessProbe: { ...ask(`sentinel master ${master}`), periodSeconds: 5, failureThreshold: 3 },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
      privateMount,
      configMount(config),
      ...(access.accounts ? [accountsMount] : []),
      ...(access.accounts === 'per-user' ? [usersMount] : []),
      ...(access.tls ? [{ name: 'tls', mountPath: SERVER_TLS.path, readOnly: true }] : []),
    ],
  });
  return {
    from: 'its sentinel',
    // When it is made, those who use it are not yet known.
    get sidecars() {
      return [sidecar()];
    },
  };
}
