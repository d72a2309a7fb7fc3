import type { UseRecord } from '../../model/system';
import type { Account, AccountsPlan } from '../accounts-plan';
import { accountsHead } from '../sql-accounts';

/** Where a user that names no virtual host works. */
export const DEFAULT_VHOST = '/';

/** In the lines of the Job, blanks separate; in a permission the rest has its own meaning. */
const isVhost = (vhost: string): boolean => /^[\w./-]{1,128}$/.test(vhost);

/**
 * How the virtual hosts and accounts of RabbitMQ are created: by its own command line, which signs in with the cookie, so
 * that the management interface need not be enabled. A virtual host is what separates services: in theirs they declare,
 * write and read everything, because a queue belongs to the service that declares it. Who only reads consumes from
 * queues that exist.
 * @see https://www.rabbitmq.com/docs/access-control
 */
export const rabbitmqAccounts = (members: readonly string[]): AccountsPlan => ({
  script: accountsScript,
  line: ({ user, rights, use }: Account) => `${user} ${rights} ${use.vhost ?? DEFAULT_VHOST}`,
  env: { MEMBERS: members.join(' ') },
  ports: ['epmd', 'distribution'],
  // Each command starts an Erlang machine of its own.
  resources: { memory: '256Mi' },
  problems: ({ vhost = DEFAULT_VHOST }: UseRecord) =>
    isVhost(vhost)
      ? []
      : [`'vhost': must be at most 128 letters, digits, dots, slashes, underscores and dashes, got "${vhost}"`],
});

const accountsScript = String.raw`${accountsHead('guest')}needed /run/admin/erlangCookie
HOME=/run/private
export HOME
rm -f "$HOME/.erlang.cookie"
cat /run/admin/erlangCookie > "$HOME/.erlang.cookie"
chmod 400 "$HOME/.erlang.cookie"
node=
ctl() { rabbitmqctl -s --longnames --node "rabbit@$node" "$@"; }
# Any member that has started can be asked.
started() {
  for node in $MEMBERS; do
    if timeout 30 rabbitmqctl -s --longnames --node "rabbit@$node" await_startup --timeout 20 > /dev/null 2>&1; then return 0; fi
  done
  return 1
}
until started; do
  echo 'waiting for a member'
  sleep 5 &
  wait $!
done
for vhost in $databases; do
  if ! ctl list_vhosts name | grep -F -q -x -e "$vhost"; then ctl add_vhost "$vhost"; fi
done
for user in $users; do
  name=$(cat "/run/accounts/$user/username")
  if ! ctl list_users | cut -f 1 | grep -F -q -x -e "$name"; then
    ctl add_user "$name" < "/run/accounts/$user/password"
  elif ! ctl authenticate_user "$name" < "/run/accounts/$user/password" > /dev/null 2>&1; then
    ctl change_password "$name" < "/run/accounts/$user/password"
  fi
  granted=$(printf '%s\n' "$ACCOUNTS" | sed -n "s/^$user [a-z]* //p" | sort -u)
  for vhost in $granted; do
    # Two uses of one virtual host: the account gets the rights of both.
    if printf '%s\n' "$ACCOUNTS" | grep -v -F -x -e "$user read $vhost" | grep -q -e "^$user [a-z]* $vhost$"; then
      ctl set_permissions -p "$vhost" "$name" '.*' '.*' '.*'
    else
      ctl set_permissions -p "$vhost" "$name" '^$' '^$' '.*'
    fi
  done
  # What it was granted before and is not any more.
  for vhost in $(ctl list_user_permissions "$name" | cut -f 1); do
    if ! printf '%s\n' "$granted" | grep -q -F -x -e "$vhost"; then ctl clear_permissions -p "$vhost" "$name"; fi
  done
done
if ctl list_users | cut -f 1 | grep -q -x guest; then ctl delete_user guest; fi
`;
