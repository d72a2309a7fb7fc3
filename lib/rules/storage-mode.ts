import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import { grouped } from '../model/grouped';
import { listOf, type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import { mostReplicas } from '../model/replicas';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';

/** Where programs keep what must outlive them. */
const dataPath = /^\/(data|var\/lib)(\/|$)/;

export const storageMode: Rule = {
  id: 'storage-mode',
  severity: 'error',
  summary: 'A volume that one node can mount is used by one pod, and data lies on a volume that outlives its pod.',
  *check(system) {
    const manifests = manifestsOf(system);
    const mounts = manifests.podOwners.flatMap((owner) => claimsOf(owner, manifests));
    for (const [claim, users] of grouped(mounts, (mount) => mount.claim)) {
      yield* shared(
        claim,
        users.map(({ owner }) => owner),
        manifests,
      );
    }
    for (const { path } of manifests.ofKind('StatefulSet')) {
      const owner = manifests.podOwnerAt(path);
      if (owner !== undefined) yield* fleeting(owner);
    }
  },
};

function claimsOf(owner: PodOwner, manifests: Manifests): { readonly claim: ObjectRecord; readonly owner: PodOwner }[] {
  return listOf(owner.pod.volumes).flatMap(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName;
    const claim = name ? manifests.find(owner.object, 'PersistentVolumeClaim', name) : undefined;
    return claim === undefined ? [] : [{ claim, owner }];
  });
}

function* shared(claim: ObjectRecord, owners: readonly PodOwner[], manifests: Manifests): Iterable<Violation> {
  const { accessModes = [] }: PersistentVolumeClaimSpec = claim.manifest.spec ?? {};
  if (accessModes.length === 0 || accessModes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod'))
    return;
  const counts = owners
    .map((owner) => ({ owner, pods: mostReplicas(manifests, owner) }))
    .filter(({ pods }) => pods > 0);
  // What runs to an end takes turns: the second waits until the first is done.
  if (counts.every(({ owner, pods }) => pods === 1 && isJob(owner))) return;
  const total = counts.reduce((sum, { pods }) => sum + pods, 0);
  const [first] = counts;
  if (first === undefined || total < 2) return;
  const several = counts.length > 1;
  const sum = counts.map(({ owner, pods }) => `${pods} of ${owner.name}`).join(' + ');
  yield {
    path: first.owner.object.path,
    // Two workloads may have been bound to one node.
    severity: several && counts.every(({ pods }) => pods === 1) ? 'warning' : 'error',
    message:
      `mounts the claim ${claim.manifest.metadata.name}, which is ${accessModes.join(', ')}, in ${sum}${several ? ` = ${total}` : ''} pods: ` +
      'only those on one node get it',
    fix: 'a claim that is ReadWriteMany, one pod, or a StatefulBackend, whose members have a claim each',
  };
}

const isJob = ({ kind }: PodOwner): boolean => kind === 'Job' || kind === 'CronJob';

function* fleeting({ object, pod, allContainers }: PodOwner): Iterable<Violation> {
  const scratch = new Set(listOf(pod.volumes).flatMap(({ name, emptyDir }) => (emptyDir ? [name] : [])));
  const mounts = allContainers.flatMap(({ volumeMounts }) => listOf(volumeMounts));
  for (const { name, mountPath } of mounts) {
    if (!scratch.has(name) || !dataPath.test(mountPath)) continue;
    const message = `keeps ${mountPath} in an emptyDir: what is in it is gone with the pod, at every rollout and drain`;
    yield {
      path: object.path,
      severity: 'warning',
      message,
      fix: 'storage on a claim, or another path for what may be lost',
    };
  }
}
