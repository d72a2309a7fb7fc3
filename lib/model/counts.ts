/** A number of pods, or a share of them, as Kubernetes writes it: `1` or `25%`. */
export type CountOrShare = number | string;

/** How many pods that is, with its fraction; a share is one of `total`. */
export function podsIn(value: CountOrShare, total: number): number {
  if (typeof value === 'number') return value;
  const number = Number.parseFloat(value);
  return value.trim().endsWith('%') ? (number * total) / 100 : number;
}

/** `25% of 3 = 0.75`, or the number. */
export function shown(value: CountOrShare, total: number): string {
  return typeof value === 'number'
    ? String(value)
    : `${value} of ${total} = ${Number(podsIn(value, total).toFixed(3))}`;
}
