/** The scripts of ZooKeeper. They are run by the `bash` that its own programs need, too. */

/** A member is known by a number: its ordinal and one, because there is no member 0. */
export const startScript = `#!/bin/bash
set -eu
umask 077
mkdir -p /data/log
echo $((\${POD_NAME##*-} + 1)) > /data/myid
flags='-XX:+ExitOnOutOfMemoryError'
if [ -f /run/accounts/username ]; then
  user=$(cat /run/accounts/username)
  if ! [[ $user =~ ^[A-Za-z0-9_.-]+$ ]]; then
    echo 'the username may hold letters, digits, dashes, underscores and dots only' >&2
    exit 1
  fi
  # In this file the name of an account is part of the name of an option.
  printf 'Server {\\n  org.apache.zookeeper.server.auth.DigestLoginModule required\\n  user_%s="%s";\\n};\\n' \\
    "$user" "$(sed -e 's/[\\\\"]/\\\\&/g' /run/accounts/password)" > /tmp/jaas.conf
  flags="$flags -Djava.security.auth.login.config=/tmp/jaas.conf"
fi
export SERVER_JVMFLAGS="$flags \${SERVER_JVMFLAGS:-}"
exec zkServer.sh start-foreground /conf/zoo.cfg
`;

/** Sends one of its four-letter words. */
const ask = `ask() {
  exec 3<> /dev/tcp/127.0.0.1/2181 || exit 1
  printf '%s' "$1" >&3
  cat <&3
}`;

/** Whether it can be asked: it leads or follows, so most members are with it. */
export const readyScript = `#!/bin/bash
${ask}
ask srvr | grep -q '^Mode: '
`;

/** Whether it is alive: it answers, be it that it looks for the others. */
export const aliveScript = `#!/bin/bash
${ask}
[ "$(ask ruok)" = imok ]
`;

/** To standard output, and no more than somebody reads. Without it each packet would be a line. */
export const loggingConfig = `<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>%d{ISO8601} [myid:%X{myid}] %-5p [%t:%C{1}@%L] - %m%n</pattern>
    </encoder>
  </appender>
  <root level="INFO">
    <appender-ref ref="console" />
  </root>
</configuration>
`;
