import { manifestsOf, type PodOwner } from './manifests';
import type { BackendRecord, System } from './system';

/** Backends, each with the object that runs its pods. Those that somebody else runs have none, and are left out. */
export function backendOwners(
  system: System,
  isWanted: (backend: BackendRecord) => boolean,
): { readonly backend: BackendRecord; readonly owner: PodOwner }[] {
  const wanted = system.backends.filter(isWanted);
  // Most systems have none of a kind, and pay nothing for the question.
  if (wanted.length === 0) return [];
  const { podOwnerAt } = manifestsOf(system);
  const objectOf = new Map(system.workloads.map(({ path, objectPath }) => [path, objectPath]));
  return wanted.flatMap((backend) => {
    const owner = podOwnerAt(objectOf.get(backend.path) ?? '');
    return owner === undefined ? [] : [{ backend, owner }];
  });
}

/** A set of which more than half of the members must be there. */
export const votes = ({ quorum }: BackendRecord): boolean => quorum;
