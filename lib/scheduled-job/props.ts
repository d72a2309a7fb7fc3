import type { CronJob } from 'kubernetes-types/batch/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, isDuration, seconds } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import { isSchedule } from '../model/cron';
import { type ParallelProps, parallelChecks, type RunProps, runChecks, runOf } from '../workload/job-props';

/** What work that is done again and again may say of itself. Only the image and the schedule are needed. */
export interface ScheduledJobProps extends RunProps, ParallelProps {
  /**
   * When it starts: minute, hour, day, month, weekday; or `@daily`, `@hourly`.
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
   */
  readonly schedule: string;
  /**
   * The time zone of the schedule, by its name in the IANA database.
   * @defaultValue Etc/UTC: without one it is that of whoever set up the cluster; and no hour comes twice or never
   */
  readonly timeZone?: string;
  /**
   * What happens when it should start while it still runs: the new run is left out, both run, or the old one is stopped.
   * @defaultValue Forbid
   */
  readonly concurrencyPolicy?: 'Forbid' | 'Allow' | 'Replace';
  /**
   * How late it may still start, when the cluster was away at its time.
   * @defaultValue 1h: an upgrade of the control plane takes less
   */
  readonly startingDeadline?: Duration;
  /** How many runs that ended well are kept, with their logs. @defaultValue 3 */
  readonly successfulJobsHistoryLimit?: number;
  /** How many runs that failed are kept, with their logs. @defaultValue 3: of one alone nobody sees whether it is new */
  readonly failedJobsHistoryLimit?: number;
  /** Whether no run starts for now. @defaultValue false */
  readonly suspend?: boolean;
  /** Anything else, laid over the rendered object in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: ScheduledJobOverrides;
}

export interface ScheduledJobOverrides {
  readonly cronJob?: Patch<CronJob>;
}

const isTimeZone = (value: unknown): boolean => {
  if (!check.isText(value) || !/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(value)) return false;
  zones ??= new Set(Intl.supportedValuesOf('timeZone'));
  return zones.has(value) || isOtherName(value);
};

/** What most people say is in this list; to make a format, which knows all names, takes as long as a small synth. */
let zones: ReadonlySet<string> | undefined;

function isOtherName(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const scheduledJobChecks: Checks<ScheduledJobProps> = {
  ...runChecks,
  ...parallelChecks,
  schedule: check.matching(
    (value) => check.isText(value) && isSchedule(value),
    'a schedule of minute, hour, day, month and weekday such as 30 4 * * *, or @daily',
  ),
  timeZone: check.optional(check.matching(isTimeZone, 'a time zone such as Europe/Berlin or Etc/UTC')),
  concurrencyPolicy: check.optional(check.oneOf('Forbid', 'Allow', 'Replace')),
  startingDeadline: check.optional(
    check.matching(
      // The controller looks every ten seconds, and misses what may be late by less.
      (value) => isDuration(value) && seconds(value) >= 10,
      'a duration of ten seconds or more, such as 10m or 1h',
    ),
  ),
  successfulJobsHistoryLimit: check.optional(check.integer(0, 100)),
  failedJobsHistoryLimit: check.optional(check.integer(0, 100)),
  suspend: check.optional(check.boolean),
  overrides: check.optional(check.fields({ cronJob: check.optional(check.plainMap) })),
};

export type ScheduledJobSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: ScheduledJobProps) {
  const {
    image = 'missing',
    schedule = '@daily',
    timeZone = 'Etc/UTC',
    concurrencyPolicy = 'Forbid',
    startingDeadline = '1h',
    successfulJobsHistoryLimit = 3,
    failedJobsHistoryLimit = 3,
    suspend = false,
    overrides = {},
  } = props;
  return {
    ...props,
    image,
    run: runOf(props, { activeDeadline: '1h', backoffLimit: 3 }),
    schedule,
    timeZone,
    concurrencyPolicy,
    startingDeadlineSeconds: Math.ceil(seconds(startingDeadline)),
    successfulJobsHistoryLimit,
    failedJobsHistoryLimit,
    suspend,
    overrides,
  };
}
