/** The name by which people know a construct: the last step of its path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `0.05 s`, without the digits that binary fractions leave behind. */
export function inSeconds(seconds: number): string {
  return `${rounded(seconds)} s`;
}

export function rounded(value: number): number {
  return Number(value.toFixed(3));
}

/** Whether one length of time is more than another by more than the noise of binary fractions. */
export function exceeds(seconds: number, limit: number): boolean {
  return seconds > limit + 1e-9;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `kubectl -n production`, and without a namespace only `kubectl`. */
export const kubectl = (namespace: string): string => (namespace === '' ? 'kubectl' : `kubectl -n ${namespace}`);
