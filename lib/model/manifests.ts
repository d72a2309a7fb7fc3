import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { grouped } from './grouped';
import type { ObjectRecord, System } from './system';

/** An object that runs pods: a Deployment, a StatefulSet, a CronJob, and any foreign kind with a pod template. */
export interface PodOwner {
  readonly object: ObjectRecord;
  readonly kind: string;
  readonly name: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  readonly containers: readonly Container[];
  /** Containers that run before the others, native sidecars among them. */
  readonly initContainers: readonly Container[];
  readonly allContainers: readonly Container[];
}

/** The rendered objects of a system by what rules ask for. */
export interface Manifests {
  readonly ofKind: (kind: string) => readonly ObjectRecord[];
  /**
   * An object of this name that another can refer to: in the same namespace, and not in another environment, which
   * may be another cluster.
   */
  readonly find: (from: ObjectRecord, kind: string, name: string) => ObjectRecord | undefined;
  /** An object that belongs to no namespace. */
  readonly findInCluster: (kind: string, name: string) => ObjectRecord | undefined;
  /** The objects of a kind in the namespace of another and in its reach. */
  readonly beside: (from: ObjectRecord, kind: string) => readonly ObjectRecord[];
  readonly podOwners: readonly PodOwner[];
  /** The one that an object is, by the path of the object. */
  readonly podOwnerAt: (path: string) => PodOwner | undefined;
  /** Those in a namespace of any environment, and with this label only. */
  readonly podOwnersIn: (namespace: string, label?: readonly [string, string]) => readonly PodOwner[];
}

const known = new WeakMap<System, Manifests>();

/** Reads the objects of a system once, however many rules ask. */
export function manifestsOf(system: System): Manifests {
  const found = known.get(system) ?? read(system);
  known.set(system, found);
  return found;
}

function read({ objects }: System): Manifests {
  const byKind = grouped(objects, ({ manifest }) => manifest.kind);
  const ofKind = (kind: string): readonly ObjectRecord[] => byKind.get(kind) ?? [];
  // Most kinds are never asked for by name or by namespace.
  const byName = onceFor((kind: string) =>
    grouped(ofKind(kind), (object) => nameKey(namespaceOf(object), nameOf(object))),
  );
  const byNamespace = onceFor((kind: string) => grouped(ofKind(kind), namespaceOf));
  const podOwners = objects.flatMap((object) => podOwner(object) ?? []);
  const ownerAt = new Map(podOwners.map((owner) => [owner.object.path, owner]));
  const ownersIn = grouped(podOwners, ({ object }) => namespaceOf(object));
  const ownersWith = onceFor((namespace: string) => byLabel(ownersIn.get(namespace) ?? []));
  return {
    ofKind,
    find: (from, kind, name) =>
      byName(kind)
        .get(nameKey(namespaceOf(from), name))
        ?.find((to) => reaches(from, to)),
    findInCluster: (kind, name) => byName(kind).get(nameKey('', name))?.[0],
    beside: (from, kind) =>
      byNamespace(kind)
        .get(namespaceOf(from))
        ?.filter((to) => reaches(from, to)) ?? [],
    podOwners,
    podOwnerAt: (path) => ownerAt.get(path),
    podOwnersIn: (namespace, label) =>
      (label === undefined ? ownersIn.get(namespace) : ownersWith(namespace).get(label[0])?.get(label[1])) ?? [],
  };
}

/** Pod owners by the key and the value of each of their labels. */
function byLabel(owners: readonly PodOwner[]): Map<string, Map<string, PodOwner[]>> {
  const keys = new Map<string, Map<string, PodOwner[]>>();
  for (const owner of owners) {
    for (const key in owner.labels) {
      const values = keys.get(key) ?? new Map<string, PodOwner[]>();
      keys.set(key, values);
      const value = owner.labels[key] as string;
      const same = values.get(value);
      if (same === undefined) values.set(value, [owner]);
      else same.push(owner);
    }
  }
  return keys;
}

function onceFor<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

function podOwner(object: ObjectRecord): PodOwner | undefined {
  const { kind, spec } = object.manifest;
  const template = kind === 'CronJob' ? spec?.jobTemplate?.spec?.template : spec?.template;
  const pod: PodSpec | undefined = kind === 'Pod' ? spec : template?.spec;
  if (!Array.isArray(pod?.containers)) return undefined;
  const labels = (kind === 'Pod' ? object.manifest.metadata : template?.metadata)?.labels ?? {};
  const containers = listOf(pod.containers);
  const initContainers = listOf(pod.initContainers);
  const allContainers = initContainers.length === 0 ? containers : [...initContainers, ...containers];
  return { object, kind, name: nameOf(object), labels, pod, containers, initContainers, allContainers };
}

const nothing: readonly never[] = [];
const isObject = (item: unknown): boolean => typeof item === 'object' && item !== null;

/** The maps of a list that may come from anybody. */
export function listOf<Item extends object>(value: readonly Item[] | undefined | null): readonly Item[] {
  if (!Array.isArray(value)) return nothing;
  for (const item of value) if (!isObject(item)) return value.filter(isObject);
  return value;
}

export function namespaceOf({ manifest }: ObjectRecord): string {
  return manifest.metadata?.namespace ?? '';
}

export function nameOf({ manifest }: ObjectRecord): string {
  return manifest.metadata?.name ?? '';
}

const nameKey = (namespace: string, name: string): string => `${namespace}\n${name}`;

/** Whether two objects may be in one cluster; a plain chart may be deployed beside any environment. */
export const reaches = (from: ObjectRecord, to: ObjectRecord): boolean =>
  from.environment === to.environment || from.environment === undefined || to.environment === undefined;
