import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes, type Quantity } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import { portsOf } from '../workload/ports';
import { accountOf, unknownKeys } from './accounts';
import { basics, dataVolume } from './basics';
import { etcdBackup } from './etcd/backup';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';

/**
 * etcd: a small store of keys that members vote on. What was answered is on the disks of more than half of them.
 *
 * It is given everything as arguments: with a config file it would take no others, and each member has a name of its
 * own. A change of them restarts the members all the same.
 */
export interface EtcdProps extends EngineProps {
  /** How much each member may store: `10Gi`, or with a storage class. A fast disk: it answers when it has written. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /** How many members; odd, because they vote. @defaultValue 3 */
  readonly replicas?: number;
  /**
   * `new` at the first boot of all members. Members that are added later are first made known, all of them, with
   * `etcdctl member add`, and start with `existing`. Members that have data ignore it.
   * @defaultValue new
   */
  readonly clusterState?: 'new' | 'existing';
  /**
   * How large its database may become. When it is full etcd takes deletions only, until it was compacted, defragmented
   * and disarmed by hand. More than 8Gi is not recommended.
   * @defaultValue 2Gi
   */
  readonly quota?: Quantity;
  /**
   * How long earlier values of a key are kept; whoever watches can go back so far.
   * @defaultValue 1h: what is kept for ever fills the database
   */
  readonly historyRetention?: `${number}${'h' | 'm'}`;
  /** Further settings, named as its flags without the dashes: `{ 'max-txn-ops': 512 }`; they win. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * The Secret with the account of its users, keys `username` and `password`. Accounts are kept in etcd itself and are
   * made there, with `etcdctl user add` and `etcdctl auth enable`.
   * @defaultValue no account: the network policy says who may connect
   */
  readonly credentials?: Credentials;
}

const DATA = '/var/lib/etcd';
const IMAGE = 'quay.io/coreos/etcd:v3.5.17';

const checks: Checks<EtcdProps> = {
  ...engineChecks,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 9)),
  clusterState: check.optional(check.oneOf('new', 'existing')),
  quota: check.optional(check.quantity),
  historyRetention: check.optional(
    check.matching(
      (value) => check.isText(value) && /^[1-9]\d*[hm]$/.test(value),
      'hours or minutes such as 1h or 30m',
    ),
  ),
  settings: settingsCheck(/^[a-z][a-z0-9-]*$/),
};

export const etcd: Engine<EtcdProps, 'client'> = {
  name: 'etcd',
  checks,
  externalPorts: { client: 2379 },
  externalVariables: ({ host, port }) => ({ URL: `http://${host}:${port}`, ENDPOINTS: `http://${host}:${port}` }),
  plan(props, { name, environment }) {
    const { storage, replicas = 3, clusterState = 'new', quota = '2Gi', historyRetention = '1h', ...others } = props;
    const { settings, credentials, metrics = true, ...common } = others;
    const member = `$(POD_NAME).${peerService(name)}`;
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: IMAGE,
      resources: { cpu: '250m', memory: '1Gi' },
      command: ['etcd'],
      args: argumentsOf({
        name: '$(POD_NAME)',
        // Of its own, because the root of a disk belongs to others; with the rights that etcd asks for.
        'data-dir': `${DATA}/data`,
        'listen-peer-urls': 'http://0.0.0.0:2380',
        'listen-client-urls': 'http://0.0.0.0:2379',
        'listen-metrics-urls': 'http://0.0.0.0:2381',
        'initial-advertise-peer-urls': `http://${member}:2380`,
        'advertise-client-urls': `http://${member}:2379`,
        'initial-cluster': memberHosts(name, replicas)
          .map((host, ordinal) => `${name}-${ordinal}=http://${host}:2380`)
          .join(','),
        'initial-cluster-state': clusterState,
        // Members of another cluster that has the same names are strangers.
        'initial-cluster-token': '$(CLUSTER)',
        'auto-compaction-mode': 'periodic',
        'auto-compaction-retention': historyRetention,
        'quota-backend-bytes': bytes(quota),
        ...settings,
      }),
      env: { POD_NAME, CLUSTER: `${environment.name}-${name}` },
    });
    const status = metrics ? 'metrics' : 'status';
    return planOf({
      ...base,
      engine: 'etcd',
      ports: [
        // Requests are gRPC, the older ones and the questions for its state plain HTTP.
        ...backendPorts({ client: { port: 2379, appProtocol: 'kubernetes.io/h2c' }, peer: 2380 }),
        ...portsOf({ [status]: 2381 }),
      ],
      clientPorts: ['client'],
      peerPorts: ['peer'],
      volumes: dataVolume(storage, DATA),
      replicas,
      quorum: true,
      probes: {
        // Ready is who can read what most members agree on; alive is who can read what it has, and is not only full.
        readiness: { http: '/health', port: status, timeoutSeconds: 5 },
        liveness: { http: '/health?serializable=true&exclude=NOSPACE', port: status, timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({
        URL: `http://${name}:2379`,
        HOST: name,
        PORT: 2379,
        ENDPOINTS: memberHosts(name, replicas)
          .map((host) => `http://${host}:2379`)
          .join(','),
      }),
      credentials: accountOf(credentials),
      backup: etcdBackup({ name, replicas, data: `${DATA}/data`, cluster: `${environment.name}-${name}` }),
      problems: [...evenMembers(replicas), ...tooSmall(storage, quota), ...unknownKeys(credentials)],
    });
  },
};

const argumentsOf = (settings: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(settings).map(([name, value]) => `--${name}=${value}`);

/** Beside the database lie its log and snapshots; and to defragment it a second copy is written. */
function tooSmall(storage: EtcdProps['storage'] | undefined, quota: Quantity): string[] {
  if (storage === undefined) return [];
  const size = typeof storage === 'string' ? storage : storage.size;
  if (bytes(size) >= 2 * bytes(quota)) return [];
  return [
    `'storage': must be at least twice the quota of ${quota}, got ${size}: to defragment it writes a second copy`,
  ];
}
