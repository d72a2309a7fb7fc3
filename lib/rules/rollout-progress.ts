import type { DeploymentSpec, RollingUpdateDeployment } from 'kubernetes-types/apps/v1';
import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import { podsIn, shown } from '../model/counts';
import { listOf, type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import { fewestReplicas } from '../model/replicas';
import { startupOf } from '../model/startup';
import type { Rule, Violation } from './rule';

/** What Kubernetes takes where nobody says. @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy */
const defaults = { maxSurge: '25%', maxUnavailable: '25%', progressDeadlineSeconds: 600 };

export const rolloutProgress: Rule = {
  id: 'rollout-progress',
  severity: 'error',
  summary: 'A rollout can move from the old pods to the new ones, and is not given up while they still start.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const { path } of manifests.ofKind('Deployment')) {
      const owner = manifests.podOwnerAt(path);
      if (owner === undefined) continue;
      const spec: Partial<DeploymentSpec> = owner.object.manifest.spec;
      yield* startTooLong(owner, spec);
      const { type = 'RollingUpdate', rollingUpdate } = spec.strategy ?? {};
      if (type !== 'RollingUpdate') {
        if (rollingUpdate) yield leftOver(path, type);
        continue;
      }
      const replicas = fewestReplicas(manifests, owner);
      yield* noStep(path, replicas, { ...defaults, ...rollingUpdate });
      yield* sharedClaims(owner, replicas, { ...defaults, ...rollingUpdate }, manifests);
    }
  },
};

function leftOver(path: string, type: string): Violation {
  return {
    path,
    message: `has strategy ${type} together with the numbers of a rolling update, which Kubernetes refuses`,
    fix: `strategy: { type: '${type}', rollingUpdate: null } in the override`,
  };
}

function* noStep(
  path: string,
  replicas: number,
  { maxSurge, maxUnavailable }: Required<RollingUpdateDeployment>,
): Iterable<Violation> {
  const surge = Math.ceil(podsIn(maxSurge, replicas));
  const unavailable = Math.floor(podsIn(maxUnavailable, replicas));
  if (replicas === 0 || surge > 0 || unavailable > 0) return;
  const isZero = podsIn(maxUnavailable, 100) === 0;
  const numbers = `maxSurge ${maxSurge} and maxUnavailable ${shown(maxUnavailable, replicas)}`;
  yield {
    path,
    severity: isZero ? 'error' : 'warning',
    message: isZero
      ? `may add no pod and take none away (${numbers}), so a rollout can never begin`
      : `may add no pod, and ${numbers}, rounded down to 0, lets none go; Kubernetes then takes one away all the same`,
    fix: 'maxSurge: 1 with maxUnavailable: 0 keeps all pods, maxUnavailable: 1 needs no room for another',
  };
}

function* startTooLong(
  owner: PodOwner,
  { progressDeadlineSeconds, minReadySeconds = 0 }: Partial<DeploymentSpec>,
): Iterable<Violation> {
  const deadline = Number(progressDeadlineSeconds ?? defaults.progressDeadlineSeconds);
  const { seconds, text } = startupOf(owner);
  const { path } = owner.object;
  if (seconds > deadline) {
    yield {
      path,
      message: `may take ${text} = ${seconds} s, but its rollout counts as failed after ${deadline} s without a new pod`,
      fix: `progressDeadlineSeconds: ${seconds + 120}, which is the start and two minutes for the image; or a shorter startupTime`,
    };
  }
  if (minReadySeconds >= deadline) {
    yield {
      path,
      message: `waits minReadySeconds ${minReadySeconds} for each pod, but its rollout counts as failed after ${deadline} s`,
      fix: `progressDeadlineSeconds: ${minReadySeconds + seconds + 120}`,
    };
  }
}

/** A volume that one node can mount holds up the new pod until the old one is gone, and that waits for the new one. */
function* sharedClaims(
  { object, pod }: PodOwner,
  replicas: number,
  { maxSurge }: Required<RollingUpdateDeployment>,
  manifests: Manifests,
): Iterable<Violation> {
  const surge = Math.ceil(podsIn(maxSurge, replicas));
  if (surge === 0) return;
  for (const { persistentVolumeClaim } of listOf(pod.volumes)) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    const claim: PersistentVolumeClaimSpec | undefined = manifests.find(object, 'PersistentVolumeClaim', claimName)
      ?.manifest.spec;
    const modes: readonly string[] = claim?.accessModes ?? [];
    if (modes.length === 0 || modes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod')) continue;
    yield {
      path: object.path,
      message:
        `a rollout starts ${surge} new ${surge === 1 ? 'pod' : 'pods'} beside the old (maxSurge ${shown(maxSurge, replicas)}), ` +
        `but the claim ${claimName} is ${modes.join(', ')}: on another node the new pod waits for ever`,
      fix: "strategy: { type: 'Recreate', rollingUpdate: null }, a claim that is ReadWriteMany, or a StatefulBackend",
    };
  }
}
