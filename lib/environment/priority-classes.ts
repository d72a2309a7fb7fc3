import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import type { BodyOf } from '../kubernetes/kubernetes-object';
import { type Priority, rankOf } from '../model/priority';

/** Above everything of an environment that is not production, and far below the classes of the system. */
export const PRODUCTION_BASE = 100_000;

/** The highest value that Kubernetes leaves to others is a billion. */
export const HIGHEST_BASE = 999_990_000;

export const priorityValue = (base: number, priority: Priority): number => base + 1_000 * (rankOf(priority) + 1);

const meanings: Readonly<Record<Priority, string>> = {
  critical: 'Business stops without it.',
  standard: 'The usual.',
  optional: 'Business goes on without it; it is the first to make room.',
};

/**
 * A class of one environment. Only production ends pods of others to make room; what is not production waits.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
 */
export function priorityClass(priority: Priority, base: number, production: boolean): BodyOf<PriorityClass> {
  return {
    value: priorityValue(base, priority),
    globalDefault: false,
    preemptionPolicy: production && priority !== 'optional' ? 'PreemptLowerPriority' : 'Never',
    description: meanings[priority],
  };
}
