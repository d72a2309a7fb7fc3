import type { Affinity, TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import type { Labels } from '../metadata/labels';

/**
 * Over zones first, then over nodes. Soft, because a hard spread leaves pods unscheduled where there are fewer zones
 * than pods, and a cluster that is losing a zone must still be able to start them.
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

/**
 * Linux nodes; and two pods of one workload on one node only when there is no other.
 *
 * @param selector - `undefined` where the pods need not keep away from each other
 */
export function affinity(selector: Labels | undefined): Affinity {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }],
      },
    },
    podAntiAffinity: selector && {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: selector } },
        },
      ],
    },
  };
}
