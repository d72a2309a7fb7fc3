import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import { isDnsLabel, toDnsLabel } from '../metadata/names';
import type { HttpProbes, Probe } from '../model/probe';
import { type CountOrPercent, countOrPercent } from '../workload/disruption';
import { type PodProps, podChecks } from '../workload/pod-props';
import { appProtocolField, type PortProps, portFields, portsCheck, portsOf } from '../workload/ports';
import { defaultProbes, probeOrNone } from '../workload/probes';
import { type Replicas, replicasCheck } from '../workload/scaling';
import { type ServiceType, serviceTypes } from '../workload/service';

/** What a stateless service may say of itself. Only the image is needed. */
export interface StatelessServiceProps<PortName extends string = 'http'> extends PodProps {
  /**
   * The ports on which it listens: one number, which is then called `http`, or several by name. No ports at all, `{}`,
   * for a worker that nobody calls.
   * `metrics` and `management` are for operators: Prometheus reads `metrics`, else `management`; the HTTP probes of the
   * environment ask `management`; balancers, and calls and routes that name no port, lead to the others.
   * @defaultValue 8080: the usual port of a process that is not root
   */
  readonly ports?: number | Readonly<Record<PortName, number | PortProps>>;
  /**
   * How many pods: a number, or a range between which an autoscaler moves.
   * @defaultValue 3: one for each of three zones, and two are left while a node is drained
   */
  readonly replicas?: Replicas;
  /**
   * Whether it can be sent requests.
   * @defaultValue by the first port: for HTTP `probes.readiness` of the environment, else whether it accepts
   * connections; gRPC health for gRPC
   */
  readonly readiness?: Probe | false;
  /**
   * Whether it must be restarted. Must not ask other services.
   * @defaultValue by the first port: for HTTP `probes.liveness` of the environment, else none, because a path that the
   * image does not have would restart it for ever; whether it accepts connections for gRPC
   */
  readonly liveness?: Probe | false;
  /** How long its start may take until it is killed. @defaultValue 60s: a JVM takes a minute */
  readonly startupTime?: Duration;
  /** The longest that a request to it may take. @defaultValue the longest that a caller waits; 30s where nobody says */
  readonly requestTimeout?: Duration;
  /**
   * How long its clients go on using connections that they hold when a pod ends: pools, gRPC, web sockets. It is told to
   * stop when that is over, so clients that renew their connections more often lose nothing.
   * @defaultValue 0s: over HTTP the next request takes another connection
   */
  readonly drainTime?: Duration;
  /** How long it needs after its last request, to write down what it holds. @defaultValue 5s */
  readonly flushTime?: Duration;
  /**
   * How the Service is reached: from inside, by pod address, on every node, or through a balancer of the cloud.
   * @defaultValue ClusterIP: from outside one comes through an ApiGateway
   * @see https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
   */
  readonly serviceType?: ServiceType;
  /** Sends a client to the same pod again. @defaultValue None: any pod can answer */
  readonly sessionAffinity?: 'None' | 'ClientIP';
  /** Annotations of the Service, where clouds are told about their balancers. @defaultValue none */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /**
   * Further names under which it is reached. Interface names (`com.example.OrderService`) become DNS labels
   * (`com-example-orderservice`).
   * @defaultValue none
   */
  readonly aliases?: readonly string[];
  /** How many pods a drain may take away at once. @defaultValue 1 */
  readonly maxUnavailable?: CountOrPercent;
  /** How many old ReplicaSets are kept to roll back to; as many generations of config are kept. @defaultValue 3 */
  readonly revisionHistoryLimit?: number;
  /**
   * How long a new pod must stay ready before the rollout goes on, so that one which crashes on its first requests
   * stops it.
   * @defaultValue 5s
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds
   */
  readonly minReadyTime?: Duration;
  /** How long a rollout may stand still until it counts as failed. @defaultValue 10m, or startupTime + minReadyTime + 2m if that is longer */
  readonly progressDeadline?: Duration;
  /** Annotations of the Deployment. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: StatelessServiceOverrides;
}

export interface StatelessServiceOverrides {
  readonly deployment?: Patch<Deployment>;
  readonly service?: Patch<Service>;
  readonly podDisruptionBudget?: Patch<PodDisruptionBudget>;
  readonly horizontalPodAutoscaler?: Patch<HorizontalPodAutoscaler>;
}

const alias = check.matching(
  (value) => check.isText(value) && isDnsLabel(toDnsLabel(value)),
  'a name with a letter, at most 63 characters, such as com.example.OrderService',
);

const areDifferent = (names: readonly unknown[]): boolean =>
  new Set(names.map((name) => toDnsLabel(String(name)))).size === names.length;

export const statelessServiceChecks: Checks<StatelessServiceProps> = {
  ...podChecks,
  ports: check.optional(
    portsCheck({
      ...portFields,
      ...appProtocolField,
      nodePort: check.optional(check.integer(30_000, 32_767)),
    }),
  ),
  replicas: check.optional(replicasCheck),
  readiness: check.optional(probeOrNone),
  liveness: check.optional(probeOrNone),
  startupTime: check.optional(check.positiveDuration),
  requestTimeout: check.optional(check.positiveDuration),
  drainTime: check.optional(check.duration),
  flushTime: check.optional(check.duration),
  serviceType: check.optional(check.oneOf(...serviceTypes)),
  sessionAffinity: check.optional(check.oneOf('None', 'ClientIP')),
  serviceAnnotations: check.optional(check.annotationMap),
  aliases: check.optional(
    check.either('a list of names that differ in letters and digits', [
      (value) => !Array.isArray(value) || areDifferent(value),
      check.listOf(alias),
    ]),
  ),
  maxUnavailable: check.optional(countOrPercent),
  revisionHistoryLimit: check.optional(check.integer(0, 100)),
  minReadyTime: check.optional(check.duration),
  progressDeadline: check.optional(check.positiveDuration),
  annotations: check.optional(check.annotationMap),
  overrides: check.optional(
    check.fields({
      deployment: check.optional(check.plainMap),
      service: check.optional(check.plainMap),
      podDisruptionBudget: check.optional(check.plainMap),
      horizontalPodAutoscaler: check.optional(check.plainMap),
    }),
  ),
};

/** A service with everything decided. */
export type StatelessServiceSettings = ReturnType<typeof withDefaults>;

/** Every default in one place; `undefined` means left out, `0` and `false` are answers. */
export function withDefaults(props: StatelessServiceProps, probes?: HttpProbes) {
  const {
    image = 'missing',
    ports: given = 8080,
    replicas = 3,
    startupTime = '60s',
    drainTime = '0s',
    flushTime = '5s',
    serviceType = 'ClusterIP',
    sessionAffinity = 'None',
    aliases = [],
    maxUnavailable = 1,
    revisionHistoryLimit = 3,
    minReadyTime = '5s',
    overrides = {},
  } = props;
  const ports = portsOf(given);
  const deadline = props.progressDeadline && seconds(props.progressDeadline);
  return {
    ...defaultProbes(ports, probes),
    ...props,
    image,
    ports,
    replicas,
    startupTime,
    drainTime,
    flushTime,
    serviceType,
    sessionAffinity,
    /** By the names that the Services have. */
    aliases: new Map(aliases.map((alias) => [toDnsLabel(alias), alias])),
    maxUnavailable,
    revisionHistoryLimit,
    minReadySeconds: Math.ceil(seconds(minReadyTime)),
    progressDeadlineSeconds: Math.ceil(deadline ?? Math.max(600, seconds(startupTime) + seconds(minReadyTime) + 120)),
    overrides,
  };
}
