import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import { portsOf } from '../workload/ports';
import { accountOf, accountsPart, unknownKeys } from './accounts';
import { basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts } from './plan';
import { POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, settingsCheck, storageCheck, storageNeeded } from './props';
import { aliveScript, loggingConfig, readyScript, startScript } from './zookeeper/scripts';

/**
 * ZooKeeper: a small tree of nodes that members vote on. What was answered is in the logs of more than half of them.
 * A member that is not among most of the others answers nobody.
 */
export interface ZookeeperProps extends EngineProps {
  /** How much each member may store: `10Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /** A volume of its own for the log of changes, which it writes before it answers. @defaultValue on the same volume */
  readonly logStorage?: NonNullable<EngineProps['storage']>;
  /** How many members; odd, because they vote. @defaultValue 3 */
  readonly replicas?: number;
  /**
   * The Secret with the keys `username` and `password`, or with those that `keys` names. Who does not sign in with
   * them (SASL, DIGEST-MD5) is refused. A changed password is taken over when the members restart.
   * @defaultValue no password: the network policy says who may connect
   */
  readonly credentials?: Credentials;
  /** How many connections a member accepts. @defaultValue 2000 */
  readonly maxConnections?: number;
  /** Further lines of `zoo.cfg`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const CONFIG = '/conf';
const IMAGE = 'docker.io/library/zookeeper:3.9.3';
const MEMORY = '1Gi';

const checks: Checks<ZookeeperProps> = {
  ...engineChecks,
  ...storageNeeded,
  logStorage: check.optional(storageCheck),
  replicas: check.optional(check.integer(1, 99)),
  maxConnections: check.optional(check.integer(10, 1_000_000)),
  settings: settingsCheck(/^[a-zA-Z][\w.]*$/),
};

export const zookeeper: Engine<ZookeeperProps, 'client'> = {
  name: 'zookeeper',
  checks,
  externalPorts: { client: 2181 },
  externalVariables: ({ host, port }) => ({ CONNECT: `${host}:${port}` }),
  plan(props, { name }) {
    const { storage, logStorage, replicas = 3, credentials, maxConnections = 2_000, ...others } = props;
    const { settings, metrics = true, ...common } = others;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage, logStorage],
      image: IMAGE,
      uid: 1000,
      resources: { cpu: '250m', memory: MEMORY },
      command: ['bash', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        // For the programs of the image, those that people start in it included.
        ZOOCFGDIR: CONFIG,
        ZOO_LOG_DIR: '/tmp',
        JMXDISABLE: 'true',
      },
    });
    // The rest is for threads, buffers and what the Java machine needs for itself.
    const heap = Math.floor((bytes(base.pods.resources?.memory ?? MEMORY) * 0.7) / 2 ** 20);
    const hosts = memberHosts(name, replicas);
    return planOf({
      ...base,
      pods: { ...base.pods, env: { ZK_SERVER_HEAP: heap, ...base.pods.env } },
      engine: 'zookeeper',
      ports: [
        ...backendPorts({ client: 2181, peer: 2888, election: 3888 }),
        ...(metrics ? portsOf({ metrics: 7000 }) : []),
      ],
      clientPorts: ['client'],
      peerPorts: ['peer', 'election'],
      volumes: [
        ...dataVolume(storage, '/data'),
        ...dataVolume(logStorage, '/datalog').map((volume) => ({ ...volume, name: 'log' })),
      ],
      replicas,
      quorum: true,
      config: {
        path: CONFIG,
        files: {
          'zoo.cfg': settingLines(
            {
              ...settingsOf(hosts, logStorage === undefined ? '/data/log' : '/datalog', maxConnections),
              ...(metrics ? metricsSettings : {}),
              ...(credentials ? signInSettings : {}),
              ...settings,
            },
            '=',
            String,
          ),
          'logback.xml': loggingConfig,
          'start.sh': startScript,
          'ready.sh': readyScript,
          'alive.sh': aliveScript,
        },
      },
      parts: [accountsPart(credentials)],
      probes: {
        readiness: { command: ['bash', `${CONFIG}/ready.sh`], timeoutSeconds: 5 },
        liveness: { command: ['bash', `${CONFIG}/alive.sh`], timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({
        HOST: name,
        PORT: 2181,
        // Clients are given all members, and choose; a Service between them would hide which one is away.
        CONNECT: hosts.map((host) => `${host}:2181`).join(','),
      }),
      credentials: accountOf(credentials),
      maxConnections,
      reservedConnections: 5,
      backup: 'its members write their snapshots to their own volumes and nowhere else',
      problems: [...evenMembers(replicas), ...unknownKeys(credentials)],
    });
  },
};

function settingsOf(hosts: readonly string[], logs: string, maxConnections: number) {
  return {
    dataDir: '/data',
    dataLogDir: logs,
    clientPort: 2181,
    // In milliseconds; the next two count in it: a minute to follow the leader at the start, and ten seconds behind.
    tickTime: 2000,
    initLimit: 30,
    syncLimit: 5,
    maxCnxns: maxConnections,
    // Alone it is a quorum of one, so that others can be added.
    standaloneEnabled: false,
    reconfigEnabled: false,
    // Its own name may not be known yet when it starts.
    quorumListenOnAllIPs: true,
    'autopurge.snapRetainCount': 3,
    'autopurge.purgeInterval': 1,
    '4lw.commands.whitelist': 'ruok,srvr,mntr',
    'admin.enableServer': false,
    ...Object.fromEntries(hosts.map((host, ordinal) => [`server.${ordinal + 1}`, `${host}:2888:3888`])),
  };
}

const metricsSettings = {
  'metricsProvider.className': 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
  'metricsProvider.httpPort': 7000,
  'metricsProvider.exportJvmInfo': true,
};

/** Who does not sign in is refused. */
const signInSettings = {
  'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
  'enforce.auth.enabled': true,
  'enforce.auth.schemes': 'sasl',
};
