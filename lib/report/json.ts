import type { Finding } from '../model/finding';

/** Findings as other programs read them. */
export function findingsAsJson(findings: readonly Finding[]): string {
  return JSON.stringify({ findings }, undefined, 2);
}
