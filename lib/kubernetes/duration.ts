/** A length of time in one unit, as Istio and the Gateway API write it: `250ms`, `2s`, `5m`, `1h`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const millisecondsPer = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const form = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** A year: a mistake rather than a wait, and sums of these still fit where Kubernetes counts seconds. */
const longestSeconds = 365 * 24 * 3_600;

export function isDuration(value: unknown): value is Duration {
  return typeof value === 'string' && form.test(value) && seconds(value as Duration) <= longestSeconds;
}

/** How many seconds a duration lasts; fractions are kept. */
export function seconds(duration: Duration): number {
  const [, amount, unit] = form.exec(duration) ?? [];
  return (Number(amount) * millisecondsPer[unit as keyof typeof millisecondsPer]) / 1_000;
}
