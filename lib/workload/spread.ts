import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import type { Labels } from '../metadata/labels';

/**
 * Over zones first, then over nodes. Soft, because a hard spread leaves pods unscheduled where there are fewer zones
 * than pods, and a cluster that is losing a zone must still be able to start them. No anti-affinity beside it: that
 * would be the same wish again, in the form that costs the scheduler most.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function topologySpread(selector: Labels, perRevision: boolean): TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
    // Counts only the pods of the revision that is rolled out, or the old ones distort where the new ones go.
    matchLabelKeys: perRevision ? ['pod-template-hash'] : undefined,
  }));
}
