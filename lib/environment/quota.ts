import type { Volume } from 'kubernetes-types/core/v1';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { bytes, formatBytes, formatCpu } from '../kubernetes/quantity';
import {
  type Capacity,
  endingCapacity,
  peakByWorkload,
  peakCapacity,
  podCapacity,
  sum,
  times,
} from '../model/capacity';
import type { CertificateRecord } from '../model/system';

/** The resources of a container that declares none, as the LimitRange gives them to it. */
export type ContainerResources = Readonly<Record<'cpu' | 'memory' | 'ephemeral-storage', string>>;

/**
 * The quota that fits what is in an environment: its peak, the pods that a rollout is still ending, and one pod that
 * is started by hand to look for a fault.
 *
 * @param defaults - the resources of the pod that is started by hand
 * @param nodes - how many there are at the most: what runs on every node has as many pods
 * @param certificates - those whose hosts are proven by pods in the environment
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function computedQuota(
  manifests: readonly Manifest[],
  defaults: ContainerResources,
  nodes?: number,
  certificates: readonly CertificateRecord[] = [],
): Record<string, string> {
  const peak = [
    peakCapacity(manifests, nodes),
    quotaHeadroom(manifests, defaults),
    solverCapacity(certificates, defaults),
  ].reduce(sum);
  const claims = manifests.flatMap((manifest) => claimsOf(manifest, nodes));
  const storage = claims.reduce((total, { size }) => total + size, 0);
  return {
    pods: String(peak.pods),
    'requests.cpu': formatCpu(peak.requestedCpu),
    'requests.memory': formatBytes(peak.requestedMemory),
    'requests.ephemeral-storage': formatBytes(peak.requestedDisk),
    'limits.cpu': formatCpu(peak.cpuLimit),
    'limits.memory': formatBytes(peak.memoryLimit),
    'limits.ephemeral-storage': formatBytes(peak.diskLimit),
    persistentvolumeclaims: String(claims.length),
    'requests.storage': formatBytes(storage),
  };
}

/** What the quota holds beyond the peak. */
export function quotaHeadroom(manifests: readonly Manifest[], defaults: ContainerResources): Capacity {
  const resources = { requests: defaults, limits: defaults };
  const debugPod = podCapacity({ containers: [{ name: 'debug', resources }] });
  return sum(endingCapacity(manifests), debugPod);
}

/**
 * The pods with which cert-manager proves hosts over HTTP-01, all at once at a renewal, with the resources that it gives
 * them unless its issuer says otherwise. It states no disk, so they get that of the LimitRange.
 * @see https://cert-manager.io/docs/cli/controller/
 */
function solverCapacity(certificates: readonly CertificateRecord[], defaults: ContainerResources): Capacity {
  const pods = certificates.flatMap(({ challenge, hosts }) => (challenge === 'http-01' ? hosts : [])).length;
  const disk = { 'ephemeral-storage': defaults['ephemeral-storage'] };
  const resources = {
    requests: { cpu: '10m', memory: '64Mi', ...disk },
    limits: { cpu: '100m', memory: '64Mi', ...disk },
  };
  return times(podCapacity({ containers: [{ name: 'acmesolver', resources }] }), pods);
}

interface Claim {
  readonly spec?: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
}

interface SizedClaim {
  readonly size: number;
}

const sized = ({ spec }: Claim): SizedClaim => ({ size: bytes(spec?.resources?.requests?.storage ?? 0) });
const repeated = (count: number, claim: Claim) => Array.from({ length: count }, () => sized(claim));

/** The claims of an object: itself, those of its members, and those that its pods bring and take with them. */
function claimsOf(manifest: Manifest, nodes?: number): SizedClaim[] {
  const { kind, spec } = manifest;
  if (kind === 'PersistentVolumeClaim') return [sized({ spec })];
  const templates: readonly Claim[] = kind === 'StatefulSet' ? (spec?.volumeClaimTemplates ?? []) : [];
  const [peak] = peakByWorkload([manifest], nodes);
  const pods = peak === undefined ? 0 : peak.replicas + peak.surge;
  return [
    ...templates.flatMap((claim) => repeated(spec?.replicas ?? 1, claim)),
    ...claimsOfPods(manifest).flatMap((claim) => repeated(pods, claim)),
    ...keptClaims(manifest),
  ];
}

/** The claims of pods whose runs are over: they stay as long as their jobs. */
export function keptClaims(manifest: Manifest): SizedClaim[] {
  return claimsOfPods(manifest).flatMap((claim) => repeated(keptPods(manifest), claim));
}

/** The claims that each pod brings and takes with it. */
function claimsOfPods({ kind, spec }: Manifest): Claim[] {
  const volumes: readonly Volume[] =
    (kind === 'CronJob' ? spec?.jobTemplate?.spec : spec)?.template?.spec?.volumes ?? [];
  return volumes.flatMap(({ ephemeral }) => (ephemeral?.volumeClaimTemplate as Claim | undefined) ?? []);
}

/** Pods of runs that are over stay with their claims as long as their jobs: one for each that ended well, and every attempt of one that did not. */
function keptPods({ kind, spec }: Manifest): number {
  if (kind !== 'CronJob') return 0;
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1, jobTemplate } = spec ?? {};
  const attempts = 1 + Number(jobTemplate?.spec?.backoffLimit ?? 6);
  return Number(successfulJobsHistoryLimit) + Number(failedJobsHistoryLimit) * attempts;
}
