import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../cluster';
import type { KubernetesObject } from '../../cluster/api';

/** What is in the cluster, of these kinds: `deployments,statefulsets`. */
export async function list(cluster: Cluster, namespace: string, kinds: string): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await cluster.kubectl(['get', kinds, '-n', namespace, '-o', 'json']);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { items: KubernetesObject[] }).items;
}

/** What ends by itself has no replicas, and is not restarted. */
export const endsByItself = (kind: string | undefined): boolean => kind === 'Job' || kind === 'CronJob';

export const shown = ({ kind, metadata }: KubernetesObject): string =>
  `${metadata.namespace ?? ''}/${kind}/${metadata.name}`;

/** Asks until nothing is left to wait for, and tells what is left when the time is over. */
export async function waitFor(seconds: number, missing: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = await missing();
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(500);
  }
}

/** Deployments, StatefulSets and Jobs that are not yet what they say, after as long as a rollout may take here. */
export function notRolledOut(cluster: Cluster, namespaces: readonly string[]): Promise<readonly string[]> {
  return waitFor(120, async () => {
    const found = await Promise.all(
      namespaces.map((namespace) => list(cluster, namespace, 'deployments,statefulsets,jobs')),
    );
    return found.flat().flatMap(remaining);
  });
}

function remaining(object: KubernetesObject): string[] {
  const { kind, metadata, spec, status } = object;
  if (kind === 'Job') return status.succeeded === (spec.completions ?? 1) ? [] : [`${shown(object)} is not complete`];
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, observedGeneration } = status;
  const isSettled =
    observedGeneration === metadata.generation &&
    [replicas, updatedReplicas, readyReplicas].every((count) => count === spec.replicas);
  return isSettled
    ? []
    : [`${shown(object)} wants ${spec.replicas}, has ${replicas}: ${updatedReplicas} updated, ${readyReplicas} ready`];
}

/** The pods of each workload, by `StatefulSet/sessions`, without those that are about to end. */
export async function podsByOwner(cluster: Cluster, namespace: string): Promise<Map<string, KubernetesObject[]>> {
  const objects = await list(cluster, namespace, 'pods,replicasets.apps');
  const ownerOf = (object: KubernetesObject): string => {
    const [owner] = object.metadata.ownerReferences ?? [];
    if (owner?.kind !== 'ReplicaSet') return owner ? `${owner.kind}/${owner.name}` : shown(object);
    const set = objects.find(({ kind, metadata }) => kind === 'ReplicaSet' && metadata.name === owner.name);
    return set ? ownerOf(set) : `ReplicaSet/${owner.name}`;
  };
  const pods = new Map<string, KubernetesObject[]>();
  for (const pod of objects.filter(({ kind, metadata }) => kind === 'Pod' && !metadata.deletionTimestamp)) {
    const owner = ownerOf(pod);
    pods.set(owner, [...(pods.get(owner) ?? []), pod]);
  }
  return pods;
}
