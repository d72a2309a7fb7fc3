import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from './resp';

/** A primary that somebody found, and what it is called. */
export interface Primary {
  readonly name: string;
  readonly client: RedisClient;
}

interface Promised {
  readonly value: string;
  readonly primary: string;
  readonly phase: string;
  readonly at: number;
}

/** Writes as fast as it is answered, and remembers what it was promised, by whom and when. */
export class Writer {
  readonly promised = new Map<number, Promised>();
  /** What is being done to the members. */
  phase = 'the beginning';
  refused = 0;
  longestGap = 0;
  private readonly started = Date.now();
  private readonly events: string[] = [];
  private running = true;
  private count = 0;
  private readonly done: Promise<void>;

  constructor(
    private readonly primary: () => Promise<Primary>,
    private readonly replicas: number,
  ) {
    this.done = this.work();
  }

  private async work(): Promise<void> {
    let primary: Primary | undefined;
    let last = Date.now();
    while (this.running) {
      this.count += 1;
      const value = `value-${this.count}-${Math.random()}`;
      try {
        if (primary === undefined) {
          primary = await this.primary();
          this.note(`writes to ${primary.name}`);
        }
        await primary.client.must('SET', `key-${this.count}`, value);
        const copies = this.replicas === 0 ? 0 : Number(await primary.client.must('WAIT', this.replicas, 1_000));
        if (copies < this.replicas) throw new Error(`${copies} replicas have it`);
        this.promised.set(this.count, { value, primary: primary.name, phase: this.phase, at: Date.now() });
        this.longestGap = Math.max(this.longestGap, Date.now() - last);
        last = Date.now();
      } catch (error) {
        this.note(String((error as Error).message));
        this.refused += 1;
        primary?.client.close();
        primary = undefined;
        await sleep(50);
      }
      await sleep(2);
    }
    primary?.client.close();
  }

  /** What happens between the writes; the same again is said once. */
  note(event: string): void {
    if (this.events.at(-1)?.endsWith(`: ${event}`)) return;
    this.events.push(`${this.time(Date.now())}, after ${this.count - 1}: ${event}`);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.done;
  }

  /** Which of the promised are not there, as ranges of numbers, and if there are any, what happened. */
  async missing(client: RedisClient): Promise<{ readonly count: number; readonly details: string[] }> {
    const ranges: { first: number; last: number; promised: Promised; until: number }[] = [];
    let count = 0;
    let before: boolean = false;
    for (const [number, promised] of this.promised) {
      const there = (await client.must('GET', `key-${number}`)) === promised.value;
      const range = ranges.at(-1);
      if (!there) {
        count += 1;
        const same = before && range?.promised.primary === promised.primary && range.promised.phase === promised.phase;
        if (same) Object.assign(range, { last: number, until: promised.at });
        else ranges.push({ first: number, last: number, promised, until: promised.at });
      }
      before = !there;
    }
    const details = ranges.map(
      ({ first, last, promised, until }) =>
        `${first} to ${last}, promised by ${promised.primary} from ${this.time(promised.at)} to ${this.time(until)}, in ${promised.phase}`,
    );
    return { count, details: count === 0 ? [] : [...details, ...this.events] };
  }

  private time(at: number): string {
    return `${((at - this.started) / 1_000).toFixed(2)} s`;
  }
}
