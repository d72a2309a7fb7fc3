import { accountMissing } from './account-missing';
import { autoscaleBounds } from './autoscale-bounds';
import { autoscaleRequest } from './autoscale-request';
import { backupFit } from './backup-fit';
import { backupMissing } from './backup-missing';
import { backupPlaintext } from './backup-plaintext';
import { callCycle } from './call-cycle';
import { capacityQuota } from './capacity-quota';
import { configHotSubpath } from './config-hot-subpath';
import { configMissing } from './config-missing';
import { configSize } from './config-size';
import { configUnused } from './config-unused';
import { connectionPool } from './connection-pool';
import { dataLoss } from './data-loss';
import { disruptionDeadlock } from './disruption-deadlock';
import { disruptionQuorum } from './disruption-quorum';
import { drainSequence } from './drain-sequence';
import { dstGap } from './dst-gap';
import { engineUpgrade } from './engine-upgrade';
import { exposedOperations } from './exposed-operations';
import { imagePinned } from './image-pinned';
import { immutableField } from './immutable-field';
import { jobBounds } from './job-bounds';
import { memberRemoval } from './member-removal';
import { nameClash } from './name-clash';
import { nameValid } from './name-valid';
import { nodeFit } from './node-fit';
import { openEgress } from './open-egress';
import { ordinalScale } from './ordinal-scale';
import { partitionParallelism } from './partition-parallelism';
import { plaintextBackend } from './plaintext-backend';
import { priorityInversion } from './priority-inversion';
import { probeDependency } from './probe-dependency';
import { referenceDangling } from './reference-dangling';
import { retryIdempotent } from './retry-idempotent';
import { retryStorm } from './retry-storm';
import { rolloutProgress } from './rollout-progress';
import { routeConflict } from './route-conflict';
import type { Rule } from './rule';
import { scaleHandover } from './scale-handover';
import { secretLiteral } from './secret-literal';
import { selectorOverlap } from './selector-overlap';
import { shardLayout } from './shard-layout';
import { standbyWrite } from './standby-write';
import { startupDeadlock } from './startup-deadlock';
import { storageClass } from './storage-class';
import { storageMode } from './storage-mode';
import { timeoutBudget } from './timeout-budget';
import { versionGate } from './version-gate';
import { volumeResize } from './volume-resize';
import { zoneLoss } from './zone-loss';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [
  accountMissing,
  autoscaleBounds,
  autoscaleRequest,
  backupFit,
  backupMissing,
  backupPlaintext,
  callCycle,
  capacityQuota,
  configHotSubpath,
  configMissing,
  configSize,
  configUnused,
  connectionPool,
  dataLoss,
  disruptionDeadlock,
  disruptionQuorum,
  drainSequence,
  dstGap,
  engineUpgrade,
  exposedOperations,
  imagePinned,
  immutableField,
  jobBounds,
  memberRemoval,
  nameClash,
  nameValid,
  nodeFit,
  openEgress,
  ordinalScale,
  partitionParallelism,
  plaintextBackend,
  priorityInversion,
  probeDependency,
  referenceDangling,
  retryIdempotent,
  retryStorm,
  rolloutProgress,
  routeConflict,
  scaleHandover,
  secretLiteral,
  selectorOverlap,
  shardLayout,
  standbyWrite,
  startupDeadlock,
  storageClass,
  storageMode,
  timeoutBudget,
  versionGate,
  volumeResize,
  zoneLoss,
];
