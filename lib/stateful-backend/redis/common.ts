import { PRIVATE } from '../private-files';
import { SERVER_TLS } from '../tls';
import { ownAccounts, passwordFiles, RESERVED, type RedisAccess, serverKeys } from './access';

/** The line with which a script of Redis begins. */
export const head = `#!/bin/sh
set -eu
. /etc/redis/common.sh
`;

/** How redis-cli is called: over TLS where there is some, with the account of an administrator where there are accounts. */
function client({ accounts, tls }: Pick<RedisAccess, 'accounts' | 'tls'>, before = ''): string {
  return [
    ...(accounts ? ['REDISCLI_AUTH=$(admin)'] : []),
    ...(before ? [before] : []),
    'redis-cli',
    ...(tls ? ['--tls', '--cacert', SERVER_TLS.ca] : []),
    ...(accounts ? ['--user', 'admin'] : []),
    '"$@"',
  ].join(' ');
}

/**
 * What the scripts share, as a file that they read first: how to ask a member, and how its list of accounts is made.
 *
 * Accounts are made from Secrets at every start, and again while it runs when one of them changes, so a member that
 * comes back with nothing has them as well. In the list stand hashes; all of it is in memory and on no disk.
 */
export function commonScript(access: RedisAccess): string {
  const { accounts, tls } = access;
  return `# Read by the other scripts.
# shellcheck shell=sh disable=SC2034
umask 077
# Puts a value into the form that redis.conf takes between quotes.
quote() { sed -e 's/[\\\\"]/\\\\&/g' "$1"; }
cli() { ${client(access)}; }
# The same for another member, which may not answer.
ask() { ${client(access, 'timeout 2')}; }
${accounts ? accountsScript(access) : ''}${accounts || tls ? watchScript(access) : ''}`;
}

function accountsScript(access: RedisAccess): string {
  const files = Object.keys(serverKeys(access)).join(' ');
  return `# The password that the server knows already; the Secret may have a newer one.
admin() { cat ${PRIVATE}/admin 2> /dev/null || cat ${passwordFiles(access).admin}; }
# An empty password would let everybody in.
filled() {
  for key in ${files}; do
    if [ ! -s "/run/accounts/$key" ]; then
      echo "the key of the Secret for $key is empty: no server starts without that password" >&2
      return 1
    fi
  done
}
# A line of the list of accounts. A password that was changed is good until those who use it have read the new one.
account() {
  hash=$(printf %s "$2" | sha256sum | cut -d ' ' -f 1)
  now=$(cat "$known/$1.now" 2> /dev/null || echo "$hash")
  if [ "$now" != "$hash" ]; then echo "$now" > "$known/$1.before"; fi
  echo "$hash" > "$known/$1.now"
  before=$(cat "$known/$1.before" 2> /dev/null || true)
  printf 'user %s on #%s%s %s\\n' "$1" "$hash" "\${before:+ #$before}" "$3"
}
${access.accounts === 'per-user' ? usersScript : ''}server_accounts() {
${linesOf(access)}
}
# Makes the list from what the Secrets say now.
write_accounts() {
  filled && mkdir -p "$known" && "$list" > "$file.new" && mv "$file.new" "$file"
}
# Tells it to the process that runs, which keeps its connections.
tell_accounts() {
  answers=$(sed 's/^user \\([^ ]*\\)/acl setuser \\1 reset/' "$file" | cli -p "$port") || return 1
  if printf '%s\\n' "$answers" | grep -v '^OK$' >&2; then return 1; fi
}
`;
}

const usersScript = `# Those who use it, with the rights in $USERS or else in $1. Whose Secret is not there yet is let in when it comes.
users() {
  printf '%s\\n' "$USERS" | while read -r name rights; do
    [ -n "$name" ] || continue
    username=$(cat "/run/users/$name/username" 2> /dev/null || true)
    password=$(cat "/run/users/$name/password" 2> /dev/null || true)
    case $username in
      ${RESERVED.join(' | ')} | *[!A-Za-z0-9_.@-]*)
        echo "$name has no account: its username is reserved, or not of letters, digits and _ . @ -" >&2
        continue
        ;;
    esac
    if [ -z "$username" ] || [ -z "$password" ]; then
      echo "$name has no account: its Secret is missing, or username or password in it is empty" >&2
      continue
    fi
    account "$username" "$password" "\${rights:-$1}"
  done | awk '!seen[$2]++'
}
`;

function linesOf(access: RedisAccess): string {
  return [
    ...(access.accounts === 'per-user' ? ["  echo 'user default off'"] : []),
    ...ownAccounts(access).map(accountLine),
    ...(access.accounts === 'per-user' ? ["  users ''"] : []),
  ].join('\n');
}

/** The line of a script that prints the line of an account. */
export const accountLine = ({ name, file, rights }: { name: string; file: string; rights: string }): string =>
  `  account ${name} "$(cat /run/accounts/${file})" '${rights}'`;

/**
 * New accounts are made known at once; what the members say to each other changes five minutes later, when the nodes
 * of all have the new Secret; and the old passwords end after ten.
 */
function watchScript({ accounts }: RedisAccess): string {
  const take = accounts ? 'write_accounts && tell_accounts' : 'true';
  return `stamp() { cat /run/accounts/* /run/users/*/* ${SERVER_TLS.certificate} 2> /dev/null | cksum; }
# Follows changes of the Secrets while the process runs.
watch() {
  seen=$1
  age=-1
  while sleep 10; do
    found=$(stamp)
    if [ "$found" != "$seen" ]; then
      if ${take}; then
        seen=$found
        age=0
      fi
    elif [ "$age" -ge 0 ]; then
      age=$((age + 1))
      if [ "$age" = 30 ]; then switch || age=29; fi
${accounts ? '      if [ "$age" = 60 ]; then\n        rm -f "$known"/*.before\n        if write_accounts && tell_accounts; then age=-1; else age=59; fi\n      fi\n' : ''}    fi
  done
}
`;
}
