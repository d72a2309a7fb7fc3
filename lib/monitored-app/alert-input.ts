import type { Duration } from '../kubernetes/duration';
import type { RequestMetrics } from './expressions';

/** When an alert fires. `false` leaves it out. */
export interface AlertThresholds {
  /** The share of requests that may fail. @defaultValue 0.05, for 5 minutes */
  readonly errorRatio?: number | false;
  /** How long requests may take. @defaultValue 1s, for 10 minutes */
  readonly latency?: Duration | false;
  /** For which share of the requests that holds. @defaultValue 0.99 */
  readonly latencyQuantile?: number;
  /** How long the counter of requests may be missing while the pods are scraped. @defaultValue 1h */
  readonly requestsMissing?: Duration | false;
  /** The share of time in which the CPU limit may throttle a container. @defaultValue 0.25, for 15 minutes */
  readonly cpuThrottling?: number | false;
  /** The share of its memory limit that a container may use. @defaultValue 0.9, for 15 minutes */
  readonly memory?: number | false;
  /** How long the autoscaler may stand at its maximum. @defaultValue 15m */
  readonly autoscalerAtMaximum?: Duration | false;
  /** How many restarts a container may have in 15 minutes, over all pods; sidecars count, too. @defaultValue 2 */
  readonly restarts?: number | false;
  /** How long pods may be missing. @defaultValue 15m: longer than a rollout takes */
  readonly unavailable?: Duration | false;
  /** How long no pod may answer with its metrics. @defaultValue 10m */
  readonly missing?: Duration | false;
  /** The share of a volume that must be free. @defaultValue 0.1; and a warning where the trend fills it within four days */
  readonly volumeFree?: number | false;
  /** Whether failed, late, missing and endless runs of a job are reported. @defaultValue true */
  readonly jobs?: boolean;
  /** Whether the alerts of the engine of a backend are there: down, replication, connections, memory, members. @defaultValue true */
  readonly engine?: boolean;
}

/** What decides which alerts a workload has. */
export interface AlertInput {
  readonly service: string;
  readonly environment: string;
  readonly thresholds: AlertThresholds;
  /** The kind of the object that runs its pods. */
  readonly kind: string | undefined;
  /** Whether it is declared to run no pods. */
  readonly isOff: boolean;
  /** Whether there is an autoscaler of the same name. */
  readonly isAutoscaled: boolean;
  readonly hasVolumes: boolean;
  /** Whether Prometheus asks it for its metrics. */
  readonly isScraped: boolean;
  /** Whether it counts requests. */
  readonly servesRequests: boolean;
  /** The label of scraped series that holds the name of the workload. */
  readonly serviceLabel: string;
  /** Over how long rates are taken. */
  readonly window: string;
  readonly metrics: RequestMetrics;
  /** What runs in it, and in how many members. */
  readonly engine: string | undefined;
  readonly members: number | undefined;
  /** Of a CronJob and a Job. */
  readonly startingDeadlineSeconds: number | undefined;
  readonly activeDeadlineSeconds: number | undefined;
}
