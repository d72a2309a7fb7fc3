import type { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import { type BatchJobProps, type BatchJobSettings, batchJobChecks, withDefaults } from './batch-job/props';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import type { KubernetesObject } from './kubernetes/kubernetes-object';
import { DESCRIBE } from './model/describe';
import type { Records } from './model/system';
import { HashedJob } from './workload/hashed-job';
import { JobWorkload } from './workload/job-workload';

/**
 * Work that is done once and then over: an import, a backfill, a recalculation.
 *
 * Makes a Job, a ServiceAccount without token and a NetworkPolicy. The name of the Job ends in the hash of what it
 * runs: another image, argument or config is another Job, which runs.
 *
 * @example
 * const backfill = new BatchJob(shop, 'backfill', { image: 'backfill:1.0.0', args: ['--from', '2024-01-01'] });
 * backfill.uses(ordersDb);
 */
export class BatchJob extends JobWorkload {
  /** Its name in the cluster has the hash, and stands in `job.toJson().metadata.name`. */
  readonly job: KubernetesObject<Job>;

  private readonly settings: BatchJobSettings;

  constructor(scope: Construct, id: string, given: BatchJobProps) {
    const { props, problems } = readProps(batchJobChecks, given);
    const settings = withDefaults(props);
    super(scope, id, { component: 'job', props: settings, run: settings.run, problems });
    this.settings = settings;
    this.job = this.createJob();
    if (settings.overrides.job) this.job.patch(settings.overrides.job);
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.job.node.path, this.run.parallelism);
  }

  private createJob(): KubernetesObject<Job> {
    const { annotations, ttlSecondsAfterFinished } = this.settings;
    return new HashedJob(this, 'Job', kinds.Job, this.runnerMetadata(annotations), () => ({
      spec: { ttlSecondsAfterFinished, ...this.jobSpec() },
    }));
  }
}
