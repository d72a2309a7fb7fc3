import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import type { Labels } from '../metadata/labels';
import type { ScheduledJobSettings } from './props';

/** When a job is started, and what is kept of it. */
export function cronJobSpec(
  settings: Omit<ScheduledJobSettings, 'run' | 'image' | 'overrides'>,
  labels: Labels,
  spec: JobSpec,
): CronJobSpec {
  return {
    schedule: settings.schedule,
    timeZone: settings.timeZone,
    concurrencyPolicy: settings.concurrencyPolicy,
    startingDeadlineSeconds: settings.startingDeadlineSeconds,
    successfulJobsHistoryLimit: settings.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: settings.failedJobsHistoryLimit,
    suspend: settings.suspend,
    // The history says how many are kept; a time to live would delete them before.
    jobTemplate: { metadata: { labels: { ...labels } }, spec },
  };
}
