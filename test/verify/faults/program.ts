import { join, relative, resolve } from 'node:path';
import { mustRun, type Result, run } from '../run';
import { textsIn } from './folder';

const project = resolve(__dirname, '..', '..', '..');

/** The program with many services, and how to run it: with node, on a folder, in version `a` or `b`. */
export class ManyServices {
  private constructor(private readonly file: string) {}

  /** Compiled, because it is run some hundred times and the compiler would take most of each. */
  static async compile(folder: string): Promise<ManyServices> {
    const source = join(__dirname, 'many-services.ts');
    const like = ['--module', 'node20', '--target', 'es2022', '--lib', 'es2024', '--types', 'node', '--skipLibCheck'];
    const args = ['--ignoreConfig', ...like, '--rootDir', project, '--outDir', folder, source];
    await mustRun(join(project, 'node_modules', '.bin', 'tsc'), args, { cwd: project });
    return new ManyServices(join(folder, relative(project, source)).replace(/\.ts$/, '.js'));
  }

  readonly env = { ...process.env, NODE_PATH: join(project, 'node_modules') };

  arguments(dist: string, mode: 'a' | 'b' | 'loop'): string[] {
    return [this.file, dist, mode];
  }

  synth(dist: string, version: 'a' | 'b'): Promise<Result> {
    return run(process.execPath, this.arguments(dist, version), { env: this.env });
  }

  /** What each version looks like when nothing comes between. */
  async bothVersions(folder: string): Promise<Versions> {
    const whole = async (version: 'a' | 'b') => {
      const dist = join(folder, version, 'dist');
      const { code, stderr } = await this.synth(dist, version);
      if (code !== 0) throw new Error(stderr);
      return textsIn(dist);
    };
    return { a: await whole('a'), b: await whole('b') };
  }
}

export interface Versions {
  readonly a: ReadonlyMap<string, string>;
  readonly b: ReadonlyMap<string, string>;
}

/** An error that says what is wrong, in so many words and without a stack. */
export function isClear({ code, stderr }: Result, words: RegExp): boolean {
  return code !== 0 && words.test(stderr) && !/^\s+at /m.test(stderr);
}
