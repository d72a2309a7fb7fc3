import type { LabelSelector, LabelSelectorRequirement } from 'kubernetes-types/meta/v1';
import { listOf, type Manifests, namespaceOf, type PodOwner, reaches } from './manifests';
import type { ObjectRecord } from './system';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether pods with these labels are selected. An empty selector selects all.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    listOf(matchExpressions).every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && (values ?? []).includes(value);
    case 'NotIn':
      return value === undefined || !(values ?? []).includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Labels that pods are given when they are made, so that no template has them. */
const givenLabels = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-revision-hash',
  'pod-template-hash',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
  'job-name',
]);

/** The part of a selector that templates can tell of; the rest picks some of their pods. */
export function templateLabels(selector: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(selector).filter(([key]) => !givenLabels.has(key)));
}

/** Whose pods an object selects, in its namespace. Looks only at those with its rarest label. */
export function selectedBy(manifests: Manifests, from: ObjectRecord, selector: LabelSelector): readonly PodOwner[] {
  const namespace = namespaceOf(from);
  let candidates: readonly PodOwner[] | undefined;
  for (const label of Object.entries(selector.matchLabels ?? {})) {
    const owners = manifests.podOwnersIn(namespace, label);
    if (candidates === undefined || owners.length < candidates.length) candidates = owners;
    if (candidates.length < 2) break;
  }
  candidates ??= manifests.podOwnersIn(namespace);
  return candidates.filter(({ object, labels }) => reaches(from, object) && selects(selector, labels));
}
