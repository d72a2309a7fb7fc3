/** What a proof has to say, one at a time: what it measured, what could not be played here, or what broke off. */
export type Report = Measured | { readonly subject: string; readonly skipped: string } | Failed;

export interface Measured {
  readonly subject: string;
  readonly what: string;
  readonly value: number | string;
  /** What it must be; nothing where the figure is for the reader only. */
  readonly wanted?: number | string;
  /** What is behind a figure that is not as it must be. */
  readonly details?: readonly string[];
}

interface Failed {
  readonly subject: string;
  readonly failed: string;
}

/** For people a line of text; for `npm run verify`, which counts, a line of JSON. */
export function tell(report: Report): void {
  console.log(process.env.ENGINES_JSON === undefined ? shown(report) : JSON.stringify(report));
}

function shown(report: Report): string {
  const { subject } = report;
  if ('skipped' in report) return `${subject} skipped: ${report.skipped}`;
  if ('failed' in report) return `${subject} failed: ${report.failed}`;
  const { what, value, wanted = value, details = [] } = report;
  const line = `${subject} ${what} ${value}`;
  return value === wanted ? line : [`${line} (must be ${wanted})`, ...details].join('\n  ');
}
