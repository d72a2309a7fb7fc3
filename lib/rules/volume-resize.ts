import { bytes, isQuantity } from '../kubernetes/quantity';
import { claimNames, claimTemplatesOf, membersOf } from '../model/claims';
import { manifestsOf, nameOf, namespaceOf } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { kubectl } from './wording';

/**
 * `volumeClaimTemplates` are immutable, and claims only grow. A larger size reaches the claims that exist by hand; a
 * smaller one never does.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
 */
export const volumeResize: Rule = {
  id: 'volume-resize',
  severity: 'error',
  summary: 'Volumes that exist grow by hand and never shrink.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const object of manifests.ofKind('StatefulSet')) {
      const before = system.previous.manifestOf(object)?.spec;
      if (before === undefined || before === object.manifest.spec) continue;
      const hasQuota = manifests.beside(object, 'ResourceQuota').length > 0;
      const templates = claimTemplatesOf(object.manifest.spec);
      for (const { name, size: had } of claimTemplatesOf(before)) {
        const size = templates.find((template) => template.name === name)?.size;
        yield* resized(object, `the volume ${name}`, had, size, () => growing(object, before, name, size, hasQuota));
      }
    }
    for (const object of manifests.ofKind('PersistentVolumeClaim')) {
      const sizeOf = (spec: ObjectRecord['manifest']['spec']) => spec?.resources?.requests?.storage;
      const before = system.previous.manifestOf(object)?.spec;
      // A claim of its own may grow by an apply.
      yield* resized(object, 'the claim', sizeOf(before), sizeOf(object.manifest.spec), () => undefined);
    }
  },
};

function* resized(
  { path }: ObjectRecord,
  what: string,
  had: string | undefined,
  size: string | undefined,
  commands: () => string | undefined,
): Iterable<Violation> {
  if (!isQuantity(had) || !isQuantity(size) || bytes(had) === bytes(size)) return;
  if (bytes(size) < bytes(had)) {
    const message = `${what} shrinks from ${had} to ${size}, but a claim can only grow: the API server refuses it`;
    yield { path, message, fix: `${had}; for a smaller one a second backend beside it, and its data copied over` };
    return;
  }
  const fix = commands();
  if (fix === undefined) return;
  const message = `${what} grows from ${had} to ${size}, but volumeClaimTemplates are immutable: the API server refuses the StatefulSet, and the claims that exist stay at ${had}`;
  yield { path, severity: 'warning', message, fix };
}

/** The quota first, then the claims, then the template; the pods run on all the while. */
function growing(
  object: ObjectRecord,
  before: Parameters<typeof membersOf>[0],
  template: string,
  size: string | undefined,
  hasQuota: boolean,
): string {
  const set = nameOf(object);
  const run = kubectl(namespaceOf(object));
  const claims = claimNames(set, claimTemplatesOf(before), 0, membersOf(before)).filter((name) =>
    name.startsWith(`${template}-${set}-`),
  );
  const quota = hasQuota ? ['apply the ResourceQuota of this environment'] : [];
  const steps = [
    ...quota,
    `${run} patch pvc ${claims.join(' ')} --patch '{"spec":{"resources":{"requests":{"storage":"${size}"}}}}'`,
    `${run} delete statefulset ${set} --cascade=orphan`,
    `apply ${object.file}`,
  ];
  return `by hand, before the release and in this order: ${steps.join('; ')}`;
}
