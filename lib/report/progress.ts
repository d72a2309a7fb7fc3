import { Presets, SingleBar } from 'cli-progress';

/** A bar on a terminal for what takes longer than a second. Silent where nobody watches. */
export class Progress {
  private readonly started = Date.now();
  private bar: SingleBar | undefined;
  private done = 0;

  constructor(
    /** How many steps there are; asked only when the bar is drawn. */
    private readonly total: () => number,
    private readonly visible: boolean,
  ) {}

  step(): void {
    this.done += 1;
    if (!this.visible) return;
    if (this.bar === undefined && Date.now() - this.started > 1_000) {
      this.bar = new SingleBar(
        { format: '{bar} {percentage}% | {value}/{total} objects', clearOnComplete: true },
        Presets.shades_classic,
      );
      this.bar.start(this.total(), this.done);
    }
    this.bar?.update(this.done);
  }

  end(): void {
    this.bar?.stop();
  }
}
