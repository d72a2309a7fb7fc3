import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import { type PodProps, podChecks } from './pod-props';

/** What everything that runs to an end may say of itself, beside its pods. */
export interface RunProps extends PodProps {
  /**
   * How long it may run, all attempts together, until it is stopped and has failed.
   * @defaultValue 1h: what hangs must not hang for ever
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
   */
  readonly activeDeadline?: Duration;
  /**
   * How often it is tried again after a failure, with a pause that doubles from ten seconds.
   * @defaultValue 6 for what is applied together with what it calls, which may still be starting: the pauses add up to ten
   * minutes; 3 for a ScheduledJob
   */
  readonly backoffLimit?: number;
  /**
   * Whether a failed process is started again in its pod, or in a new one. `OnFailure` deletes the pod, and its log with
   * it, when the last attempt has failed, and counts every drained node as a failure.
   * @defaultValue Never: every failed attempt keeps its log, and an eviction is no failure
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
   */
  readonly restartPolicy?: 'OnFailure' | 'Never';
  /** How long it needs to put down its work when it is told to stop. @defaultValue 30s */
  readonly flushTime?: Duration;
  /** Annotations of the object that runs it. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Work that several pods may share. */
export interface ParallelProps {
  /** How many pods run at the same time. @defaultValue 1 */
  readonly parallelism?: number;
  /** How many pods must end well until it is done. @defaultValue as many as run at the same time */
  readonly completions?: number;
  /**
   * Whether each pod is given a number, as `JOB_COMPLETION_INDEX`, by which it knows its share.
   * @defaultValue NonIndexed
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
   */
  readonly completionMode?: 'NonIndexed' | 'Indexed';
}

export const runChecks: Checks<RunProps> = {
  ...podChecks,
  activeDeadline: check.optional(check.positiveDuration),
  backoffLimit: check.optional(check.integer(0, 1_000)),
  restartPolicy: check.optional(check.oneOf('OnFailure', 'Never')),
  flushTime: check.optional(check.duration),
  annotations: check.optional(check.annotationMap),
};

export const parallelChecks: Checks<ParallelProps> = {
  parallelism: check.optional(check.integer(0, 10_000)),
  completions: check.optional(check.integer(1, 100_000)),
  completionMode: check.optional(check.oneOf('NonIndexed', 'Indexed')),
};

/** A run with everything decided. */
export interface Run {
  readonly activeDeadlineSeconds: number;
  readonly backoffLimit: number;
  readonly restartPolicy: 'OnFailure' | 'Never';
  readonly flushSeconds: number;
  readonly parallelism: number;
  readonly completions: number;
  readonly completionMode: 'NonIndexed' | 'Indexed';
}

/** What is not said is what the kind of work defaults to. */
export function runOf(
  props: Omit<RunProps, 'image'> & ParallelProps,
  defaults: { readonly activeDeadline: Duration; readonly backoffLimit: number },
): Run {
  const { restartPolicy = 'Never', flushTime = '30s', parallelism = 1, completionMode = 'NonIndexed' } = props;
  return {
    activeDeadlineSeconds: Math.ceil(seconds(props.activeDeadline ?? defaults.activeDeadline)),
    backoffLimit: props.backoffLimit ?? defaults.backoffLimit,
    restartPolicy,
    flushSeconds: seconds(flushTime),
    parallelism,
    completions: props.completions ?? Math.max(1, parallelism),
    completionMode,
  };
}

/** How long a finished job stays until it is deleted, with its pods and their logs. */
export const ttlCheck = check.optional(
  check.either(
    'a duration such as 30m or 24h, or false',
    [(value) => value === false, check.anything],
    [check.isText, check.duration],
  ),
);

export const ttlSeconds = (ttl: Duration | false): number | undefined =>
  ttl === false ? undefined : Math.ceil(seconds(ttl));
