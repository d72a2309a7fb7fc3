import type { Job } from 'kubernetes-types/batch/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Duration } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import {
  type ParallelProps,
  parallelChecks,
  type RunProps,
  runChecks,
  runOf,
  ttlCheck,
  ttlSeconds,
} from '../workload/job-props';

/** What work that is done once may say of itself. Only the image is needed. */
export interface BatchJobProps extends RunProps, ParallelProps {
  /**
   * How long the finished Job stays. Where something applies the same files again, a Job that was deleted runs again:
   * Argo CD (self-heal) and Flux would repeat it after every TTL.
   * @defaultValue false: it stays, so that it runs once; the next version replaces it where the tool prunes
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
   */
  readonly ttlAfterFinished?: Duration | false;
  /** Anything else, laid over the rendered object in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: BatchJobOverrides;
}

export interface BatchJobOverrides {
  readonly job?: Patch<Job>;
}

export const batchJobChecks: Checks<BatchJobProps> = {
  ...runChecks,
  ...parallelChecks,
  ttlAfterFinished: ttlCheck,
  overrides: check.optional(check.fields({ job: check.optional(check.plainMap) })),
};

export type BatchJobSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: BatchJobProps) {
  const { image = 'missing', ttlAfterFinished = false, overrides = {} } = props;
  return {
    ...props,
    image,
    run: runOf(props, { activeDeadline: '1h', backoffLimit: 6 }),
    ttlSecondsAfterFinished: ttlSeconds(ttlAfterFinished),
    overrides,
  };
}
