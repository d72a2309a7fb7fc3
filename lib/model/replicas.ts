import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2';
import { podCount } from './capacity';
import { grouped } from './grouped';
import { type Manifests, nameOf, type PodOwner } from './manifests';
import type { ObjectRecord } from './system';

/** Something that moves the number of pods of another object. */
export interface Scaler {
  readonly object: ObjectRecord;
  readonly target: { readonly kind: string; readonly name: string };
  readonly min: number;
  readonly max: number;
}

/** Every autoscaler, and those of each object that is scaled. */
export interface Scalers {
  readonly all: readonly Scaler[];
  readonly byTarget: ReadonlyMap<ObjectRecord | undefined, readonly Scaler[]>;
}

const known = new WeakMap<Manifests, Scalers>();

/** @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ */
export function scalersOf(manifests: Manifests): Scalers {
  const found = known.get(manifests) ?? read(manifests);
  known.set(manifests, found);
  return found;
}

function read(manifests: Manifests): Scalers {
  const all = [
    ...manifests.ofKind('HorizontalPodAutoscaler').map(autoscaler),
    ...manifests.ofKind('ScaledObject').map(eventScaler),
  ];
  return { all, byTarget: grouped(all, ({ object, target }) => manifests.find(object, target.kind, target.name)) };
}

function autoscaler(object: ObjectRecord): Scaler {
  const spec: HorizontalPodAutoscalerSpec | undefined = object.manifest.spec;
  const { kind = '', name = '' } = spec?.scaleTargetRef ?? {};
  return { object, target: { kind, name }, min: spec?.minReplicas ?? 1, max: spec?.maxReplicas ?? 0 };
}

/** @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
function eventScaler(object: ObjectRecord): Scaler {
  const { scaleTargetRef = {}, minReplicaCount = 0, maxReplicaCount = 100 } = object.manifest.spec ?? {};
  const { kind = 'Deployment', name = '' } = scaleTargetRef;
  return { object, target: { kind, name }, min: minReplicaCount, max: maxReplicaCount };
}

/** How many pods there are at the least: the minimum of the autoscaler, or what the object says. */
export function fewestReplicas(manifests: Manifests, owner: PodOwner): number {
  const [scaler] = scalersOf(manifests).byTarget.get(owner.object) ?? [];
  return Number(scaler?.min ?? owner.object.manifest.spec?.replicas ?? 1);
}

/** How many pods there are at the most, without those that a rollout adds. */
export function mostReplicas(manifests: Manifests, owner: PodOwner): number {
  const { kind, spec } = owner.object.manifest;
  const [scaler] = scalersOf(manifests).byTarget.get(owner.object) ?? [];
  return Number(scaler?.max ?? podCount(kind, spec));
}

export const scalerName = ({ object }: Scaler): string => `${object.manifest.kind} ${nameOf(object)}`;
