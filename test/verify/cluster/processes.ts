import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The programs of one cluster, which live no longer than this process and leave nothing behind. */
export class Processes {
  private readonly running: ChildProcess[] = [];
  private readonly failures: string[] = [];
  private stopped = false;

  constructor(private readonly folder: string) {
    process.once('exit', this.stop);
    process.once('SIGINT', exitOnSignal);
    process.once('SIGTERM', exitOnSignal);
  }

  start(name: string, program: string, args: readonly string[]): void {
    const log = join(this.folder, `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(program, args, { stdio: ['ignore', output, output] });
    child.on('error', (error) => this.failures.push(`${name}: ${error.message}`));
    child.on('exit', (code, signal) => {
      if (!this.stopped) this.failures.push(`${name} ended with ${code ?? signal}\n${lastLines(log)}`);
    });
    this.running.push(child);
  }

  /** Throws when a program has ended that should still run. */
  check(): void {
    if (this.failures.length > 0) throw new Error(this.failures.join('\n'));
  }

  /** Without mercy: the data goes as well, so that there is nothing to be saved by a gentle end. */
  readonly stop = (): void => {
    if (this.stopped) return;
    this.stopped = true;
    for (const child of this.running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', this.stop);
  };
}

const exitOnSignal = (): void => process.exit(130);

const lastLines = (log: string): string => readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
