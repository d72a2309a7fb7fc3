import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import { podsIn, shown } from './counts';
import type { Manifests, PodOwner } from './manifests';
import { selectedBy } from './selectors';
import type { ObjectRecord } from './system';

/** What a drain moves elsewhere; others end by themselves, or belong to their node. */
export const movableKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout']);

/** A PodDisruptionBudget with those whose pods it protects. */
export interface Budget {
  readonly object: ObjectRecord;
  readonly spec: PodDisruptionBudgetSpec;
  readonly owners: readonly PodOwner[];
}

const known = new WeakMap<Manifests, readonly Budget[]>();

/** @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export function budgetsIn(manifests: Manifests): readonly Budget[] {
  const found =
    known.get(manifests) ?? manifests.ofKind('PodDisruptionBudget').map((object) => budget(object, manifests));
  known.set(manifests, found);
  return found;
}

function budget(object: ObjectRecord, manifests: Manifests): Budget {
  const spec: PodDisruptionBudgetSpec = object.manifest.spec ?? {};
  const owners = spec.selector ? selectedBy(manifests, object, spec.selector) : [];
  return { object, spec, owners: owners.filter(({ kind }) => movableKinds.has(kind)) };
}

/** How many pods a drain may take at once, and how that is worked out; `undefined` where the budget sets no bound. */
export function allowedBy(
  { minAvailable, maxUnavailable }: PodDisruptionBudgetSpec,
  replicas: number,
): { readonly count: number; readonly text: string } | undefined {
  const stated = maxUnavailable ?? minAvailable;
  if (stated === undefined || stated === null) return undefined;
  // Kubernetes rounds up both: what must stay, and what may go.
  const rounded = Math.ceil(podsIn(stated, replicas));
  const share = typeof stated === 'number' ? '' : ` (${shown(stated, replicas)}, rounded up)`;
  if (stated === maxUnavailable) return { count: rounded, text: `maxUnavailable ${rounded}${share}` };
  const count = replicas - rounded;
  return { count, text: `${replicas} ${replicas === 1 ? 'pod' : 'pods'} - minAvailable ${rounded}${share} = ${count}` };
}
