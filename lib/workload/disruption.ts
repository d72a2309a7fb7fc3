import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import * as check from '../checks/values';
import type { Labels } from '../metadata/labels';

/** Pods as a number or as a share of all. */
export type CountOrPercent = number | `${number}%`;

export const countOrPercent = check.either(
  'a whole number or a percentage such as 25%',
  [check.isNumber, check.integer(0)],
  [
    check.isText,
    check.matching((value) => check.isText(value) && /^(100|\d{1,2})%$/.test(value), 'a percentage such as 25%'),
  ],
);

/**
 * How many pods a drain may take away at once. A pod that is not healthy never holds one up: it serves nobody.
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
 */
export function disruptionBudget(
  selector: Labels,
  bound: { readonly maxUnavailable: CountOrPercent } | { readonly minAvailable: CountOrPercent },
): PodDisruptionBudgetSpec {
  return { ...bound, selector: { matchLabels: { ...selector } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
}
