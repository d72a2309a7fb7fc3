import type { Construct } from 'constructs';
import type { CronJob } from 'kubernetes-types/batch/v1';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { DESCRIBE } from './model/describe';
import type { Records } from './model/system';
import { cronJobSpec } from './scheduled-job/cron-job';
import {
  type ScheduledJobProps,
  type ScheduledJobSettings,
  scheduledJobChecks,
  withDefaults,
} from './scheduled-job/props';
import { JobWorkload } from './workload/job-workload';

/**
 * Work that is done at certain times: a report at night, a clean-up every hour.
 *
 * Makes a CronJob, a ServiceAccount without token and a NetworkPolicy. A run that is late or still at work when the
 * next one is due never meets it.
 *
 * @example
 * const report = new ScheduledJob(shop, 'daily-report', {
 *   image: 'report:1.3.0',
 *   schedule: '30 4 * * *',
 *   timeZone: 'Europe/Berlin',
 * });
 */
export class ScheduledJob extends JobWorkload {
  readonly cronJob: KubernetesObject<CronJob>;

  private readonly settings: ScheduledJobSettings;

  constructor(scope: Construct, id: string, given: ScheduledJobProps) {
    const { props, problems } = readProps(scheduledJobChecks, given);
    const settings = withDefaults(props);
    super(scope, id, { component: 'job', props: settings, run: settings.run, problems });
    this.settings = settings;
    this.cronJob = this.createCronJob();
    if (settings.overrides.cronJob) this.cronJob.patch(settings.overrides.cronJob);
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.cronJob.node.path, 0);
  }

  private createCronJob(): KubernetesObject<CronJob> {
    const { settings, labels } = this;
    const metadata = this.runnerMetadata(settings.annotations);
    return new KubernetesObject<CronJob>(this, 'CronJob', kinds.CronJob, metadata, () => ({
      spec: cronJobSpec(settings, labels, this.jobSpec()),
    }));
  }
}
