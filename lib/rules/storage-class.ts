import { claimTemplatesOf } from '../model/claims';
import { manifestsOf } from '../model/manifests';
import type { ObjectRecord, System } from '../model/system';
import type { Rule, Violation } from './rule';

/** The class of a claim decides where its data lies, and is immutable. */
export const storageClass: Rule = {
  id: 'storage-class',
  severity: 'error',
  summary: 'Volumes that exist keep their storage class.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const object of manifests.ofKind('StatefulSet')) yield* ofSet(system, object);
    for (const object of manifests.ofKind('PersistentVolumeClaim')) {
      const before = system.previous.manifestOf(object)?.spec;
      if (before === undefined) continue;
      yield* changed(object, 'the claim', before.storageClassName, object.manifest.spec?.storageClassName);
    }
  },
};

function* ofSet({ previous }: System, object: ObjectRecord): Iterable<Violation> {
  const before = previous.manifestOf(object)?.spec;
  if (before === undefined || before === object.manifest.spec) return;
  const templates = claimTemplatesOf(object.manifest.spec);
  for (const { name, storageClass: had } of claimTemplatesOf(before)) {
    const now = templates.find((template) => template.name === name);
    if (now) yield* changed(object, `the volume ${name}`, had, now.storageClass);
  }
}

function* changed(
  { path }: ObjectRecord,
  what: string,
  had: string | undefined,
  now: string | undefined,
): Iterable<Violation> {
  if ((had ?? undefined) === (now ?? undefined)) return;
  const name = (given: string | undefined) => given ?? 'the default class of the cluster';
  yield {
    path,
    message: `${what} goes from ${name(had)} to ${name(now)}, but the class of a claim is immutable: the data stays where it is, and the API server refuses the object`,
    fix: `${had === undefined ? 'no storageClass' : `storageClass: '${had}'`}; to move the data, a second backend with the new class, filled by a restore of the newest backup`,
  };
}
