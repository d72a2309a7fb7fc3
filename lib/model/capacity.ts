import type { CronJobSpec } from 'kubernetes-types/batch/v1';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { bytes, millicores } from '../kubernetes/quantity';
import { shortestInterval } from './cron';

/** What pods take from nodes and quotas; CPU in thousandths of a core, the rest in bytes. */
export interface Capacity {
  readonly pods: number;
  readonly requestedCpu: number;
  readonly requestedMemory: number;
  readonly requestedDisk: number;
  readonly cpuLimit: number;
  readonly memoryLimit: number;
  readonly diskLimit: number;
}

export const nothing: Capacity = {
  pods: 0,
  requestedCpu: 0,
  requestedMemory: 0,
  requestedDisk: 0,
  cpuLimit: 0,
  memoryLimit: 0,
  diskLimit: 0,
};

const combined = (a: Capacity, b: Capacity, how: (x: number, y: number) => number): Capacity => ({
  pods: how(a.pods, b.pods),
  requestedCpu: how(a.requestedCpu, b.requestedCpu),
  requestedMemory: how(a.requestedMemory, b.requestedMemory),
  requestedDisk: how(a.requestedDisk, b.requestedDisk),
  cpuLimit: how(a.cpuLimit, b.cpuLimit),
  memoryLimit: how(a.memoryLimit, b.memoryLimit),
  diskLimit: how(a.diskLimit, b.diskLimit),
});

export const sum = (a: Capacity, b: Capacity): Capacity => combined(a, b, (x, y) => x + y);
export const times = (a: Capacity, count: number): Capacity => combined(a, a, (x) => x * count);
const larger = (a: Capacity, b: Capacity): Capacity => combined(a, b, Math.max);

/**
 * What one pod takes while it starts or runs, whichever is more: each init container runs alone, but beside the native
 * sidecars that were started before it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podCapacity({ containers, initContainers = [] }: PodSpec): Capacity {
  let sidecars = nothing;
  let start = nothing;
  for (const container of initContainers) {
    const own = containerCapacity(container);
    if (container.restartPolicy === 'Always') {
      sidecars = sum(sidecars, own);
      start = larger(start, sidecars);
    } else start = larger(start, sum(sidecars, own));
  }
  const running = containers.map(containerCapacity).reduce(sum, sidecars);
  return { ...larger(start, running), pods: 1 };
}

function containerCapacity({ resources = {} }: Container): Capacity {
  const { requests = {}, limits = {} } = resources as {
    requests?: Record<string, string>;
    limits?: Record<string, string>;
  };
  return {
    pods: 0,
    // A container that states only a limit is given it as its request.
    requestedCpu: millicores(requests.cpu ?? limits.cpu ?? 0),
    requestedMemory: bytes(requests.memory ?? limits.memory ?? 0),
    requestedDisk: bytes(requests['ephemeral-storage'] ?? limits['ephemeral-storage'] ?? 0),
    cpuLimit: millicores(limits.cpu ?? 0),
    memoryLimit: bytes(limits.memory ?? 0),
    diskLimit: bytes(limits['ephemeral-storage'] ?? 0),
  };
}

/** What an environment takes at the most: every autoscaler at its maximum while everything is rolled out. */
export function peakCapacity(manifests: readonly Manifest[], nodes?: number): Capacity {
  return peakByWorkload(manifests, nodes)
    .map(({ capacity }) => capacity)
    .reduce(sum, nothing);
}

/**
 * The pods that are still ending while a rollout has already replaced them, as many for each Deployment as it surges: a
 * quota counts a pod until its grace period is over, the Deployment controller does not.
 */
export function endingCapacity(manifests: readonly Manifest[]): Capacity {
  return peakByWorkload(manifests)
    .map(({ perPod, surge }) => times(perPod, surge))
    .reduce(sum, nothing);
}

export interface WorkloadPeak {
  readonly kind: string;
  readonly name: string;
  /** Pods in the steady state, at the most. */
  readonly replicas: number;
  /** Pods that a rollout adds. */
  readonly surge: number;
  readonly perPod: Capacity;
  readonly capacity: Capacity;
}

/**
 * The greatest number of pods of each workload, and what they take.
 *
 * @param nodes - how many nodes there are at the most; a DaemonSet has a pod on each
 */
export function peakByWorkload(manifests: readonly Manifest[], nodes = 1): WorkloadPeak[] {
  const maxima = new Map(
    manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => [`${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`, Number(spec?.maxReplicas)]),
  );
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const template: PodSpec | undefined = (kind === 'CronJob' ? spec?.jobTemplate?.spec : spec)?.template?.spec;
    if (template?.containers === undefined) return [];
    const { name } = metadata;
    const replicas = maxima.get(`${kind}/${name}`) ?? podCount(kind, spec, nodes);
    const surges = kind === 'Deployment' && spec?.strategy?.type !== 'Recreate';
    const surge = surges ? surgePods(spec?.strategy?.rollingUpdate?.maxSurge ?? '25%', replicas) : 0;
    const perPod = podCapacity(template);
    return [{ kind, name, replicas, surge, perPod, capacity: times(perPod, replicas + surge) }];
  });
}

/** How many pods an object makes at the most, where no autoscaler moves their number. */
export function podCount(kind: string, spec: Manifest['spec'], nodes = 1): number {
  if (kind === 'Job') return spec?.parallelism ?? 1;
  if (kind === 'CronJob') return (spec?.jobTemplate?.spec?.parallelism ?? 1) * runsAtOnce(spec);
  if (kind === 'DaemonSet') return nodes;
  return spec?.replicas ?? 1;
}

const DAY_MINUTES = 24 * 60;

/**
 * How many runs of a CronJob there are at the same moment: as many as start until the first has reached its deadline.
 * With `Replace` the one that is stopped still ends while the next one starts.
 */
function runsAtOnce({ schedule = '', concurrencyPolicy = 'Allow', jobTemplate }: Partial<CronJobSpec>): number {
  if (concurrencyPolicy === 'Forbid') return 1;
  const { activeDeadlineSeconds, template } = jobTemplate?.spec ?? {};
  const seconds = Number(activeDeadlineSeconds ?? template?.spec?.activeDeadlineSeconds ?? 0);
  const runs = Math.max(1, Math.ceil(seconds / 60 / (shortestInterval(schedule) ?? DAY_MINUTES)));
  return concurrencyPolicy === 'Replace' ? Math.min(2, runs) : runs;
}

/** A share of the pods is rounded up for the surge. */
export function surgePods(maxSurge: number | string, replicas: number): number {
  return typeof maxSurge === 'number' ? maxSurge : Math.ceil((Number.parseFloat(maxSurge) / 100) * replicas);
}
