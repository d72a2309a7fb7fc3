import type { UseRecord } from '../../model/system';
import type { Account, AccountsPlan } from '../accounts-plan';
import { memberHost } from '../plan';
import { accountsHead, awaitServer } from '../sql-accounts';

/**
 * How the accounts of Nacos are created, by its API. The first one is called `nacos`, is made by the first request, and
 * administers it; each user gets one of its own, with a role that reads or writes what it names.
 *
 * Paths, answers and the form of a resource are those of the sources of 3.1, in `plugin-default-impl`; they have not been
 * run, because no Nacos can be had outside its image.
 * @see https://nacos.io/docs/latest/manual/admin/auth/
 */
export const nacosAccounts = (name: string): AccountsPlan => ({
  script: accountsScript,
  line: ({ user, rights, use }: Account) =>
    grants(use, rights === 'read' ? 'r' : 'rw')
      .map((grant) => `${user} ${grant}`)
      .join('\n'),
  // Members hear of a new role from each other after some seconds, so one of them does it all.
  env: { HOST: memberHost(name, 0) },
  problems: ({ namespace = '', group = '', topics }: UseRecord) =>
    [namespace, group, ...topics]
      .filter((text) => !/^[\w.:*/-]*$/.test(text))
      .map((text) => `must name only letters, digits and . : * / _ - there, got "${text}"`),
});

/** A resource is a pattern in which a star is any text: `<namespace>:<group>:config/<data id>` or `…:naming/<service>`. */
function grants({ namespace = 'public', group = '*', topics }: UseRecord, action: 'r' | 'rw'): string[] {
  const resources = topics.length > 0 ? topics : ['*'];
  const all = resources.map((resource) => `${action} ${namespace}:${group}:${resource}`);
  const isConfig = resources.some((resource) => resource.startsWith('config/'));
  // To listen to several data ids is a request of its own, for a group and a data id that are called *, whatever they
  // are: https://github.com/alibaba/nacos/issues/11279. In brackets a star is that character and no other text.
  return isConfig ? [...all, `r ${namespace}:[*]:config/[*]`] : all;
}

const accountsScript = String.raw`${accountsHead('nacos')}api="http://$HOST:$PORT/nacos/v3"
answer=/run/private/answer
ready() { curl -fsS --max-time 4 "$api/admin/core/state/readiness" | grep -q '"code":0'; }
${awaitServer('ready')}# Names, passwords and tokens are read from files, so that none stands in the list of processes.
sign_in() {
  curl -sS --max-time 10 --data-urlencode "username@$1/username" --data-urlencode "password@$1/password" "$api/auth/user/login" > "$answer" || return 1
  token=$(sed -n 's/.*"access[Tt]oken":"\([^"]*\)".*/\1/p' "$answer")
  [ -n "$token" ]
}
if ! sign_in /run/admin; then
  if [ "$(cat /run/admin/username)" != nacos ]; then
    echo 'the username of the administrator must be nacos: the server gives its first account this name' >&2
    exit 1
  fi
  # Accepted once, and refused when there is an administrator.
  curl -sS --max-time 10 --data-urlencode password@/run/admin/password "$api/auth/user/admin" > "$answer"
  if ! sign_in /run/admin; then
    echo 'the account nacos has another password than the Secret: change one of them' >&2
    exit 1
  fi
  echo 'created the account of the administrator'
fi
printf 'Authorization: Bearer %s' "$token" > /run/private/session
ask() {
  method=$1
  path=$2
  shift 2
  curl -sS --max-time 10 -X "$method" -H @/run/private/session "$@" "$api/auth/$path" > "$answer" || return 1
  if grep -q '"code":0' "$answer"; then return 0; fi
  echo "$method $path: $(cat "$answer")" >&2
  return 1
}
for user in $users; do
  account=/run/accounts/$user
  if ! sign_in "$account"; then
    # One that exists has an older password.
    ask POST user --data-urlencode "username@$account/username" --data-urlencode "password@$account/password" ||
      ask PUT user -G --data-urlencode "username@$account/username" --data-urlencode "newPassword@$account/password"
  fi
  ask GET role/list -G -d pageNo=1 -d pageSize=10 -d "role=$user" --data-urlencode "username@$account/username"
  if ! grep -q "\"role\":\"$user\"" "$answer"; then
    ask POST role -d "role=$user" --data-urlencode "username@$account/username"
  fi
  printf '%s\n' "$ACCOUNTS" | sed -n "s/^$user //p" | sort -u > /run/private/wanted
  ask GET permission/list -G -d pageNo=1 -d pageSize=500 -d "role=$user"
  tr '{}' '\n\n' < "$answer" | sed -n 's/.*"resource":"\([^"]*\)".*"action":"\([^"]*\)".*/\2 \1/p; s/.*"action":"\([^"]*\)".*"resource":"\([^"]*\)".*/\1 \2/p' > /run/private/granted
  while read -r action resource; do
    if grep -q -F -x -e "$action $resource" /run/private/granted; then continue; fi
    ask POST permission -d "role=$user" -d "action=$action" --data-urlencode "resource=$resource"
  done < /run/private/wanted
  while read -r action resource; do
    if grep -q -F -x -e "$action $resource" /run/private/wanted; then continue; fi
    ask DELETE permission -G -d "role=$user" -d "action=$action" --data-urlencode "resource=$resource"
  done < /run/private/granted
  echo "$user may do what it should"
done
`;
