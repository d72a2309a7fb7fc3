import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { stronglyConnected } from '../model/graph';

/** What others need comes first: kinds in the order in which an empty cluster can take them. */
const kindOrder = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ExternalSecret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
  'EndpointSlice',
  'PodDisruptionBudget',
  'DaemonSet',
  'Deployment',
  'StatefulSet',
  'Job',
  'CronJob',
  'HorizontalPodAutoscaler',
  'Ingress',
];
const ranks = new Map(kindOrder.map((kind, rank) => [kind, rank]));
const rankOf = ({ kind }: ApiObject): number => ranks.get(kind) ?? kindOrder.length;

/** For each object of a file those of the same file that must come before it. */
type Predecessors = ReadonlyMap<ApiObject, ReadonlySet<ApiObject>>;

/**
 * The objects of one file in the order in which they must be applied: by kind, and after what they were declared to
 * depend on.
 */
export function inOrder(objects: readonly ApiObject[], before: Predecessors): ApiObject[] {
  const waiting = objects
    .map((object, index) => ({ object, index }))
    .sort((a, b) => rankOf(a.object) - rankOf(b.object) || a.index - b.index)
    .map(({ object }) => object);
  if (!objects.some((object) => before.has(object))) return waiting;
  const ordered = new Set<ApiObject>();
  while (waiting.length > 0) {
    const free = waiting.findIndex((object) => [...(before.get(object) ?? [])].every((needed) => ordered.has(needed)));
    // A circle is reported elsewhere; here it must only come to an end.
    const [next] = waiting.splice(Math.max(free, 0), 1);
    ordered.add(next as ApiObject);
  }
  return [...ordered];
}

/** Which file each object goes to. */
type Places = ReadonlyMap<ApiObject, { readonly file: string }>;

/** Turns dependencies between constructs into those between objects of one file; others say nothing about a file. */
export function predecessors(constructs: readonly IConstruct[], places: Places): Predecessors {
  const found = new Map<ApiObject, Set<ApiObject>>();
  const known = new Map<IConstruct, ReadonlyMap<string, readonly ApiObject[]>>();
  const byFile = (construct: IConstruct) => {
    const groups = known.get(construct) ?? groupByFile(construct, places);
    known.set(construct, groups);
    return groups;
  };
  for (const source of constructs) {
    for (const target of source.node.dependencies) {
      for (const [file, later] of byFile(source)) {
        for (const earlier of byFile(target).get(file) ?? []) {
          for (const object of later) {
            if (object === earlier) continue;
            const set = found.get(object) ?? new Set();
            found.set(object, set.add(earlier));
          }
        }
      }
    }
  }
  return found;
}

function groupByFile(construct: IConstruct, places: Places): Map<string, ApiObject[]> {
  const groups = new Map<string, ApiObject[]>();
  for (const node of construct.node.findAll()) {
    if (!ApiObject.isApiObject(node)) continue;
    const file = places.get(node)?.file ?? '';
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [node]);
    else group.push(node);
  }
  return groups;
}

/** Constructs that wait for each other, each circle as their paths. */
export function dependencyCircles(constructs: readonly IConstruct[]): string[][] {
  const graph = new Map(
    constructs
      .filter(({ node }) => node.dependencies.length > 0)
      .map(({ node }) => [node.path, node.dependencies.map((target) => target.node.path)]),
  );
  return stronglyConnected(graph).filter((component) => component.length > 1);
}
