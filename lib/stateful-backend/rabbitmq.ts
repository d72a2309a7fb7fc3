import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import { portsOf } from '../workload/ports';
import { accountOf, accountsPart, missingCredentials, unknownKeys, withUsers } from './accounts';
import type { AccountsProps } from './accounts-plan';
import { basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';
import { DEFAULT_VHOST, rabbitmqAccounts } from './rabbitmq/accounts';
import { aliveScript, readyScript, startScript } from './rabbitmq/scripts';

/**
 * RabbitMQ as a cluster. Members find each other by their names. A queue is a quorum queue unless its declaration says
 * otherwise: what was confirmed is on the disks of more than half of the members. Queues, exchanges, bindings and
 * policies belong to the services that use them; virtual hosts are made for the services that name one:
 * `uses(tasks, { vhost: 'mall' })`.
 */
export interface RabbitmqProps extends EngineProps, AccountsProps {
  /** How much each member may store: `20Gi`, or with a storage class. A fifth of it stays free: below that it takes nothing more. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `erlang-cookie`, by which members trust each other, and `username` and `password`: the
   * account of the administrator, with `accounts: 'shared'` that of all users. `keys` maps `erlangCookie`, `username` and `password` to other names. A changed password is taken over
   * when the members restart; a changed cookie needs all of them to stop, because members with different cookies
   * refuse each other.
   */
  readonly credentials: Credentials;
  /** How many members; odd, because they vote. @defaultValue 3 */
  readonly replicas?: number;
  /**
   * What a queue is that does not say it. Needs RabbitMQ 4.0 or newer.
   * @defaultValue quorum: a classic queue lives on one member and is away with it
   * @see https://www.rabbitmq.com/docs/quorum-queues
   */
  readonly queueType?: 'quorum' | 'classic';
  /** Further plugins. @defaultValue none but the one for metrics */
  readonly plugins?: readonly string[];
  /** Whether the management page and its HTTP interface are offered, on port 15672. @defaultValue false */
  readonly management?: boolean;
  /** How many connections a member accepts. @defaultValue 5000: each costs some 100 KiB of its memory when it is busy */
  readonly maxConnections?: number;
  /** Further lines of `rabbitmq.conf`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const CONFIG = '/etc/rabbitmq';
const KEYS = withUsers({ erlangCookie: 'erlang-cookie' });
const HOME = '/var/lib/rabbitmq';
const IMAGE = 'docker.io/library/rabbitmq:4.0.5';
const MEMORY = '1Gi';

const checks: Checks<RabbitmqProps> = {
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
  accounts: check.optional(check.oneOf('per-user', 'shared')),
  replicas: check.optional(check.integer(1, 99)),
  queueType: check.optional(check.oneOf('quorum', 'classic')),
  plugins: check.optional(
    check.listOf(
      check.matching(
        (value) => check.isText(value) && /^[a-z][a-z0-9_]*$/.test(value),
        'the name of a plugin such as rabbitmq_shovel',
      ),
    ),
  ),
  management: check.optional(check.boolean),
  maxConnections: check.optional(check.integer(10, 1_000_000)),
  settings: settingsCheck(/^[a-z][\w.-]*$/),
};

export const rabbitmq: Engine<RabbitmqProps, 'amqp'> = {
  name: 'rabbitmq',
  checks,
  externalPorts: { amqp: 5672 },
  externalVariables: ({ host, port }) => ({
    URL: `amqp://${host}:${port}`,
    NODES: `${host}:${port}`,
    VHOST: DEFAULT_VHOST,
  }),
  plan(props, { name }) {
    const {
      storage,
      credentials,
      accounts = 'per-user',
      replicas = 3,
      queueType = 'quorum',
      plugins = [],
      ...others
    } = props;
    const { management = false, maxConnections = 5_000, settings, metrics = true, ...common } = others;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: IMAGE,
      uid: 999,
      resources: { cpu: '250m', memory: MEMORY },
      // It waits up to a minute until no queue needs it for its majority, and then hands over those that it leads.
      flushTime: '3m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        HOST: { expand: `$(POD_NAME).${peerService(name)}` },
        MEMBERS: replicas,
        HOME,
        RABBITMQ_USE_LONGNAME: 'true',
        RABBITMQ_NODENAME: { expand: 'rabbit@$(HOST)' },
        RABBITMQ_MNESIA_BASE: `${HOME}/mnesia`,
        RABBITMQ_CONFIG_FILE: `${CONFIG}/rabbitmq.conf`,
        RABBITMQ_ADVANCED_CONFIG_FILE: '/tmp/advanced.config',
        RABBITMQ_ENABLED_PLUGINS_FILE: `${CONFIG}/enabled_plugins`,
        RABBITMQ_LOGS: '-',
        // For the log of an upgrade, which is a file whatever is said.
        RABBITMQ_LOG_BASE: '/tmp',
      },
    });
    const hosts = memberHosts(name, replicas);
    const enabled = [
      ...(metrics ? ['rabbitmq_prometheus'] : []),
      ...(management ? ['rabbitmq_management'] : []),
      ...plugins,
    ];
    return planOf({
      ...base,
      pods: { ...base.pods, env: { STARTUP_SECONDS: startupSeconds, ...base.pods.env } },
      engine: 'rabbitmq',
      ports: [
        ...backendPorts({ amqp: { port: 5672, appProtocol: 'amqp' }, epmd: 4369, distribution: 25_672 }),
        ...(metrics ? portsOf({ metrics: 15_692 }) : []),
        ...(management ? portsOf({ management: 15_672 }) : []),
      ],
      clientPorts: management ? ['amqp', 'management'] : ['amqp'],
      peerPorts: ['epmd', 'distribution'],
      volumes: dataVolume(storage, HOME),
      replicas,
      quorum: true,
      config: {
        path: CONFIG,
        files: {
          'rabbitmq.conf': settingLines(
            {
              ...settingsOf(hosts, base.pods.resources?.memory ?? MEMORY, sizeOf(storage)),
              ...(queueType === 'quorum' ? quorumSettings(replicas) : {}),
              connection_max: maxConnections,
              ...settings,
            },
            ' = ',
            String,
          ),
          enabled_plugins: `[${[...new Set(enabled)].join(', ')}].\n`,
          'start.sh': startScript,
          'ready.sh': readyScript,
          'alive.sh': aliveScript,
        },
      },
      parts: [accountsPart(credentials, KEYS)],
      probes: {
        // Each question starts an Erlang machine of its own, so they are asked seldom and have time.
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], periodSeconds: 20, timeoutSeconds: 15 },
        liveness: { command: ['sh', `${CONFIG}/alive.sh`], periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 3 },
        startupSeconds,
      },
      variables: () => ({
        URL: `amqp://${name}:5672`,
        HOST: name,
        PORT: 5672,
        NODES: hosts.map((host) => `${host}:5672`).join(','),
        VHOST: DEFAULT_VHOST,
        ...(management ? { MANAGEMENT_URL: `http://${name}:15672` } : {}),
      }),
      // The Job that makes accounts signs in with the cookie, which no user gets.
      credentials: accountOf(credentials, accounts === 'shared' ? undefined : KEYS),
      accounts: accounts === 'shared' ? undefined : rabbitmqAccounts(hosts),
      maxConnections,
      backup: 'its messages can be consumed, but not written out while it runs',
      problems: [...evenMembers(replicas), ...missingCredentials(credentials), ...unknownKeys(credentials, KEYS)],
    });
  },
};

function sizeOf(storage: RabbitmqProps['storage'] | undefined): number {
  if (storage === undefined) return 0;
  return bytes(typeof storage === 'string' ? storage : storage.size);
}

function settingsOf(hosts: readonly string[], memory: string, disk: number) {
  return {
    'listeners.tcp.default': 5672,
    'log.console': true,
    'log.file': false,
    'cluster_formation.peer_discovery_backend': 'classic_config',
    ...Object.fromEntries(
      hosts.map((host, index) => [`cluster_formation.classic_config.nodes.${index + 1}`, `rabbit@${host}`]),
    ),
    // A queue that is declared while the cluster forms must wait for its members.
    'cluster_formation.target_cluster_size_hint': hosts.length,
    // Of two parts of a cluster that see each other no more, the smaller one stops.
    cluster_partition_handling: 'pause_minority',
    // What is beyond is for what it reads back and for the garbage of the Erlang machine.
    'vm_memory_high_watermark.absolute': Math.floor(bytes(memory) * 0.6),
    'disk_free_limit.absolute': Math.floor(disk * 0.2),
  };
}

function quorumSettings(replicas: number) {
  return {
    default_queue_type: 'quorum',
    // A queue that has lost a member, or was declared while one was away, gets another one.
    'quorum_queue.continuous_membership_reconciliation.enabled': true,
    'quorum_queue.continuous_membership_reconciliation.target_group_size': Math.min(replicas, 3),
  };
}
