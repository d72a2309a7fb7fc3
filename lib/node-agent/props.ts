import type { DaemonSet } from 'kubernetes-types/apps/v1';
import type { Service, Volume } from 'kubernetes-types/core/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import type { Probe } from '../model/probe';
import { type CountOrPercent, countOrPercent } from '../workload/disruption';
import { volumeName } from '../workload/pod';
import type { PodPart } from '../workload/pod-part';
import { type PodProps, podChecks } from '../workload/pod-props';
import { appProtocolField, type PortProps, portFields, portsCheck, portsOf } from '../workload/ports';
import { defaultProbes, probeOrNone } from '../workload/probes';

/** What something that runs on every node may say of itself. Only the image is needed. */
export interface NodeAgentProps<PortName extends string = never> extends PodProps {
  /**
   * Files and directories of the node that it sees, by their path there. Everybody who can see them can see what other
   * pods write, so it needs an Environment of its own with `podSecurity: 'privileged'`, and nothing else in it.
   * @defaultValue none
   * @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
   */
  readonly hostPaths?: Readonly<Record<string, HostPath>>;
  /**
   * The user of its process; 0 is root, which reads what belongs to root on the node. The level `restricted` refuses it.
   * @defaultValue 10001
   */
  readonly uid?: number;
  /** The ports on which it listens; pods reach through its Service the agent of their own node. @defaultValue none */
  readonly ports?: number | Readonly<Record<PortName, number | PortProps>>;
  /** Whether it can be sent requests. @defaultValue by the first port; none without ports */
  readonly readiness?: Probe | false;
  /** Whether it must be restarted. @defaultValue by the first port; none without ports */
  readonly liveness?: Probe | false;
  /** How long its start may take until it is killed. @defaultValue 60s */
  readonly startupTime?: Duration;
  /** How long it needs to write down what it holds. @defaultValue 5s */
  readonly flushTime?: Duration;
  /** On how many nodes it may be away at once while it is rolled out. @defaultValue 10%: a hundred nodes one by one take hours */
  readonly maxUnavailable?: CountOrPercent;
  /** How many old revisions are kept to roll back to. @defaultValue 3 */
  readonly revisionHistoryLimit?: number;
  /** Annotations of the DaemonSet. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: NodeAgentOverrides;
}

/** How a path of the node is seen. */
export interface HostPath {
  /** Where its container sees it. @defaultValue the same path */
  readonly mountPath?: string;
  /** Whether it can only be read. @defaultValue true */
  readonly readOnly?: boolean;
  /** What must be there. @defaultValue Directory: without it the pod waits, and nothing is made on the node */
  readonly type?: (typeof hostPathTypes)[number];
}

const hostPathTypes = ['Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'] as const;

export interface NodeAgentOverrides {
  readonly daemonSet?: Patch<DaemonSet>;
  readonly service?: Patch<Service>;
}

export const nodeAgentChecks: Checks<NodeAgentProps<string>> = {
  ...podChecks,
  uid: check.optional(check.integer(0, 2 ** 31 - 1)),
  hostPaths: check.optional(
    check.mapOf(
      check.absolutePath,
      check.fields({
        mountPath: check.optional(check.absolutePath),
        readOnly: check.optional(check.boolean),
        type: check.optional(check.oneOf(...hostPathTypes)),
      }),
    ),
  ),
  ports: check.optional(portsCheck({ ...portFields, ...appProtocolField })),
  readiness: check.optional(probeOrNone),
  liveness: check.optional(probeOrNone),
  startupTime: check.optional(check.positiveDuration),
  flushTime: check.optional(check.duration),
  maxUnavailable: check.optional(countOrPercent),
  revisionHistoryLimit: check.optional(check.integer(0, 100)),
  annotations: check.optional(check.annotationMap),
  overrides: check.optional(
    check.fields({ daemonSet: check.optional(check.plainMap), service: check.optional(check.plainMap) }),
  ),
};

export type NodeAgentSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: NodeAgentProps<string>) {
  const {
    image = 'missing',
    hostPaths = {},
    ports: given = {},
    startupTime = '60s',
    flushTime = '5s',
    maxUnavailable = '10%',
    revisionHistoryLimit = 3,
    // Every node, those with a taint too: a node without its agent is one that nobody watches.
    tolerations = [{ operator: 'Exists' }],
    // There is no other node for it to go to, so others make room.
    priority = 'critical' as const,
    overrides = {},
  } = props;
  const ports = portsOf(given);
  return {
    ...defaultProbes(ports),
    ...props,
    image,
    hostPaths,
    ports,
    startupSeconds: seconds(startupTime),
    flushSeconds: seconds(flushTime),
    maxUnavailable,
    revisionHistoryLimit,
    tolerations,
    priority,
    overrides,
  };
}

/** The paths of the node as volumes. */
export function hostPart(hostPaths: Readonly<Record<string, HostPath>>): PodPart {
  const paths = Object.entries(hostPaths);
  return {
    from: 'its host paths',
    volumes: paths.map(([path, { type = 'Directory' }]): Volume => ({ name: nameOf(path), hostPath: { path, type } })),
    mounts: paths.map(([path, { mountPath = path, readOnly = true }]) => ({
      name: nameOf(path),
      mountPath,
      readOnly,
    })),
  };
}

/** `/var/log` becomes `host-var-log`. */
const nameOf = (path: string): string => volumeName(`/host${path}`);
