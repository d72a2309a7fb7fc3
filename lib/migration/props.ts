import type { Job } from 'kubernetes-types/batch/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import { type RunProps, runChecks, runOf, ttlCheck, ttlSeconds } from '../workload/job-props';

/** What a migration may say of itself. Only the image is needed. */
export interface MigrationProps extends RunProps {
  /**
   * A command of its image that ends with 0 when all that it brings is in place, and otherwise with something else:
   * `flyway validate`, `alembic check`, `prisma migrate status`. Those who wait ask it before they start. It asks the
   * database, which knows it for good; a Job is gone after a day, and asking for it needs a token of the API server.
   * @defaultValue none: then only Argo CD keeps the order
   */
  readonly check?: readonly string[];
  /**
   * How often those who wait ask, in a loop of the image's `sh`; `false` for an image without a shell, whose check is
   * started again by the node after a pause that grows to five minutes.
   * @defaultValue 5s
   */
  readonly checkInterval?: Duration | false;
  /**
   * How long the finished Job stays. Where something applies the same files again, a Job that was deleted runs again:
   * Argo CD (self-heal) and Flux would repeat it after every TTL.
   * @defaultValue false: it stays, so that it runs once; the next version replaces it where the tool prunes
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
   */
  readonly ttlAfterFinished?: Duration | false;
  /** Anything else, laid over the rendered object in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: MigrationOverrides;
}

export interface MigrationOverrides {
  readonly job?: Patch<Job>;
}

export const migrationChecks: Checks<MigrationProps> = {
  ...runChecks,
  check: check.optional(check.someOf(check.text)),
  checkInterval: check.optional(
    check.either(
      'a duration such as 2s, or false',
      [(value) => value === false, check.anything],
      [check.isText, check.positiveDuration],
    ),
  ),
  ttlAfterFinished: ttlCheck,
  overrides: check.optional(check.fields({ job: check.optional(check.plainMap) })),
};

export type MigrationSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: MigrationProps) {
  const { image = 'missing', ttlAfterFinished = false, checkInterval = '5s', overrides = {} } = props;
  return {
    ...props,
    image,
    run: runOf(props, { activeDeadline: '1h', backoffLimit: 6 }),
    checkSeconds: checkInterval === false ? undefined : Math.ceil(seconds(checkInterval)),
    ttlSecondsAfterFinished: ttlSeconds(ttlAfterFinished),
    overrides,
  };
}
