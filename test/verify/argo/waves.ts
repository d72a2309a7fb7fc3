import type { KubernetesObject } from '../cluster/api';
import { kindOrder } from './health';

const rankOf = ({ kind = '' }: KubernetesObject): number =>
  kindOrder.includes(kind) ? kindOrder.indexOf(kind) : kindOrder.length;

export const waveOf = ({ metadata }: KubernetesObject): number =>
  Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);

/** The waves of an Application, first to last, each in the order in which Argo CD applies it. */
export function wavesOf(objects: readonly KubernetesObject[]): [number, KubernetesObject[]][] {
  const waves = new Map<number, KubernetesObject[]>();
  for (const object of objects) waves.set(waveOf(object), [...(waves.get(waveOf(object)) ?? []), object]);
  const sorted = [...waves].sort(([a], [b]) => a - b);
  for (const [, wave] of sorted)
    wave.sort((a, b) => rankOf(a) - rankOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  return sorted;
}
