import type { LifecycleHandler } from 'kubernetes-types/core/v1';
import { atLeast, type KubernetesVersion } from '../kubernetes/version';
import type { ShutdownRecord } from '../model/system';

export interface Shutdown {
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
}

/** When nobody sends to a pod any more that has begun to end. */
function quietAfterSeconds(record: ShutdownRecord): number {
  return record.endpointPropagationSeconds + record.balancerDetectionSeconds + record.drainSeconds;
}

/**
 * Taking a pod out of its Service and stopping its containers begin at the same moment. So the process is told to stop
 * only when nobody can still send to it, and then has the time of its longest request.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export function shutdownOf(record: ShutdownRecord): Shutdown {
  const preStopSeconds = Math.ceil(quietAfterSeconds(record));
  return {
    preStopSeconds,
    graceSeconds: Math.ceil(preStopSeconds + record.longestRequestSeconds + record.flushSeconds),
  };
}

/**
 * The wait before SIGTERM. From 1.30 the kubelet waits by itself; before that the image must have `sleep`.
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations
 */
export function preStop(waitSeconds: number, kubernetes: KubernetesVersion): LifecycleHandler | undefined {
  if (waitSeconds <= 0) return undefined;
  if (atLeast(kubernetes, '1.30')) return { sleep: { seconds: waitSeconds } };
  return { exec: { command: ['sleep', String(waitSeconds)] } };
}
