import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import type { Labels } from '../metadata/labels';
import type { EnvironmentFacts } from '../model/environment-facts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

/** Which pods are kept apart from each other. */
export interface Spread {
  /** Whether the pods of an old and a new revision are spread each for themselves. */
  readonly perRevision: boolean;
  /**
   * How many members must be kept apart, even where one of them then waits for a node.
   * @defaultValue none: a pod is started beside another rather than not at all
   */
  readonly members?: number;
}

/**
 * Over zones first, then over nodes.
 *
 * Soft for pods that can stand anywhere: a hard spread leaves pods unscheduled where there are fewer zones than pods,
 * and a cluster that is losing a zone must still be able to start them. No anti-affinity beside it: that would be the
 * same wish again, in the form that costs the scheduler most.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function topologySpread(
  selector: Labels,
  { perRevision, members }: Spread,
  { zoneCount, nodeCount }: Pick<EnvironmentFacts, 'zoneCount' | 'nodeCount'>,
): TopologySpreadConstraint[] {
  const constraint = (topologyKey: string, more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
    // Counts only the pods of the revision that is rolled out, or the old ones distort where the new ones go.
    matchLabelKeys: perRevision ? ['pod-template-hash'] : undefined,
    ...more,
  });
  if (members === undefined) return [constraint(ZONE), constraint(HOST)];
  const hard = (topologyKey: string, domains: number | undefined) =>
    constraint(topologyKey, {
      whenUnsatisfiable: 'DoNotSchedule',
      // Without it, members that are placed while only one zone has nodes all go there, and their volumes keep them.
      minDomains: domains === undefined ? undefined : Math.min(members, domains),
      // A node that its taints close, such as one of the control plane, must not count as one that has no member yet.
      nodeTaintsPolicy: 'Honor',
    });
  // Nodes without the label of a zone would take no member at all, so it is asked for only where zones are known.
  if (zoneCount === undefined || zoneCount < 2) return [constraint(ZONE), hard(HOST, nodeCount)];
  // With a zone for each member, each has a node of its own as well.
  return members <= zoneCount ? [hard(ZONE, zoneCount)] : [hard(ZONE, zoneCount), hard(HOST, undefined)];
}
