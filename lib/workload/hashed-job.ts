import type { Job } from 'kubernetes-types/batch/v1';
import { KubernetesObject, type Manifest } from '../kubernetes/kubernetes-object';
import { derivedOnce } from '../kubernetes/synthesis';
import { contentHash } from '../metadata/hash';
import { selectorOf } from '../metadata/labels';

/**
 * A Job whose name ends in the hash of what it runs. The pod template of a Job cannot be changed, so an apply of
 * another one under the same name is refused; under a name of its own it is another Job, which runs.
 *
 * The hash is that of the finished manifest, patches included.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export class HashedJob extends KubernetesObject<Job> {
  private readonly hashed = {};

  override toJson(): Manifest {
    return derivedOnce(this, this.hashed, () => {
      const manifest = super.toJson();
      const { metadata, spec } = manifest;
      const name = `${metadata.name}-${contentHash(fixed(spec))}`;
      return { ...manifest, metadata: { ...metadata, name, labels: { ...metadata.labels, ...selectorOf(name) } } };
    });
  }
}

/** What Kubernetes takes for the life of a Job; the rest may change while it is there. */
function fixed(spec: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { ttlSecondsAfterFinished, activeDeadlineSeconds, backoffLimit, parallelism, suspend, ...rest } = spec;
  return rest;
}
