import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from './cluster';
import { Figures } from './figures';
import { type Program, synthesize } from './program';
import { isSkipped, type Skipped } from './skipped';

/** What all checks share: each part is made when the first of them asks. */
export class Context {
  /** @param named - the checks that were asked for by name; none where all of them run */
  constructor(readonly named: readonly string[] = []) {}

  readonly figures = new Figures();
  /** Gone at the end. */
  readonly folder = mkdtempSync(join(tmpdir(), 'verify-'));
  private starting: Promise<Cluster | Skipped> | undefined;
  private synthesizing: Promise<Program> | undefined;

  /** The shop of `main.ts`, in a directory of its own. */
  shop(): Promise<Program> {
    this.synthesizing ??= synthesize(join(__dirname, '..', '..', 'main.ts'), join(this.folder, 'shop'));
    return this.synthesizing;
  }

  /** Empty at first; whoever makes something in it takes it away again. */
  cluster(): Promise<Cluster | Skipped> {
    this.starting ??= startCluster().then((cluster) => {
      if (!isSkipped(cluster)) process.once('exit', () => cluster.stop());
      return cluster;
    });
    return this.starting;
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
