import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { PrometheusRule } from '../../imports/prometheus-operator';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import type { Quantity } from '../kubernetes/quantity';
import { longestInterval, shortestInterval } from '../model/cron';
import { type AlertingProps, alertingChecks } from '../monitored-app/props';
import {
  type ScheduledJobProps,
  scheduledJobChecks,
  withDefaults as withScheduleDefaults,
} from '../scheduled-job/props';
import { type Credentials, credentialsCheck } from '../workload/credentials';
import { type BackupDestination, destinationCheck } from './destination';
import { type BackupEncryption, encryptionCheck } from './encryption';
import { type ScratchProps, scratchCheck, scratchOf, usualDeadline } from './size';

type OfScheduledJob =
  | 'schedule'
  | 'timeZone'
  | 'startingDeadline'
  | 'successfulJobsHistoryLimit'
  | 'failedJobsHistoryLimit'
  | 'suspend'
  | 'backoffLimit'
  | 'env'
  | 'nodeSelector'
  | 'tolerations'
  | 'priority'
  | 'podAnnotations'
  | 'annotations';

/** What a backup may say of itself. */
export interface BackupProps extends Pick<ScheduledJobProps, OfScheduledJob> {
  /** Where the backups go. */
  readonly to: BackupDestination;
  /**
   * Which of them are kept; the newest always is. With `bucket-lifecycle` nothing is ever deleted from here: a lifecycle
   * rule of the bucket does it, so the key that writes backups need not be able to delete them.
   * @defaultValue the last 7
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
   */
  readonly keep?: BackupRetention | 'bucket-lifecycle';
  /**
   * Encrypts before anything leaves the pod, with a password from a Secret. Without it no backup can be restored.
   * @defaultValue none: what the volume or the bucket does by itself
   */
  readonly encryption?: BackupEncryption;
  /**
   * How long a run may take, all attempts together. A restore has no deadline.
   * @defaultValue two attempts at 20 MiB/s for a volume that is full, at least 2h and at most the pause between two runs
   */
  readonly activeDeadline?: Duration;
  /**
   * How old the newest backup may become until somebody is told.
   * @defaultValue what it can be when all is well: the longest pause between two runs, how late one may start, and how
   * long it may take
   */
  readonly maxAge?: Duration;
  /**
   * The account that reads everything, and writes it when it is restored: keys `username` and `password`.
   * @defaultValue that of the users of the backend
   */
  readonly credentials?: Credentials;
  /**
   * Where the dump lies until it is stored, and the other way round when it is restored: `5Gi` on the disk of the node,
   * or a claim with `{ size, storageClass }` that lives as long as the pod.
   * @defaultValue as much as a member of the backend may store: up to 5Gi on the disk of the node, more on a claim
   */
  readonly scratch?: Quantity | ScratchProps;
  /** What writing out and reading in may take. @defaultValue by engine, mostly 250m and 512Mi */
  readonly resources?: ScheduledJobProps['resources'];
  /** An image with rclone and a shell. What is dumped is dumped by the image of the engine. */
  readonly image?: string;
  /** Who is told, and where to read what to do; `false` for nobody. @defaultValue an alert for Prometheus Operator */
  readonly alerts?: BackupAlerts | false;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: BackupOverrides;
}

export interface BackupRetention {
  /** So many of the newest. */
  readonly last?: number;
  /** All of so many days. With `last`, what either of them keeps is kept. */
  readonly days?: number;
}

