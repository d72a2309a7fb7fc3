import type { Finding } from '../model/finding';

/** Findings as people read them: one paragraph each. */
export function findingsAsText(findings: readonly Finding[]): string {
  return findings.map(paragraph).join('\n');
}

function paragraph({ severity, path, rule, message, fix }: Finding): string {
  const what = rule === 'invalid' ? message : `${rule}: ${message}`;
  return `${severity.padEnd(7)} [${path}] ${what}${fix === undefined ? '' : `\n        fix: ${fix}`}`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
