import type { PodOwner } from '../model/manifests';

/** A workload as people know it: `Deployment orders`, and a Job without the hash that its name ends in. */
export function readerOf({ kind, name, object }: PodOwner): string {
  return `${kind} ${object.manifest.metadata.labels?.['app.kubernetes.io/name'] ?? name}`;
}
