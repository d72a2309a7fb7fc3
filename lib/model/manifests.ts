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
  /** All objects in the namespace of one of them and in its reach. */
  readonly inNamespaceOf: (object: ObjectRecord) => readonly ObjectRecord[];
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
  const byPlace = grouped(objects, (object) => placeKey(object.manifest.kind, namespaceOf(object)));
  const byName = grouped(objects, (object) => nameKey(object.manifest.kind, namespaceOf(object), nameOf(object)));
  const podOwners = objects.flatMap((object) => podOwner(object) ?? []);
  const byPath = new Map(podOwners.map((owner) => [owner.object.path, owner]));
  const byNamespace = grouped(podOwners, ({ object }) => namespaceOf(object));
  const byLabel = new Map<string, PodOwner[]>();
  for (const owner of podOwners) {
    for (const label of Object.entries(owner.labels)) {
      const key = labelKey(namespaceOf(owner.object), label);
      const others = byLabel.get(key);
      if (others === undefined) byLabel.set(key, [owner]);
      else others.push(owner);
    }
  }
  return {
    podOwners,
    beside: (from, kind) => byPlace.get(placeKey(kind, namespaceOf(from)))?.filter((to) => reaches(from, to)) ?? [],
    inNamespaceOf: (from) => {
      const namespace = namespaceOf(from);
      return objects.filter((to) => namespaceOf(to) === namespace && reaches(from, to));
    },
    ofKind: (kind) => byKind.get(kind) ?? [],
    find: (from, kind, name) => byName.get(nameKey(kind, namespaceOf(from), name))?.find((to) => reaches(from, to)),
    findInCluster: (kind, name) => byName.get(nameKey(kind, '', name))?.[0],
    podOwnerAt: (path) => byPath.get(path),
    podOwnersIn: (namespace, label) =>
      (label === undefined ? byNamespace.get(namespace) : byLabel.get(labelKey(namespace, label))) ?? [],
  };
}

function podOwner(object: ObjectRecord): PodOwner | undefined {
  const { kind, spec } = object.manifest;
  const template = kind === 'CronJob' ? spec?.jobTemplate?.spec?.template : spec?.template;
  const pod: PodSpec | undefined = kind === 'Pod' ? spec : template?.spec;
  if (!Array.isArray(pod?.containers)) return undefined;
  const labels = (kind === 'Pod' ? object.manifest.metadata : template?.metadata)?.labels ?? {};
  const containers = listOf(pod.containers);
  return { object, kind, name: nameOf(object), labels, pod, containers, initContainers: listOf(pod.initContainers) };
}

/** The maps of a list that may come from anybody. */
export function listOf<Item extends object>(value: readonly Item[] | undefined | null): readonly Item[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

export function namespaceOf({ manifest }: ObjectRecord): string {
  return manifest.metadata?.namespace ?? '';
}

export function nameOf({ manifest }: ObjectRecord): string {
  return manifest.metadata?.name ?? '';
}

const nameKey = (kind: string, namespace: string, name: string): string => `${kind}\n${namespace}\n${name}`;
const placeKey = (kind: string, namespace: string): string => `${kind}\n${namespace}`;
const labelKey = (namespace: string, [key, value]: readonly [string, string]): string =>
  `${namespace}\n${key}\n${value}`;

/** Whether two objects may be in one cluster; a plain chart may be deployed beside any environment. */
export const reaches = (from: ObjectRecord, to: ObjectRecord): boolean =>
  from.environment === to.environment || from.environment === undefined || to.environment === undefined;
