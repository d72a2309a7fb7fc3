import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import { listOf } from './manifests';

/** A claim template of a StatefulSet, as far as rules compare it. */
export interface ClaimTemplate {
  readonly name: string;
  /** `10Gi` */
  readonly size: string | undefined;
  /** `undefined` is the default class of the cluster. */
  readonly storageClass: string | undefined;
}

interface SetSpec {
  readonly volumeClaimTemplates?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly spec?: PersistentVolumeClaimSpec;
  }[];
  readonly replicas?: unknown;
}

/** The claim templates of the spec of a StatefulSet. */
export function claimTemplatesOf(spec: SetSpec | undefined): ClaimTemplate[] {
  return listOf(spec?.volumeClaimTemplates).map(({ metadata, spec: claim }) => ({
    name: String(metadata?.name ?? ''),
    size: claim?.resources?.requests?.storage,
    storageClass: claim?.storageClassName,
  }));
}

/** How many members the spec of a StatefulSet asks for. */
export const membersOf = (spec: SetSpec | undefined): number => Number(spec?.replicas ?? 1);

/** The names of the claims that members of a StatefulSet have, from the first ordinal to the one before the last. */
export function claimNames(set: string, templates: readonly ClaimTemplate[], first: number, last: number): string[] {
  const ordinals = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return ordinals.flatMap((ordinal) => templates.map(({ name }) => `${name}-${set}-${ordinal}`));
}
