import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import type { Manifests } from '../../model/manifests';
import { selectedBy } from '../../model/selectors';
import type { ObjectRecord } from '../../model/system';
import type { Violation } from '../rule';

/** A budget protects pods that somebody makes. */
export function* selectedReferences(budget: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const { selector }: PodDisruptionBudgetSpec = budget.manifest.spec ?? {};
  if (!selector || selectedBy(manifests, budget, selector).length > 0) return;
  yield {
    path: budget.path,
    // The pods may be those of an operator.
    severity: 'warning',
    message: `protects pods with ${JSON.stringify(selector.matchLabels ?? {})}, which nothing here makes`,
    fix: 'the labels of the pods that it is for',
  };
}

/** An autoscaler moves an object that exists. */
export function* scaledReferences(scaler: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const { scaleTargetRef }: Partial<HorizontalPodAutoscalerSpec> = scaler.manifest.spec ?? {};
  const { kind, name } = scaleTargetRef ?? { kind: '', name: '' };
  if (manifests.find(scaler, kind, name)) return;
  yield {
    path: scaler.path,
    message: `scales ${kind} ${name}, which is not in the app`,
    fix: 'the kind and name of what it is for',
  };
}
