import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2';
import { grouped } from './grouped';
import { type Manifests, nameOf, namespaceOf, type PodOwner } from './manifests';
import type { ObjectRecord } from './system';

/** Something that moves the number of pods of another object. */
export interface Scaler {
  readonly object: ObjectRecord;
  readonly target: { readonly kind: string; readonly name: string };
  readonly min: number;
  readonly max: number;
}

/** Every autoscaler by what it scales; `scaledKey` makes the key. */
export type Scalers = ReadonlyMap<string, readonly Scaler[]>;

const known = new WeakMap<Manifests, Scalers>();

/** @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ */
export function scalersOf(manifests: Manifests): Scalers {
  const found = known.get(manifests) ?? read(manifests);
  known.set(manifests, found);
  return found;
}

function read(manifests: Manifests): Scalers {
  const scalers = [
    ...manifests.ofKind('HorizontalPodAutoscaler').map(autoscaler),
    ...manifests.ofKind('ScaledObject').map(eventScaler),
  ];
  return grouped(scalers, ({ object, target }) => scaledKey(object, target));
}

export function scaledKey(
  object: ObjectRecord,
  { kind, name }: { readonly kind: string; readonly name: string },
): string {
  return `${object.environment}\n${namespaceOf(object)}\n${kind}\n${name}`;
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
  const [scaler] = scalersOf(manifests).get(scaledKey(owner.object, owner)) ?? [];
  return Number(scaler?.min ?? owner.object.manifest.spec?.replicas ?? 1);
}

/** How many pods there are at the most, without those that a rollout adds. */
export function mostReplicas(manifests: Manifests, owner: PodOwner): number {
  const { kind, spec } = owner.object.manifest;
  const jobs = { Job: spec?.parallelism, CronJob: spec?.jobTemplate?.spec?.parallelism }[kind];
  const [scaler] = scalersOf(manifests).get(scaledKey(owner.object, owner)) ?? [];
  return Number(scaler?.max ?? jobs ?? spec?.replicas ?? 1);
}

/** The workload that a scaler moves, where it runs pods that are known. */
export function scaledBy(manifests: Manifests, { object, target }: Scaler): PodOwner | undefined {
  const found = manifests.find(object, target.kind, target.name);
  return found && manifests.podOwnerAt(found.path);
}

export const scalerName = ({ object }: Scaler): string => `${object.manifest.kind} ${nameOf(object)}`;
