import type { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import type { KubernetesObject } from './kubernetes/kubernetes-object';
import { type MigrationProps, type MigrationSettings, migrationChecks, withDefaults } from './migration/props';
import { waitPart } from './migration/wait';
import { DESCRIBE } from './model/describe';
import type { Records, Rights } from './model/system';
import { HashedJob } from './workload/hashed-job';
import { JobWorkload } from './workload/job-workload';
import type { PodPart } from './workload/pod-part';
import type { Awaitable } from './workload/wait';

/**
 * Work that must be done before a service of this version starts: a change of the schema, a new topic, a new index.
 *
 * Makes a Job, a ServiceAccount without token and a NetworkPolicy. The name of the Job ends in the hash of what it
 * runs, so that a new version is a new Job. It runs once: the finished Job stays in the cluster until a later release
 * no longer holds it and the tool that applies prunes it. Delete a Job to run it again.
 *
 * Workloads that `waitsFor` it start after it:
 *
 * - where the environment has `deployOrder: 'argo-cd'`, the Job is one wave before the service;
 * - where it has a `check`, the pods of the service run it before they start, whatever applied them.
 *
 * @example
 * const schema = new Migration(shop, 'orders-schema', { image: 'orders-schema:2.0.1', check: ['flyway', 'validate'] });
 * schema.uses(ordersDb);
 * orders.waitsFor(schema);
 */
export class Migration extends JobWorkload implements Awaitable {
  /** Its name in the cluster has the hash, and stands in `job.toJson().metadata.name`. */
  readonly job: KubernetesObject<Job>;

  private readonly settings: MigrationSettings;

  constructor(scope: Construct, id: string, given: MigrationProps) {
    const { props, problems } = readProps(migrationChecks, given);
    const settings = withDefaults(props);
    super(scope, id, { component: 'migration', props: settings, run: settings.run, problems });
    this.settings = settings;
    this.job = this.createJob();
    if (settings.overrides.job) this.job.patch(settings.overrides.job);
  }

  /** It alone may change the schema of its database. */
  override get rights(): Rights {
    return 'schema';
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.job.node.path, this.run.parallelism);
  }

  waitPart(): PodPart | undefined {
    const { check, checkSeconds, uid } = this.settings;
    if (check === undefined) return undefined;
    const pod = () => this.podWithoutWaits().spec as PodSpec;
    return waitPart({ name: this.name, check, everySeconds: checkSeconds, uid, pod });
  }

  get asked(): readonly string[] {
    return this.settings.check === undefined ? [] : this.calledPaths;
  }

  private createJob(): KubernetesObject<Job> {
    const { annotations, ttlSecondsAfterFinished } = this.settings;
    // No hook of Argo CD: every sync runs its hooks again, and this runs once.
    return new HashedJob(this, 'Job', kinds.Job, this.runnerMetadata(annotations), () => ({
      spec: { ttlSecondsAfterFinished, ...this.jobSpec() },
    }));
  }
}
