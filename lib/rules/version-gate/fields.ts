import type { KubernetesVersion } from '../../kubernetes/version';
import { listOf, type PodOwner } from '../../model/manifests';

/** A field that only some versions of Kubernetes know, and in older ones is dropped or refused. */
export interface GatedField<Holder> {
  readonly field: string;
  /** The first version that has it without being asked to. */
  readonly since: KubernetesVersion;
  readonly isUsed: (holder: Holder) => boolean;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** The types of the fields trail behind Kubernetes, so the newest are read as what they are: unknown. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Newer = any;

/** @see https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/ */
export const podFields: readonly GatedField<PodOwner>[] = [
  {
    field: 'restartPolicy of an init container (a native sidecar)',
    since: '1.29',
    isUsed: ({ initContainers }) => initContainers.some(({ restartPolicy }) => isSet(restartPolicy)),
  },
  {
    field: 'lifecycle.preStop.sleep',
    since: '1.30',
    isUsed: (owner) =>
      owner.allContainers.some(
        ({ lifecycle }) => isSet(lifecycle?.preStop?.sleep) || isSet(lifecycle?.postStart?.sleep),
      ),
  },
  {
    field: 'securityContext.appArmorProfile',
    since: '1.30',
    isUsed: (owner) =>
      isSet(owner.pod.securityContext?.appArmorProfile) ||
      owner.allContainers.some(({ securityContext }) => isSet(securityContext?.appArmorProfile)),
  },
  {
    field: 'volumeMounts.recursiveReadOnly',
    since: '1.31',
    isUsed: (owner) =>
      owner.allContainers.some(({ volumeMounts }) =>
        listOf(volumeMounts).some((mount) => isSet(mount.recursiveReadOnly)),
      ),
  },
  {
    field: 'affinity with matchLabelKeys',
    since: '1.31',
    isUsed: ({ pod }) => podAffinityTerms(pod.affinity).some(hasLabelKeys),
  },
  { field: 'hostUsers', since: '1.33', isUsed: ({ pod }) => isSet(pod.hostUsers) },
  {
    field: 'securityContext.supplementalGroupsPolicy',
    since: '1.33',
    isUsed: ({ pod }) => isSet((pod.securityContext as Newer)?.supplementalGroupsPolicy),
  },
  {
    field: 'resizePolicy',
    since: '1.33',
    isUsed: (owner) => owner.allContainers.some(({ resizePolicy }) => isSet(resizePolicy)),
  },
  { field: 'resources of the whole pod', since: '1.34', isUsed: ({ pod }) => isSet((pod as Newer).resources) },
  {
    field: 'volumes.image',
    since: '1.35',
    isUsed: ({ pod }) => listOf(pod.volumes).some((volume: Newer) => isSet(volume.image)),
  },
];

function podAffinityTerms(affinity: Newer): Newer[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...listOf<object>(affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution),
    ...listOf<Newer>(affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution).map(
      (soft) => soft.podAffinityTerm,
    ),
  ]);
}

const hasLabelKeys = (term: Newer): boolean => isSet(term?.matchLabelKeys) || isSet(term?.mismatchLabelKeys);

/** Fields of the objects themselves, by kind; a holder is the spec. */
export const objectFields: ReadonlyMap<string, readonly GatedField<Newer>[]> = new Map([
  [
    'Service',
    [
      { field: 'trafficDistribution', since: '1.31', isUsed: (spec: Newer) => isSet(spec.trafficDistribution) },
      {
        field: 'trafficDistribution PreferSameZone or PreferSameNode',
        since: '1.34',
        isUsed: (spec: Newer) => /^PreferSame/.test(spec.trafficDistribution ?? ''),
      },
    ],
  ],
  [
    'Job',
    [
      { field: 'podReplacementPolicy', since: '1.29', isUsed: (spec: Newer) => isSet(spec.podReplacementPolicy) },
      { field: 'backoffLimitPerIndex', since: '1.29', isUsed: (spec: Newer) => isSet(spec.backoffLimitPerIndex) },
      { field: 'successPolicy', since: '1.31', isUsed: (spec: Newer) => isSet(spec.successPolicy) },
      { field: 'managedBy', since: '1.32', isUsed: (spec: Newer) => isSet(spec.managedBy) },
    ],
  ],
  [
    'StatefulSet',
    [
      {
        field: 'updateStrategy.rollingUpdate.maxUnavailable',
        since: '1.35',
        isUsed: (spec: Newer) => isSet(spec.updateStrategy?.rollingUpdate?.maxUnavailable),
      },
    ],
  ],
  [
    'HorizontalPodAutoscaler',
    [
      {
        field: 'behavior with tolerance',
        since: '1.35',
        isUsed: (spec: Newer) => isSet(spec.behavior?.scaleUp?.tolerance) || isSet(spec.behavior?.scaleDown?.tolerance),
      },
    ],
  ],
  [
    'PersistentVolumeClaim',
    [
      {
        field: 'volumeAttributesClassName',
        since: '1.34',
        isUsed: (spec: Newer) => isSet(spec.volumeAttributesClassName),
      },
    ],
  ],
]);
