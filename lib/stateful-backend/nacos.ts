import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import type { Usable } from '../workload/use';
import { accountOf, accountValue, missingCredentials } from './accounts';
import { basics, dataVolume } from './basics';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts } from './plan';
import { planOf } from './plan-of';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/**
 * Nacos: registry and config centre. Its members vote, and keep the config in a MySQL database. Its metrics are at
 * `/nacos/actuator/prometheus` of the port `http`.
 */
export interface NacosProps extends Omit<EngineProps, 'metrics'> {
  /** How much each member may store: `5Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The MySQL or MariaDB that holds the config, in the cluster or outside; it has the tables of
   * `mysql-schema.sql` from the release of Nacos.
   */
  readonly database: Usable<'mysql'>;
  /**
   * The Secret with the keys `token` (at least 32 bytes in base64), `identity-key` and `identity-value`, by which
   * members know each other, and for its users `username` and `password`. `keys` maps `token`, `identityKey`,
   * `identityValue`, `username` and `password` to other names.
   */
  readonly credentials: Credentials;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
}

const MEMORY = '2Gi';
const { metrics: _, ...engineChecksOfNacos } = engineChecks;

const checks: Checks<NacosProps> = {
  ...engineChecksOfNacos,
  ...storageNeeded,
  database: check.matching(
    (value) => typeof value === 'object' && value !== null && 'offer' in value,
    'a backend such as StatefulBackend.mysql(…)',
  ),
  replicas: check.optional(check.integer(1, 9)),
};

export const nacos: Engine<NacosProps, 'http'> = {
  name: 'nacos',
  checks,
  externalPorts: { http: 8848 },
  externalVariables: (name) => ({ SERVER_ADDR: `${name}:8848` }),
  plan(props, { name }) {
    const { storage, database, credentials, replicas = 3, ...common } = props;
    const hosts = memberHosts(name, replicas);
    const memory = common.resources?.memory ?? MEMORY;
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const offered = database?.offer({ access: 'read-write', port: undefined });
    const secret = (usual: string, part: string) => credentials && accountValue(credentials, part, usual);
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/nacos/nacos-server:v2.4.3',
      resources: { cpu: '500m', memory: MEMORY },
      writablePaths: { '/home/nacos/logs': '256Mi', '/home/nacos/bin/logs': '16Mi' },
      env: present({
        MODE: 'cluster',
        PREFER_HOST_MODE: 'hostname',
        MEMBER_LIST: hosts.map((host) => `${host}:8848`).join(','),
        // The script of the image writes this file at every start, and the image cannot be written.
        CLUSTER_CONF: '/tmp/cluster.conf',
        JVM_XMS: `${heap}m`,
        JVM_XMX: `${heap}m`,
        JVM_XMN: `${Math.floor(heap / 2)}m`,
        SPRING_DATASOURCE_PLATFORM: 'mysql',
        MYSQL_SERVICE_DB_NAME: offered?.variables.DATABASE ?? 'nacos',
        NACOS_AUTH_ENABLE: true,
        NACOS_AUTH_TOKEN: secret('token', 'token'),
        NACOS_AUTH_IDENTITY_KEY: secret('identity-key', 'identityKey'),
        NACOS_AUTH_IDENTITY_VALUE: secret('identity-value', 'identityValue'),
      }),
    });
    const ports = backendPorts({
      http: { port: 8848, protocol: 'http' },
      client: 9848,
      server: 9849,
      raft: 7848,
    });
    const account = offered?.credentials;
    return planOf({
      ...base,
      engine: 'nacos',
      ports,
      clientPorts: ['http', 'client'],
      peerPorts: ['http', 'client', 'server', 'raft'],
      volumes: dataVolume(storage, '/home/nacos/data'),
      replicas,
      quorum: true,
      // In the names and the way that the image expects them.
      uses: database && [
        {
          backend: database,
          options: {
            env: 'MYSQL_SERVICE',
            credentials: account && {
              secret: account.secret,
              keys: { user: account.keys?.username ?? 'username', password: account.keys?.password ?? 'password' },
              as: 'env',
            },
          },
        },
      ],
      probes: {
        readiness: { http: '/nacos/v1/console/health/readiness', port: 'http', timeoutSeconds: 5 },
        liveness: { http: '/nacos/v1/console/health/liveness', port: 'http', timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({
        ...addressVariables(name, ports[0]),
        SERVER_ADDR: hosts.map((host) => `${host}:8848`).join(','),
      }),
      credentials: accountOf(credentials),
      problems: [...evenMembers(replicas), ...missingCredentials(credentials, 'tokens')],
    });
  },
};

function present<T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
