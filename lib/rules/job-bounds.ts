import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import { shortestInterval } from '../model/cron';
import { manifestsOf } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';

export const jobBounds: Rule = {
  id: 'job-bounds',
  severity: 'error',
  summary: 'Every job has a deadline and a retry limit, runs once, and does not overlap itself.',
  *check(system) {
    const manifests = manifestsOf(system);
    const reconciled = new Set(system.environments.flatMap(({ name, deployOrder }) => (deployOrder ? [name] : [])));
    for (const object of manifests.ofKind('Job')) {
      const { metadata } = object.manifest;
      const spec: Partial<JobSpec> = object.manifest.spec ?? {};
      // What has no name can only be created by hand, and then a person is watching: a deadline would cut a restore off.
      const isWatched = isSet(metadata?.generateName) && !isSet(metadata?.name);
      yield* ends(object.path, isWatched ? { activeDeadlineSeconds: 0, ...spec } : spec);
      yield* kept(object, spec.ttlSecondsAfterFinished, reconciled.has(object.environment ?? ''));
    }
    for (const { path, manifest } of manifests.ofKind('CronJob')) {
      const spec: Partial<CronJobSpec> = manifest.spec ?? {};
      const job: Partial<JobSpec> = spec.jobTemplate?.spec ?? {};
      yield* ends(path, job);
      yield* overlaps(path, spec, job);
      if (!isSet(job.ttlSecondsAfterFinished)) continue;
      const message = `its jobs are deleted ${job.ttlSecondsAfterFinished} s after they are done, whatever history it is to keep`;
      const fix = 'no ttlSecondsAfterFinished; successfulJobsHistoryLimit and failedJobsHistoryLimit say what is kept';
      yield { path, severity: 'warning', message, fix };
    }
  },
};

/** A Job that is applied stays, or it runs again; one that is only created is pruned by nothing else than its TTL. */
function* kept({ path, manifest }: ObjectRecord, ttl: unknown, isReconciled: boolean): Iterable<Violation> {
  const { name, annotations = {} } = manifest.metadata;
  if (name === undefined && !isSet(ttl)) {
    const message = 'is created under a new name each time and never deleted: it has no ttlSecondsAfterFinished';
    yield { path, severity: 'warning', message, fix: 'ttlSecondsAfterFinished: 86400, a day to read its log' };
  }
  if (name !== undefined && isSet(ttl) && isReconciled && !('argocd.argoproj.io/hook' in annotations)) {
    const message = `is deleted ${ttl} s after it is done, and then Argo CD makes it again: it runs once every ${ttl} s`;
    const fix = 'no ttlSecondsAfterFinished (ttlAfterFinished: false): Argo CD prunes it with the next version';
    yield { path, severity: 'warning', message, fix };
  }
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

function* ends(
  path: string,
  { activeDeadlineSeconds, backoffLimit, backoffLimitPerIndex, template }: Partial<JobSpec>,
): Iterable<Violation> {
  if (!isSet(activeDeadlineSeconds) && !isSet(template?.spec?.activeDeadlineSeconds)) {
    const message = 'may run for ever: it has no activeDeadlineSeconds';
    yield { path, message, fix: 'activeDeadlineSeconds: a little more than it ever took' };
  }
  if (!isSet(backoffLimit) && !isSet(backoffLimitPerIndex)) {
    const message = 'does not say how often it is tried again after a failure: it is 6 times, over about an hour';
    yield { path, severity: 'warning', message, fix: 'backoffLimit: 3 for what may be repeated, 0 for what must not' };
  }
  const { restartPolicy = 'Always' } = template?.spec ?? {};
  if (template?.spec && restartPolicy === 'Always') {
    yield {
      path,
      message: 'has the restartPolicy Always, which Kubernetes refuses for a job',
      fix: 'restartPolicy: OnFailure or Never',
    };
  }
}

function* overlaps(
  path: string,
  { schedule = '', concurrencyPolicy = 'Allow' }: Partial<CronJobSpec>,
  job: Partial<JobSpec>,
): Iterable<Violation> {
  const seconds = Number(job.activeDeadlineSeconds ?? job.template?.spec?.activeDeadlineSeconds);
  const minutes = shortestInterval(schedule);
  if (concurrencyPolicy !== 'Allow' || minutes === undefined || !(seconds > minutes * 60)) return;
  yield {
    path,
    message: `starts every ${minutes} min = ${minutes * 60} s (${schedule}), but may run for ${seconds} s, so several run at once`,
    fix: 'concurrencyPolicy: Forbid, a shorter activeDeadlineSeconds, or a longer interval',
  };
}
