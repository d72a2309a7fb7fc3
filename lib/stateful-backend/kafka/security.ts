import { ACCOUNTS } from '../accounts';
import { secretFunction } from '../shell';
import { SERVER_TLS } from '../tls';
import { properties } from './client';

/** How the listeners of a Kafka are protected. */
export interface KafkaSecurity {
  readonly hasAccounts: boolean;
  readonly hasTls: boolean;
}

/** Where the settings with passwords and the key are: in memory where there are any. */
export const privateFolder = ({ hasAccounts, hasTls }: KafkaSecurity): string =>
  hasAccounts || hasTls ? '/run/private' : '/tmp';

/**
 * Settings of a broker about who may do what. Clients and brokers sign in with SCRAM, whose accounts the controllers
 * keep; controllers among themselves cannot, because they have to vote before they can read any, so they use PLAIN with
 * a password of their own that follows from the administrator's.
 * @see https://kafka.apache.org/documentation/#security_sasl_scram
 */
export function securitySettings({ hasAccounts, hasTls }: KafkaSecurity): Readonly<Record<string, string | boolean>> {
  const protocol = `${hasAccounts ? 'SASL_' : ''}${hasTls ? 'SSL' : 'PLAINTEXT'}`;
  return {
    'listener.security.protocol.map': `CLIENT:${protocol},CONTROLLER:${protocol}`,
    ...(hasTls
      ? {
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': '/run/private/keystore.pem',
          'ssl.truststore.type': 'PEM',
          'ssl.truststore.location': SERVER_TLS.ca,
        }
      : {}),
    ...(hasAccounts
      ? {
          'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
          'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
          'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
          'sasl.mechanism.controller.protocol': 'PLAIN',
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'allow.everyone.if.no.acl.found': false,
        }
      : {}),
  };
}

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';

const accountScript = `${secretFunction}admin=$(secret ${ACCOUNTS}/username)
plain=$(secret ${ACCOUNTS}/password)
case $admin in
  *[!A-Za-z0-9._-]*) echo 'the username must be letters, digits, dots, dashes and underscores' >&2; exit 1 ;;
esac
password=$(quoted < ${ACCOUNTS}/password)
controller=$(printf 'controller:%s' "$plain" | sha256sum | cut -d ' ' -f 1)
`;

const accountSettings = `  echo "super.users=User:$admin"
  printf 'listener.name.client.scram-sha-512.sasl.jaas.config=%s required username="%s" password="%s";\\n' ${SCRAM} "$admin" "$password"
  printf 'listener.name.controller.plain.sasl.jaas.config=%s required username="%s" password="%s" user_%s="%s";\\n' ${PLAIN} "$admin" "$controller" "$admin" "$controller"
`;

/** The settings of the administrator's client in a member's own pod. */
const adminScript = ({ hasAccounts, hasTls }: KafkaSecurity): string => {
  const protocol = `${hasAccounts ? 'SASL_' : ''}${hasTls ? 'SSL' : 'PLAINTEXT'}`;
  const account = hasAccounts ? `${ACCOUNTS}/username ${ACCOUNTS}/password` : "'' ''";
  const ca = hasTls ? SERVER_TLS.ca : "''";
  return `properties ${protocol} SCRAM-SHA-512 ${account} ${ca} > "$private/admin.properties"\n`;
};

/** Java wants the key and the certificates in one file. */
const keystore = `keystore() {
  cat ${SERVER_TLS.key} ${SERVER_TLS.certificate} > "$private/keystore.new"
  mv "$private/keystore.new" "$private/keystore.pem"
}
keystore
`;

/** A broker reads its keystore again when it is given the same one anew. */
const reload = `
# The files change when the certificate is renewed, and the broker is asked to read them again.
(
  loaded=$(cksum < ${SERVER_TLS.certificate})
  while sleep 60; do
    found=$(cksum < ${SERVER_TLS.certificate})
    if [ "$found" != "$loaded" ] && keystore && tool kafka-configs \\
      --bootstrap-server "$me:9092" --command-config "$private/admin.properties" --alter \\
      --entity-type brokers --entity-name "$id" --add-config "$(for each in client controller; do
        printf 'listener.name.%s.ssl.keystore.location=%s/keystore.pem,' "$each" "$private"
      done | sed 's/,$//')"; then loaded=$found; fi
  done
) &
`;

/**
 * The number of a member is its ordinal; the storage is made at the first boot, under the id that all share.
 *
 * A member is ready when it is in step with all partitions that it has a copy of. That is asked once, after its start:
 * each question is a start of Java. One that falls behind later is the affair of alerts, and serves what it leads.
 */
export function startScript(security: KafkaSecurity): string {
  const { hasAccounts, hasTls } = security;
  const scram = hasAccounts
    ? `
  --add-scram "SCRAM-SHA-512=[name=$admin,password=$plain]"`
    : '';
  return `#!/bin/sh
set -eu
umask 077
private=${privateFolder(security)}
id=\${POD_NAME##*-}
me=$POD_NAME.$PEERS
rm -f /tmp/caught-up
# The tools of Kafka, with less memory than the server and their own log.
tool() (
  unset KAFKA_LOG4J_OPTS
  export KAFKA_HEAP_OPTS=-Xmx96m
  name=$1
  shift
  exec "/opt/kafka/bin/$name.sh" "$@"
)
${properties}${hasAccounts ? accountScript : ''}${hasTls ? keystore : ''}${adminScript(security)}{
  cat /etc/backend/server.properties
  echo "node.id=$id"
  echo "advertised.listeners=CLIENT://$me:9092"
${hasAccounts ? accountSettings : ''}} > "$private/server.properties"
if [ ! -f /data/log/meta.properties ]; then
  tool kafka-storage format --ignore-formatted --cluster-id="$CLUSTER_ID" \\
    --config="$private/server.properties"${scram === '' ? '' : ` \\${scram}`}
fi
${hasTls ? reload : ''}
# Ready is a member that is in step with every partition of which it has a copy.
(
  until tool kafka-topics --bootstrap-server "$me:9092" \\
    --command-config "$private/admin.properties" --describe --under-replicated-partitions > /tmp/behind 2> /dev/null &&
    awk -v id="$id" '
      {
        copies = ""; insync = ""
        for (n = 1; n < NF; n++) {
          if ($n == "Replicas:") copies = "," $(n + 1) ","
          if ($n == "Isr:") insync = "," $(n + 1) ","
        }
        if (index(copies, "," id ",") && !index(insync, "," id ",")) behind++
      }
      END { exit behind > 0 }
    ' /tmp/behind
  do sleep 3; done
  touch /tmp/caught-up
) &
exec /opt/kafka/bin/kafka-server-start.sh "$private/server.properties"
`;
}

/** One file and no start of Java; the process itself is watched by the liveness. */
export const readyScript = `#!/bin/sh
[ -f /tmp/caught-up ]
`;
