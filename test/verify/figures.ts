import type { Skipped } from './skipped';

/** What a figure must be: this number, at least this one, or this one at the most. */
export type Bound = number | { readonly atLeast: number } | { readonly atMost: number };

const shownDetails = Number(process.env.VERIFY_DETAILS ?? 40);

/** Prints what is measured, one figure a line, each with what it must be; and remembers whether one is off. */
export class Figures {
  private right = 0;
  private wrong = 0;
  private skipped = 0;

  /** @param details - what is behind a figure that is off, shown only then */
  figure(name: string, value: number, bound: Bound, details: readonly string[] = []): void {
    if (holds(value, bound)) {
      this.right += 1;
      console.log(`ok     ${name} ${value} (must be ${shown(bound)})`);
      return;
    }
    this.wrong += 1;
    console.log(`WRONG  ${name} ${value} (must be ${shown(bound)})`);
    for (const line of details.slice(0, shownDetails)) console.log(`         ${line.replaceAll('\n', '\n         ')}`);
    if (details.length > shownDetails) console.log(`         … and ${details.length - shownDetails} more`);
  }

  /** As many as there are, and there must be none. */
  none(name: string, found: readonly string[]): void {
    this.figure(name, found.length, 0, found);
  }

  /** What is measured only to be compared. */
  note(text: string): void {
    console.log(`       ${text}`);
  }

  skip(name: string, { skipped }: Skipped): void {
    this.skipped += 1;
    console.log(`skip   ${name}: ${skipped}`);
  }

  /** A check that could not be finished. */
  failed(name: string, error: unknown): void {
    this.wrong += 1;
    console.log(`WRONG  ${name} did not finish: ${error instanceof Error ? error.stack : String(error)}`);
  }

  get isRight(): boolean {
    return this.wrong === 0;
  }

  summary(): string {
    return `${this.right} figures right, ${this.wrong} wrong, ${this.skipped} skipped`;
  }
}

function holds(value: number, bound: Bound): boolean {
  if (typeof bound === 'number') return value === bound;
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}

function shown(bound: Bound): string {
  if (typeof bound === 'number') return String(bound);
  return 'atLeast' in bound ? `${bound.atLeast} or more` : `${bound.atMost} or less`;
}
