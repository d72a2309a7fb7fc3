import type { GroupVersionKind } from 'cdk8s';
import type {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  MetricSpec,
} from 'kubernetes-types/autoscaling/v2';
import { metric, scalingBehavior } from '../checks/kubernetes';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';

/** Replicas between two bounds, moved by an autoscaler. */
export interface ReplicaRange {
  readonly from: number;
  readonly to: number;
  /** Mean CPU use of the application's container, in percent of its request. @defaultValue 70, unless another metric is given */
  readonly cpuPercent?: number;
  /** Mean memory use of the application's container, in percent of its request. */
  readonly memoryPercent?: number;
  /**
   * Further metrics, in the form of the autoscaler: Pods, Object, External.
   * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-on-custom-metrics
   */
  readonly metrics?: readonly MetricSpec[];
  /**
   * How long a new pod uses more CPU than later: a JVM compiles, caches fill. Pods are added only when the load has
   * lasted longer, so that a rollout, which starts many pods at once, does not scale up for its own warm-up.
   * @defaultValue 60s: a JVM warms up for about a minute
   * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window
   */
  readonly warmUp?: Duration;
  /** How fast it moves. @defaultValue up after `warmUp`, by 100 % each 30 s; down after five quiet minutes */
  readonly behavior?: HorizontalPodAutoscalerBehavior;
}

/** One number, or a range with an autoscaler. One property, so that the two cannot be given together. */
export type Replicas = number | ReplicaRange;

const percent = check.optional(check.integer(1, 1_000));

export const replicasCheck = check.either(
  'a whole number, or { from, to }',
  [check.isNumber, check.integer(0)],
  [
    check.isMap,
    check.fields({
      from: check.integer(1),
      to: check.integer(1),
      cpuPercent: percent,
      memoryPercent: percent,
      warmUp: check.optional(
        check.satisfying(check.duration, (warmUp: Duration) => seconds(warmUp) <= 3_600, 'a duration of at most 1h'),
      ),
      metrics: check.optional(check.listOf(metric)),
      behavior: check.optional(scalingBehavior),
    }),
  ],
);

export function replicaBounds(replicas: Replicas): { readonly min: number; readonly max: number } {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : { min: replicas.from, max: replicas.to };
}

/**
 * CPU is measured in the application's container alone: a sidecar that idles would hide that the application is busy.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#container-resource-metrics
 */
export function autoscaler(
  { from, to, cpuPercent, memoryPercent, metrics = [], warmUp = '60s', behavior }: ReplicaRange,
  target: GroupVersionKind & { readonly name: string },
  container: string,
  hasSidecars: boolean,
): HorizontalPodAutoscalerSpec {
  const cpu = cpuPercent ?? (memoryPercent === undefined && metrics.length === 0 ? 70 : undefined);
  const utilization = (name: string, percent: number | undefined): MetricSpec[] => {
    if (percent === undefined) return [];
    const metric = { name, target: { type: 'Utilization', averageUtilization: percent } };
    return [
      hasSidecars
        ? { type: 'ContainerResource', containerResource: { ...metric, container } }
        : { type: 'Resource', resource: metric },
    ];
  };
  return {
    scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind, name: target.name },
    minReplicas: from,
    maxReplicas: to,
    metrics: [...utilization('cpu', cpu), ...utilization('memory', memoryPercent), ...metrics],
    behavior: behavior ?? {
      scaleUp: {
        stabilizationWindowSeconds: Math.ceil(seconds(warmUp)),
        policies: [{ type: 'Percent', value: 100, periodSeconds: 30 }],
      },
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
    },
  };
}
