import { autoscaleBounds } from './autoscale-bounds';
import { callCycle } from './call-cycle';
import { capacityQuota } from './capacity-quota';
import { disruptionDeadlock } from './disruption-deadlock';
import { drainSequence } from './drain-sequence';
import { imagePinned } from './image-pinned';
import { nameClash } from './name-clash';
import { nameValid } from './name-valid';
import { probeDependency } from './probe-dependency';
import { referenceDangling } from './reference-dangling';
import { retryIdempotent } from './retry-idempotent';
import { retryStorm } from './retry-storm';
import { rolloutProgress } from './rollout-progress';
import { routeConflict } from './route-conflict';
import type { Rule } from './rule';
import { selectorOverlap } from './selector-overlap';
import { timeoutBudget } from './timeout-budget';
import { versionGate } from './version-gate';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [
  autoscaleBounds,
  callCycle,
  capacityQuota,
  disruptionDeadlock,
  drainSequence,
  imagePinned,
  nameClash,
  nameValid,
  probeDependency,
  referenceDangling,
  retryIdempotent,
  retryStorm,
  rolloutProgress,
  routeConflict,
  selectorOverlap,
  timeoutBudget,
  versionGate,
];
