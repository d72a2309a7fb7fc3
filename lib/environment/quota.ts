import type { Manifest } from '../kubernetes/kubernetes-object';
import { bytes, formatBytes, formatCpu } from '../kubernetes/quantity';
import { peakCapacity } from '../model/capacity';

/**
 * The quota that fits what is in an environment: its peak, and not a byte more.
 *
 * @param nodes - how many there are at the most: what runs on every node has as many pods
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function computedQuota(manifests: readonly Manifest[], nodes?: number): Record<string, string> {
  const peak = peakCapacity(manifests, nodes);
  const claims = manifests.filter(({ kind }) => kind === 'StatefulSet').flatMap(claimsOf);
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

function claimsOf({ spec }: Manifest): { readonly size: number }[] {
  const replicas = Array.from({ length: spec?.replicas ?? 1 });
  const templates: { spec?: { resources?: { requests?: { storage?: string } } } }[] = spec?.volumeClaimTemplates ?? [];
  return templates.flatMap(({ spec: claim }) =>
    replicas.map(() => ({ size: bytes(claim?.resources?.requests?.storage ?? 0) })),
  );
}
