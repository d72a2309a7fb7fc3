import { surgePods } from '../model/capacity';
import { grouped } from '../model/grouped';
import { type Manifests, manifestsOf } from '../model/manifests';
import { mostReplicas } from '../model/replicas';
import type { BackendRecord, System, UseRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { listed, nameOf } from './wording';

export const connectionPool: Rule = {
  id: 'connection-pool',
  severity: 'error',
  summary: 'The pools of all pods that use a backend fit into the connections that it accepts, during a rollout too.',
  *check(system) {
    const limited = system.backends.filter(({ maxConnections }) => maxConnections !== undefined);
    if (limited.length === 0) return;
    const manifests = manifestsOf(system);
    const usesOf = grouped(system.uses, ({ to }) => to);
    const objectOf = objectPaths(system);
    for (const backend of limited) yield* overload(backend, usesOf.get(backend.path) ?? [], objectOf, manifests);
  },
};

const objectPaths = ({ workloads }: System): ReadonlyMap<string, string> =>
  new Map(workloads.map(({ path, objectPath }) => [path, objectPath]));

function* overload(
  { path, name, maxConnections = 0, reservedConnections }: BackendRecord,
  uses: readonly UseRecord[],
  objectOf: ReadonlyMap<string, string>,
  manifests: Manifests,
): Iterable<Violation> {
  const demands = uses.flatMap(({ from, connectionsPerPod }) => {
    if (connectionsPerPod === undefined) return [];
    const pods = peakPods(objectOf.get(from) ?? '', manifests);
    return [
      { from: nameOf(from), ...pods, pool: connectionsPerPod, total: (pods.most + pods.surge) * connectionsPerPod },
    ];
  });
  const total = demands.reduce((sum, demand) => sum + demand.total, 0);
  const accepted = maxConnections - reservedConnections;
  if (total === 0 || total <= accepted) return;
  const terms = demands.map(
    ({ from, most, surge, pool, total: own }) =>
      `${from} (${most}${surge > 0 ? ` + ${surge} while it is rolled out` : ''}) x ${pool} = ${own}`,
  );
  const room =
    reservedConnections > 0 ? `${maxConnections} - ${reservedConnections} reserved = ${accepted}` : `${accepted}`;
  yield {
    path,
    message: `${name} accepts ${room} connections, but its users may open ${total}: ${listed(terms)}`,
    fix: `smaller pools (connectionsPerPod), fewer pods, a pool between them and ${name}, or more connections`,
  };
}

/** The greatest number of pods of a workload, as its rendered object and autoscaler say it. */
function peakPods(objectPath: string, manifests: Manifests): { readonly most: number; readonly surge: number } {
  const owner = manifests.podOwnerAt(objectPath);
  if (owner === undefined) return { most: 0, surge: 0 };
  const most = mostReplicas(manifests, owner);
  const { kind, spec } = owner.object.manifest;
  const surge = kind === 'Deployment' ? surgePods(spec?.strategy?.rollingUpdate?.maxSurge ?? '25%', most) : 0;
  return { most, surge };
}
