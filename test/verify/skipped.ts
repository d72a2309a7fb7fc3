/** What could not be checked on this machine, and why. A check that is skipped is counted and shown, never forgotten. */
export interface Skipped {
  readonly skipped: string;
}

export function isSkipped(outcome: unknown): outcome is Skipped {
  return typeof outcome === 'object' && outcome !== null && 'skipped' in outcome;
}
