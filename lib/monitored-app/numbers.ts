import { type Duration, seconds } from '../kubernetes/duration';

/** A number as people write it: `0.95`, never `0.9500000000000001`. */
export function decimal(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** A share as a percentage: `0.07` is `7%`. */
export function percent(share: number): string {
  return `${decimal(share * 100)}%`;
}

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A duration as Prometheus reads it, which knows no fractions: `1.5s` is `1500ms`. */
export function prometheusDuration(duration: Duration): string {
  return fromMilliseconds(Math.round(seconds(duration) * 1_000));
}

function fromMilliseconds(milliseconds: number): string {
  const [unit, size] = units.find(([, candidate]) => milliseconds % candidate === 0) ?? units[3];
  return `${milliseconds / size}${unit}`;
}

/**
 * Over how long rates are taken: four scrapes at least, so that one that is lost does not leave a hole.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function rateWindow(interval: Duration): string {
  return fromMilliseconds(Math.max(300_000, Math.round(seconds(interval) * 4_000)));
}

/** How long Prometheus waits for an answer: not longer than until it asks again. */
export function scrapeTimeout(interval: Duration): string {
  return fromMilliseconds(Math.min(10_000, Math.round(seconds(interval) * 1_000)));
}
