import { bytes, formatBytes, formatCpu, millicores } from '../kubernetes/quantity';
import { type Capacity, nothing, peakByWorkload, podCapacity, sum, times } from '../model/capacity';
import { grouped } from '../model/grouped';
import { manifestsOf } from '../model/manifests';
import type { EnvironmentRecord, NodesRecord } from '../model/system';
import type { Rule, Violation } from './rule';

type Allocatable = NonNullable<NodesRecord['allocatable']>;

/** A resource of nodes: what a pod requests of it, and what a node has of it. */
interface NodeResource {
  readonly name: string;
  readonly field: keyof Capacity;
  readonly quantity: (node: Allocatable) => string | undefined;
  readonly read: (quantity: string) => number;
  readonly write: (amount: number) => string;
}

const nodeResources: readonly NodeResource[] = [
  { name: 'CPU', field: 'requestedCpu', quantity: ({ cpu }) => cpu, read: millicores, write: formatCpu },
  { name: 'memory', field: 'requestedMemory', quantity: ({ memory }) => memory, read: bytes, write: formatBytes },
  {
    name: 'ephemeral storage',
    field: 'requestedDisk',
    quantity: ({ ephemeralStorage }) => ephemeralStorage,
    read: bytes,
    write: formatBytes,
  },
];

export const nodeFit: Rule = {
  id: 'node-fit',
  severity: 'error',
  summary: 'Every pod fits the largest node of its environment, and all pods together fit all nodes.',
  *check(system) {
    const environments = new Map(system.environments.map((environment) => [environment.name, environment]));
    if (![...environments.values()].some(({ nodes }) => nodes.allocatable !== undefined)) return;
    for (const { object, pod } of manifestsOf(system).podOwners) {
      const node = environments.get(object.environment ?? '')?.nodes.allocatable;
      if (node !== undefined) yield* largerThanNode(object.path, podCapacity(pod), node);
    }
    for (const [name, objects] of grouped(system.objects, ({ environment }) => environment ?? '')) {
      const environment = environments.get(name);
      if (environment === undefined) continue;
      yield* moreThanAllNodes(
        environment,
        objects.map(({ manifest }) => manifest),
      );
    }
  },
};

function* largerThanNode(path: string, pod: Capacity, node: Allocatable): Iterable<Violation> {
  for (const { name, field, quantity, read, write } of nodeResources) {
    const available = quantity(node);
    if (available === undefined || pod[field] <= read(available)) continue;
    yield {
      path,
      message: `a pod requests ${write(pod[field])} of ${name}, but the largest node has ${available} for pods, so no node ever takes it`,
      fix: 'smaller requests, fewer sidecars, or larger nodes',
    };
  }
}

/** Every autoscaler at its maximum, without what a rollout adds: pods that stay pending for good. */
function* moreThanAllNodes(
  { path, nodes: { allocatable, count } }: EnvironmentRecord,
  manifests: Parameters<typeof peakByWorkload>[0],
): Iterable<Violation> {
  if (allocatable === undefined || count === undefined) return;
  const peaks = peakByWorkload(manifests, count);
  const total = peaks.map(({ perPod, replicas }) => times(perPod, replicas)).reduce(sum, nothing);
  for (const { name, field, quantity, read, write } of nodeResources) {
    const available = quantity(allocatable);
    if (available === undefined || total[field] <= count * read(available)) continue;
    const all = write(count * read(available));
    yield {
      path,
      message: `${total.pods} pods request ${write(total[field])} of ${name} when every autoscaler is at its maximum, but ${count} nodes of at most ${available} have ${all}, so some pods stay pending`,
      fix: 'smaller requests, fewer replicas at the maximum, or a higher nodes.count',
    };
  }
}
