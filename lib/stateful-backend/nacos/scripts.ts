import { ACCOUNTS } from '../accounts';
import { CONFIG } from '../plan-of';
import { secretFunction } from '../shell';

/**
 * The scripts of Nacos. They follow the start script of its image, its application.properties, and its sources for the
 * paths of its API: https://github.com/nacos-group/nacos-docker (3.2.3) and https://github.com/alibaba/nacos. They have
 * not been run, because no Nacos can be had outside its image.
 */

const HOME = '/home/nacos';

/** The account of its database, where it has one: its own config file reads it from variables alone. */
const databaseAccount = `MYSQL_SERVICE_USER="$(secret "$MYSQL_SERVICE_USER_FILE")"
MYSQL_SERVICE_PASSWORD="$(secret "$MYSQL_SERVICE_PASSWORD_FILE")"
export MYSQL_SERVICE_USER MYSQL_SERVICE_PASSWORD
`;

/**
 * Starts the server itself and not by the script of the image, which writes into the image and prints what it reads.
 * Its access log would fill a small volume in a few days, so there is none.
 */
export const startScript = ({
  hasDatabase,
  trust,
}: {
  readonly hasDatabase: boolean;
  readonly trust: string;
}): string => `#!/bin/sh
set -eu
${trust}${secretFunction}NACOS_AUTH_TOKEN="$(secret ${ACCOUNTS}/token)"
NACOS_AUTH_IDENTITY_KEY="$(secret ${ACCOUNTS}/identityKey)"
NACOS_AUTH_IDENTITY_VALUE="$(secret ${ACCOUNTS}/identityValue)"
export NACOS_AUTH_TOKEN NACOS_AUTH_IDENTITY_KEY NACOS_AUTH_IDENTITY_VALUE
${hasDatabase ? databaseAccount : ''}mkdir -p /tmp/tomcat
exec "$JAVA" -server "-Xms$HEAP" "-Xmx$HEAP" -XX:-OmitStackTraceInFastThrow -Duser.home=/tmp "-Dnacos.home=${HOME}" \\
  --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \\
  --add-opens=java.base/java.util=ALL-UNNAMED \\
  "-Dnacos.standalone=$STANDALONE" "-Dnacos.deployment.type=$DEPLOYMENT" "-Dnacos.server.ip=$POD_NAME.$PEERS" \\
  "-Dnacos.member.list=$MEMBERS" -Dnacos.core.auth.enabled=true -Dnacos.core.auth.admin.enabled=true \\
  -Dnacos.core.auth.console.enabled=true -Dnacos.logging.default.config.enabled=false \\
  -Dderby.stream.error.field=java.lang.System.err \\
  "-Dloader.path=${HOME}/plugins" -jar "${HOME}/target/nacos-server.jar" \\
  "--spring.config.additional-location=file:${HOME}/conf/" --spring.config.name=application \\
  "--logging.config=${CONFIG}/logback.xml" --server.tomcat.basedir=/tmp/tomcat \\
  --server.tomcat.accesslog.enabled=false --server.max-http-request-header-size=524288
`;

/** Its answer has the status 200 in any case; whether it is ready stands in the body. */
export const readyScript = `#!/bin/sh
curl -fsS --max-time 4 http://127.0.0.1:8848/nacos/v3/admin/core/state/readiness | grep -q '"code":0'
`;

/** Says one line for each request, push or dump, and each of them went into a file of its own of up to 2 GB. */
const chatty = [
  'config.clientLog',
  'config.pullLog',
  'config.pullCheckLog',
  'config.traceLog',
  'config.dumpLog',
  'config.notifyLog',
  'core.remote.digest',
  'core.remote.push',
  'naming.push',
  'naming.performance',
];

/**
 * Everything to the output of the container, whose log the kubelet rotates. The config of the image keeps some thirty
 * files of up to 7 GB each in a volume, and the pod is evicted when that is full.
 */
export const logback = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>%date %level %logger{20} %msg%n</pattern>
      <charset>UTF-8</charset>
    </encoder>
  </appender>
${chatty.map((name) => `  <logger name="com.alibaba.nacos.${name}" level="WARN"/>\n`).join('')}  <root level="INFO">
    <appender-ref ref="OUT"/>
  </root>
</configuration>
`;
