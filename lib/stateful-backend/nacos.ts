import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import { ACCOUNTS, accountOf, accountsPart, missingCredentials, unknownKeys, withUsers } from './accounts';
import { basics, dataVolume } from './basics';
import {
  CONNECTION,
  type ConfigDatabase,
  configDatabaseCheck,
  databaseProblems,
  databaseUse,
  offerOf,
} from './config-database';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/**
 * Nacos: registry and config centre. Its members vote, and keep the config in a MySQL database. Its metrics are at
 * `/nacos/actuator/prometheus` of the port `http`.
 */
export interface NacosProps extends Omit<EngineProps, 'metrics'> {
  /** How much each member may store: `5Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The MySQL or MariaDB that holds the config, in the cluster or outside. It must have the tables of
   * `mysql-schema.sql` from the release of Nacos before Nacos starts: a `Migration` for which Nacos `waitsFor`.
   */
  readonly database: ConfigDatabase;
  /**
   * The Secret with the keys `token` (at least 32 bytes in base64), `identity-key` and `identity-value`, by which
   * members know each other, and for its users `username` and `password`. `keys` maps `token`, `identityKey`,
   * `identityValue`, `username` and `password` to other names. Nacos starts without an account: the first, which is
   * `nacos`, is made by whoever first posts a password to `/nacos/v1/auth/users/admin`.
   */
  readonly credentials: Credentials;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
}

const SECRET_KEYS = { token: 'token', identityKey: 'identity-key', identityValue: 'identity-value' };
const MEMORY = '2Gi';
/** The pool of each member, as its config file has it. */
const CONNECTIONS = 20;
const { metrics: _, ...engineChecksOfNacos } = engineChecks;

const checks: Checks<NacosProps> = {
  ...engineChecksOfNacos,
  ...storageNeeded,
  database: configDatabaseCheck,
  replicas: check.optional(check.integer(1, 9)),
};

/**
 * Starts the server itself and not by the script of the image, which forgets the list of members, writes into the
 * image, and prints all that it reads.
 */
const startScript = `#!/bin/sh
set -eu
export NACOS_AUTH_TOKEN="$(cat ${ACCOUNTS}/token)"
export NACOS_AUTH_IDENTITY_KEY="$(cat ${ACCOUNTS}/identityKey)"
export NACOS_AUTH_IDENTITY_VALUE="$(cat ${ACCOUNTS}/identityValue)"
export MYSQL_SERVICE_USER="$(cat "$MYSQL_SERVICE_USER_FILE")"
export MYSQL_SERVICE_PASSWORD="$(cat "$MYSQL_SERVICE_PASSWORD_FILE")"
home=/home/nacos
mkdir -p /tmp/tomcat
exec "$JAVA" -server "-Xms$HEAP" "-Xmx$HEAP" -XX:-OmitStackTraceInFastThrow -Duser.home=/tmp "-Dnacos.home=$home" \\
  "-Dnacos.server.ip=$POD_NAME.$PEERS" "-Dnacos.member.list=$MEMBERS" -Dnacos.core.auth.enabled=true \\
  "-Dloader.path=$home/plugins" -jar "$home/target/nacos-server.jar" \\
  "--spring.config.additional-location=file:$home/conf/" --spring.config.name=application \\
  "--logging.config=$home/conf/nacos-logback.xml" --server.tomcat.basedir=/tmp/tomcat
`;

export const nacos: Engine<NacosProps, 'http' | 'client'> = {
  name: 'nacos',
  checks,
  externalPorts: { http: 8848, client: 9848 },
  externalVariables: ({ host, port }) => ({ SERVER_ADDR: `${host}:${port}` }),
  plan(props, { name }) {
    const { storage, database, credentials, replicas = 3, ...common } = props;
    const members = memberHosts(name, replicas)
      .map((host) => `${host}:8848`)
      .join(',');
    const memory = common.resources?.memory ?? MEMORY;
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/nacos/nacos-server:v2.4.3',
      resources: { cpu: '500m', memory: MEMORY },
      writablePaths: { '/home/nacos/logs': '256Mi' },
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        PEERS: peerService(name),
        MEMBERS: members,
        HEAP: `${Math.floor((bytes(memory) * 0.5) / 2 ** 20)}m`,
        SPRING_DATASOURCE_PLATFORM: 'mysql',
        MYSQL_SERVICE_DB_NAME: offerOf(database).variables.DATABASE ?? 'nacos',
        MYSQL_SERVICE_DB_PARAM: `${CONNECTION}&connectTimeout=1000&socketTimeout=3000&autoReconnect=true`,
      },
    });
    const ports = backendPorts({
      http: { port: 8848, protocol: 'http' },
      client: 9848,
      server: 9849,
      raft: 7848,
    });
    return planOf({
      ...base,
      engine: 'nacos',
      ports,
      clientPorts: ['http', 'client'],
      peerPorts: ['http', 'client', 'server', 'raft'],
      volumes: dataVolume(storage, '/home/nacos/data'),
      replicas,
      quorum: true,
      config: { path: CONFIG, files: { 'start.sh': startScript } },
      parts: [accountsPart(credentials, SECRET_KEYS)],
      // In the names that its own config file reads.
      uses: databaseUse(database, 'MYSQL_SERVICE', CONNECTIONS),
      probes: {
        readiness: { http: '/nacos/v1/console/health/readiness', port: 'http', timeoutSeconds: 5 },
        liveness: { http: '/nacos/v1/console/health/liveness', port: 'http', timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({ ...addressVariables(name, ports[0]), SERVER_ADDR: members }),
      credentials: accountOf(credentials),
      backup: 'it keeps what it knows in its MySQL: back that up',
      problems: [
        ...evenMembers(replicas),
        ...missingCredentials(credentials, 'tokens'),
        ...unknownKeys(credentials, withUsers(SECRET_KEYS)),
        ...databaseProblems(database),
      ],
    });
  },
};
