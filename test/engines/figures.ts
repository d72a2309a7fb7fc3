import { tell } from './report';

/** One figure at a time. One that is not as it must be is said to be so, and remembered. */
export class Figures {
  private wrong = 0;

  constructor(private readonly subject: string) {}

  /** What must be a certain number or word. `details` are what is behind it, for when it is not. */
  is(what: string, value: number | string, wanted: number | string, details: readonly string[] = []): void {
    if (value !== wanted) this.wrong += 1;
    tell({ subject: this.subject, what, value, wanted, details: value === wanted ? [] : details });
  }

  /** A number for the reader. */
  note(what: string, value: number | string): void {
    tell({ subject: this.subject, what, value });
  }

  get allRight(): boolean {
    return this.wrong === 0;
  }
}
