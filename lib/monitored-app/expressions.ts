/** The names under which a process counts its requests. */
export interface RequestMetrics {
  /** The histogram of durations, in seconds, without `_bucket`. */
  readonly duration: string;
  /** The counter of requests. */
  readonly requests: string;
  /** The label with the status of the answer. */
  readonly statusLabel: string;
  /** A regular expression for the statuses that count as failed. */
  readonly failed: string;
}

type Labels = Readonly<Record<string, string>>;

/** `{namespace="production",container="orders"}`; text in PromQL is quoted like in JSON. */
export function select(labels: Labels, more = ''): string {
  const exact = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `{${[...exact, ...(more === '' ? [] : [more])].join(',')}}`;
}
