import { backendOwners, votes } from '../model/backend-owners';
import { movableKinds } from '../model/disruptions';
import { majority } from '../model/majority';
import { listOf, type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import { fewestReplicas, mostReplicas } from '../model/replicas';
import type { Rule, Violation } from './rule';

const ZONE = 'topology.kubernetes.io/zone';

export const zoneLoss: Rule = {
  id: 'zone-loss',
  severity: 'error',
  summary:
    'What is critical is left with a pod, or with its majority, when a zone is lost; no spread asks for more zones than there are.',
  *check(system) {
    const zonesOf = new Map(
      system.environments.flatMap(({ name, nodes: { zones } }) => (zones ? [[name, zones]] : [])),
    );
    if (zonesOf.size === 0) return;
    const criticalClasses = new Map(
      system.environments.map(({ name, priorityClasses }) => [name, priorityClasses.critical]),
    );
    const manifests = manifestsOf(system);
    const voters = new Set(backendOwners(system, votes).map(({ owner }) => owner));
    for (const owner of manifests.podOwners) {
      const zones = zonesOf.get(owner.object.environment ?? '');
      if (zones === undefined || !movableKinds.has(owner.kind)) continue;
      yield* unreachableZones(owner, zones, manifests);
      if (owner.pod.priorityClassName === criticalClasses.get(owner.object.environment ?? '')) {
        yield* loss(owner, zones, voters.has(owner), manifests);
      }
    }
  },
};

function* loss(owner: PodOwner, zones: number, isVoting: boolean, manifests: Manifests): Iterable<Violation> {
  const replicas = fewestReplicas(manifests, owner);
  const constraints = listOf(owner.pod.topologySpreadConstraints).filter(({ topologyKey }) => topologyKey === ZONE);
  // A soft one is a wish. Pods that can stand anywhere come up in another zone; members stay where their volumes are.
  const isKept = constraints.some(({ whenUnsatisfiable }) => !isVoting || whenUnsatisfiable === 'DoNotSchedule');
  const inOneZone = isKept ? Math.ceil(replicas / zones) : replicas;
  const needed = isVoting ? majority(replicas) : 1;
  const left = replicas - inOneZone;
  if (replicas === 0 || left >= needed) return;
  const softly = constraints.length > 0 ? 'with a soft spread over zones' : 'without a spread over zones';
  const where = isKept ? `${replicas} over ${zones} zones` : `${replicas} ${softly}`;
  yield {
    path: owner.object.path,
    message:
      `is critical, but the loss of one zone may leave ${left} of its pods (${where}: ${replicas} - ${inOneZone} = ${left}), ` +
      `and it needs ${needed}${isVoting ? ', its majority' : ''}`,
    fix: isVoting
      ? isKept
        ? 'three zones for three members, so that two are left'
        : "spread: 'hard', so that no member stands in the zone of another"
      : 'two replicas or more, spread over two zones or more',
  };
}

/** A hard rule about zones leaves pods waiting for zones that do not exist. */
function* unreachableZones(
  { object, kind, name, pod }: PodOwner,
  zones: number,
  manifests: Manifests,
): Iterable<Violation> {
  const { path } = object;
  for (const { topologyKey, whenUnsatisfiable, minDomains = 1 } of listOf(pod.topologySpreadConstraints)) {
    if (topologyKey !== ZONE || whenUnsatisfiable !== 'DoNotSchedule' || minDomains <= zones) continue;
    const message = `must be spread over ${minDomains} zones (minDomains), but there are ${zones}: the rest of its pods wait for ever`;
    yield { path, message, fix: `minDomains: ${zones}, or whenUnsatisfiable: ScheduleAnyway` };
  }
  const apart = listOf(pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution);
  const owner = manifests.podOwnerAt(path);
  const replicas = owner === undefined ? 0 : mostReplicas(manifests, owner);
  if (apart.some(({ topologyKey }) => topologyKey === ZONE) && replicas > zones) {
    const message = `wants each of ${replicas} pods of ${kind} ${name} in a zone of its own, but there are ${zones}: ${replicas - zones} wait for ever`;
    yield { path, message, fix: 'preferredDuringScheduling instead of requiredDuringScheduling' };
  }
}
