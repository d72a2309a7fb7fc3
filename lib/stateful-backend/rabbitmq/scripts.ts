import { asTheServer } from '../shell';

/**
 * The scripts of RabbitMQ. They know nothing but the variables that the manifest sets: HOST (the host name of this
 * member), MEMBERS (how many there are), STARTUP_SECONDS, and those by which RabbitMQ itself is configured.
 */

/**
 * Starts the member, with its accounts brought up to date, and so takes a changed Secret with it.
 *
 * At its end a member waits until no queue would lose its majority with it, hands over what it leads, and stops. When
 * all members end at once the wait has no end of its own, so it has one here.
 */
export const startScript = `#!/bin/sh
set -eu
umask 077
text() { sed -e 's/[\\\\"]/\\\\&/g' "/run/accounts/$1"; }
rm -f "$HOME/.erlang.cookie"
cat /run/accounts/erlangCookie > "$HOME/.erlang.cookie"
chmod 400 "$HOME/.erlang.cookie"
# The account of the first boot. In this form a password may hold any character.
cat > "$RABBITMQ_ADVANCED_CONFIG_FILE" << END
[{rabbit, [{default_user, <<"$(text username)"/utf8>>}, {default_pass, <<"$(text password)"/utf8>>}]}].
END
# A name that is new is not everywhere at once, and without it the member gives up.
until getent hosts "$HOST" > /dev/null; do
  echo "the name $HOST is not known yet"
  sleep 1
done
rabbitmq-server &
server=$!
accounts() {
  latest=$(($(date +%s) + STARTUP_SECONDS))
  until timeout 30 rabbitmqctl -q await_startup > /dev/null 2>&1; do
    kill -0 "$server" || exit 0
    # It answers long before it has started, so nobody else sees a start that hangs.
    if [ "$(date +%s)" -gt "$latest" ]; then
      echo 'the start takes too long and is begun again'
      kill -KILL "$server"
      exit 1
    fi
    sleep 2
  done
  user=$(cat /run/accounts/username)
  if rabbitmqctl -q authenticate_user "$user" < /run/accounts/password > /dev/null 2>&1; then return; fi
  echo 'taking over the account of the Secret'
  rabbitmqctl -q change_password "$user" < /run/accounts/password ||
    rabbitmqctl -q add_user "$user" < /run/accounts/password
  rabbitmqctl -q set_user_tags "$user" administrator
  rabbitmqctl -q set_permissions -p / "$user" '.*' '.*' '.*'
}
accounts &
end() {
  if [ "$MEMBERS" -gt 1 ]; then
    timeout 75 rabbitmq-upgrade -q --timeout 60 await_online_quorum_plus_one || true
    timeout 45 rabbitmq-upgrade -q drain || true
  fi
  kill -TERM "$server"
}
trap end TERM INT
${asTheServer}`;

/** Whether it can be asked: it has started, and every port that it opened takes connections. */
export const readyScript = `#!/bin/sh
rabbitmq-diagnostics -q check_port_connectivity > /dev/null
`;

/** Whether it is alive: its Erlang machine answers, be it that it is starting, full, or without its majority. */
export const aliveScript = `#!/bin/sh
rabbitmq-diagnostics -q ping > /dev/null
`;