export interface BackupAlerts extends AlertingProps {
  /**
   * An object of Prometheus Operator, or a file in a ConfigMap to be mounted by a Prometheus without one.
   * @defaultValue prometheus-rule; rule-file where the Environment has no operator
   */
  readonly via?: 'prometheus-rule' | 'rule-file';
  /** Labels by which Prometheus picks its rules: `{ release: 'kube-prometheus-stack' }`. @defaultValue those of the Environment */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface BackupOverrides {
  readonly cronJob?: Patch<CronJob>;
  readonly restoreJob?: Patch<Job>;
  readonly volumeClaim?: Patch<PersistentVolumeClaim>;
  readonly prometheusRule?: Patch<PrometheusRule>;
}

const { parallelism: _, completions: __, completionMode: ___, ...jobChecks } = scheduledJobChecks;
const patch = check.optional(check.plainMap);

export const backupChecks: Checks<BackupProps> = {
  schedule: jobChecks.schedule,
  timeZone: jobChecks.timeZone,
  startingDeadline: jobChecks.startingDeadline,
  successfulJobsHistoryLimit: jobChecks.successfulJobsHistoryLimit,
  failedJobsHistoryLimit: jobChecks.failedJobsHistoryLimit,
  suspend: jobChecks.suspend,
  backoffLimit: jobChecks.backoffLimit,
  activeDeadline: jobChecks.activeDeadline,
  env: jobChecks.env,
  nodeSelector: jobChecks.nodeSelector,
  tolerations: jobChecks.tolerations,
  priority: jobChecks.priority,
  podAnnotations: jobChecks.podAnnotations,
  annotations: jobChecks.annotations,
  resources: jobChecks.resources,
  to: destinationCheck,
  keep: check.optional(
    check.either(
      "{ last }, { days } or both, or 'bucket-lifecycle'",
      [(value) => value === 'bucket-lifecycle', check.anything],
      [
        check.isMap,
        check.satisfying(
          check.fields({
            last: check.optional(check.integer(1, 10_000)),
            days: check.optional(check.integer(1, 36_500)),
          }),
          ({ last, days }: BackupRetention) => last !== undefined || days !== undefined,
          '{ last }, { days } or both',
        ),
      ],
    ),
  ),
  maxAge: check.optional(check.positiveDuration),
  credentials: check.optional(credentialsCheck),
  scratch: check.optional(scratchCheck),
  encryption: check.optional(encryptionCheck),
  image: check.optional(check.imageReference),
  alerts: check.optional(
    check.either(
      '{ via, labels, severities, runbook, owner }, or false',
      [(value) => value === false, check.anything],
      [
        check.isMap,
        check.fields({
          via: check.optional(check.oneOf('prometheus-rule', 'rule-file')),
          labels: check.optional(check.labelMap),
          ...alertingChecks,
        }),
      ],
    ),
  ),
  overrides: check.optional(
    check.fields({ cronJob: patch, restoreJob: patch, volumeClaim: patch, prometheusRule: patch }),
  ),
};

export type BackupSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: BackupProps, storage: Quantity | undefined) {
  const { schedule = '@daily', keep = { last: 7 }, to = { volume: '1Gi' }, alerts = {}, overrides = {} } = props;
  const scratch = scratchOf(props.scratch, storage);
  const ownDisk = typeof scratch === 'object';
  const pause = (shortestInterval(schedule) ?? Number.POSITIVE_INFINITY) * 60;
  const activeDeadline = props.activeDeadline ?? (`${Math.min(usualDeadline(storage), pause)}s` as Duration);
  const job = withScheduleDefaults({
    backoffLimit: ownDisk ? 1 : 2,
    // A claim of a pod stays as long as the pod.
    successfulJobsHistoryLimit: ownDisk ? 1 : undefined,
    failedJobsHistoryLimit: ownDisk ? 1 : undefined,
    ...props,
    schedule,
    image: props.image ?? 'docker.io/rclone/rclone:1.69.1',
    activeDeadline,
    overrides: {},
  });
  const usualAge =
    (longestInterval(schedule) ?? 1_440) * 60 + job.startingDeadlineSeconds + job.run.activeDeadlineSeconds;
  return {
    job,
    to,
    keep,
    alerts,
    overrides,
    credentials: props.credentials,
    scratch,
    encryption: props.encryption,
    resources: props.resources,
    env: props.env ?? {},
    maxAgeSeconds: props.maxAge === undefined ? usualAge : seconds(props.maxAge),
    problems: [
      ...tooLong(schedule, pause, props.activeDeadline),
      ...tooYoung(schedule, props.maxAge),
      ...keptByBucket(props),
    ],
  };
}

/** The next run would be left out, and nobody would know why. */
function tooLong(schedule: string, pauseSeconds: number, deadline: Duration | undefined): string[] {
  if (deadline === undefined || seconds(deadline) <= pauseSeconds) return [];
  return [
    `'activeDeadline': must be at most the ${pauseSeconds / 60} minutes between two runs of ${schedule}, got ${JSON.stringify(deadline)}: while one still works the next is left out`,
  ];
}

/** An alert that fires before the next backup could have been made fires every time. */
function tooYoung(schedule: string, maxAge: Duration | undefined): string[] {
  const minutes = longestInterval(schedule);
  if (maxAge === undefined || minutes === undefined || seconds(maxAge) > minutes * 60) return [];
  return [
    `'maxAge': must be more than the ${minutes} minutes between two runs of ${schedule}, got ${JSON.stringify(maxAge)}: the newest backup is that old before the next one is made`,
  ];
}

/** A volume has no lifecycle rule. */
function keptByBucket({ keep, to }: BackupProps): string[] {
  if (keep !== 'bucket-lifecycle' || !to || 'bucket' in to) return [];
  return [`'keep': must be { last } or { days } for a volume, got "bucket-lifecycle": nothing else deletes there`];
}
