/** One figure a line. A figure that is not as it must be is said to be so, and remembered. */
export class Figures {
  private wrong = 0;

  constructor(private readonly subject: string) {}

  /** A number that must be a certain one. */
  is(what: string, value: number | string, wanted: number | string): void {
    const right = value === wanted;
    if (!right) this.wrong += 1;
    console.log(`${this.subject} ${what} ${value}${right ? '' : ` (must be ${wanted})`}`);
  }

  /** A number for the reader. */
  note(what: string, value: number | string): void {
    console.log(`${this.subject} ${what} ${value}`);
  }

  get allRight(): boolean {
    return this.wrong === 0;
  }
}
