import type { Container, VolumeMount } from 'kubernetes-types/core/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import { clientTlsPart } from '../workload/backend-tls';
import { credentialsPath, credentialsVolume } from '../workload/credentials';
import type { PodPart } from '../workload/pod-part';
import { basics } from './basics';
import {
  type ConfigDatabase,
  configDatabaseCheck,
  connectionOf,
  databaseProblems,
  offerOf,
  trustScript,
} from './config-database';
import { backendPorts } from './generic';
import type { Engine } from './plan';
import { CONFIG, planOf } from './plan-of';
import { configMount } from './pod-parts';
import { type BackendProps, backendChecks } from './props';
import { secretFunction } from './shell';

/**
 * Apollo: a config centre. Each member is a config service, which clients ask, and beside it an admin service, through
 * which values are changed; they keep everything in a MySQL database and nothing of their own, so any member can answer
 * for all. They find each other by the names of this environment, without Eureka. Their metrics are at `/prometheus`.
 *
 * The portal, where people change values, is left out: one portal serves all environments and has a database of its
 * own. It is a `StatelessService` that calls the port `admin`. Who may call that may change values: say so in nobody
 * else's name, or turn on `admin-service.access.control.enabled` in the table `ServerConfig`.
 * @see https://www.apolloconfig.com/#/en/deployment/distributed-deployment-guide
 */
export interface ApolloProps extends BackendProps {
  /**
   * The MySQL or MariaDB that holds the config, in the cluster or outside. It must have the tables of
   * `scripts/sql/profiles/mysql-database-not-specified/apolloconfigdb.sql` from the release of Apollo before Apollo
   * starts: a `Migration` for which Apollo `waitsFor`.
   */
  readonly database: ConfigDatabase;
  /** The config service. @defaultValue that of the project, in a fixed version */
  readonly image?: string;
  /** The admin service, in the same version. @defaultValue that of the project, in a fixed version */
  readonly adminImage?: string;
  /** How many members. @defaultValue 2: one answers while the other is away */
  readonly replicas?: number;
}

const MEMORY = '1Gi';
const VERSION = '2.5.2';
/** Each service keeps ten connections at the most, and a member has two. */
const CONNECTIONS = 20;

const checks: Checks<ApolloProps> = {
  ...backendChecks,
  database: configDatabaseCheck,
  adminImage: check.optional(check.imageReference),
  replicas: check.optional(check.integer(1, 20)),
};

/** Both services read their account from variables alone; the script of the image says the rest, and is Java at last. */
const startScript = (trust: string, account: string): string => `#!/bin/sh
set -eu
${trust}${secretFunction}SPRING_DATASOURCE_USERNAME="$(secret ${account}/username)"
SPRING_DATASOURCE_PASSWORD="$(secret ${account}/password)"
export SPRING_DATASOURCE_USERNAME SPRING_DATASOURCE_PASSWORD
exec "/$1/scripts/startup.sh"
`;
const start = (service: string) => ['sh', `${CONFIG}/start.sh`, service];

export const apollo: Engine<ApolloProps, 'http' | 'admin'> = {
  name: 'apollo',
  checks,
  externalPorts: { http: 8080, admin: 8090 },
  plan(props, { name }) {
    const {
      database,
      replicas = 2,
      adminImage = `docker.io/apolloconfig/apollo-adminservice:${VERSION}`,
      ...common
    } = props;
    const { variables: at, credentials } = offerOf(database, name);
    const memory = common.resources?.memory ?? MEMORY;
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const settings = {
      SPRING_PROFILES_ACTIVE: 'github,kubernetes',
      SPRING_DATASOURCE_URL: `jdbc:mysql://${at.HOST}:${at.PORT}/${at.DATABASE ?? 'ApolloConfigDB'}?${connectionOf(database)}`,
      JAVA_OPTS: `-Xms${heap}m -Xmx${heap}m`,
      LOG_APPENDERS: 'CONSOLE',
      LOG_DIR: '/tmp/logs',
    };
    const { startupSeconds, ...base } = basics(common, {
      image: `docker.io/apolloconfig/apollo-configservice:${VERSION}`,
      resources: { cpu: '200m', memory: MEMORY },
      writablePaths: { '/tmp': '256Mi' },
      command: start('apollo-configservice'),
      env: {
        ...settings,
        // Where clients and the portal are sent.
        APOLLO_CONFIG_SERVICE_URL: `http://${name}:8080`,
        APOLLO_ADMIN_SERVICE_URL: `http://${name}:8090`,
      },
    });
    const ports = backendPorts({ http: { port: 8080, protocol: 'http' } });
    const admin = backendPorts({ admin: { port: 8090, protocol: 'http' } });
    return planOf({
      ...base,
      engine: 'apollo',
      ports,
      metrics: { port: 'http', path: '/prometheus' },
      sidecarPorts: admin,
      clientPorts: ['http'],
      servicePorts: ['http', 'admin'],
      replicas,
      config: {
        path: CONFIG,
        files: { 'start.sh': startScript(trustScript(database), credentialsPath(database?.name ?? '')) },
      },
      parts: [adminPart(database?.name ?? '', adminImage, memory, settings, startupSeconds, caMounts(database, name))],
      uses: database && [
        {
          backend: database,
          options: { credentials: credentials && { ...credentials, as: 'files' }, connectionsPerPod: CONNECTIONS },
        },
      ],
      probes: {
        readiness: { http: '/health', port: 'http', timeoutSeconds: 5 },
        liveness: { tcp: true, port: 'http' },
        startupSeconds,
      },
      variables: (_access, port) => addressVariables(name, port === 'admin' ? admin[0] : ports[0]),
      backup: 'it keeps what it knows in its MySQL: back that up',
      problems: databaseProblems(database, name),
    });
  },
};

/** The CA of the database, which the use of it mounts in the first container alone. */
const caMounts = (database: ConfigDatabase | undefined, user: string): readonly VolumeMount[] =>
  database === undefined ? [] : (clientTlsPart(database.name, '', offerOf(database, user).tls).mounts ?? []);

/** The account of the database, where it is given to the config service as well. */
const accountMount = (database: string) => ({
  name: credentialsVolume(database),
  mountPath: credentialsPath(database),
  readOnly: true,
});

/** The admin service. Whether it answers does not decide whether clients are served. */
function adminPart(
  database: string,
  image: string,
  memory: string,
  settings: Readonly<Record<string, string>>,
  startupSeconds: number,
  mounts: readonly VolumeMount[],
): PodPart {
  const container: Container = {
    name: 'admin',
    image,
    command: start('apollo-adminservice'),
    env: Object.entries(settings).map(([name, value]) => ({ name, value })),
    ports: [{ name: 'admin', containerPort: 8090, protocol: 'TCP' }],
    livenessProbe: {
      tcpSocket: { port: 8090 },
      initialDelaySeconds: startupSeconds,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    resources: {
      requests: { cpu: '100m', memory, 'ephemeral-storage': '256Mi' },
      limits: { cpu: '1', memory, 'ephemeral-storage': '256Mi' },
    },
    volumeMounts: [accountMount(database), configMount(CONFIG), { name: 'admin-tmp', mountPath: '/tmp' }, ...mounts],
  };
  return {
    from: 'its admin service',
    sidecars: [container],
    volumes: [{ name: 'admin-tmp', emptyDir: { sizeLimit: '256Mi' } }],
  };
}
