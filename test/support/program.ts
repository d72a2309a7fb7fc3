import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryDirectory } from './temporary';

const library = resolve(__dirname, '../../lib');

/** A program in a directory of its own, as a user writes it; `import … from 'cdk8s-microservices'` finds the library. */
export class Program {
  readonly directory = temporaryDirectory();
  readonly dist = join(this.directory, 'dist');

  constructor(source: string) {
    this.change(source);
  }

  change(source: string): void {
    writeFileSync(join(this.directory, 'main.ts'), source.replaceAll("'cdk8s-microservices'", JSON.stringify(library)));
  }

  get command(): readonly [string, readonly string[]] {
    return [process.execPath, ['--require', require.resolve('tsx/cjs'), join(this.directory, 'main.ts')]];
  }

  run(...args: string[]) {
    const [node, program] = this.command;
    return spawnSync(node, [...program, ...args], { cwd: this.directory, encoding: 'utf8' });
  }

  /** Everything under dist/: the text of each file. */
  files(): Record<string, string> {
    return filesOf(this.dist);
  }
}

/** The text of each file of a directory, by its path in it. */
export function filesOf(directory: string): Record<string, string> {
  if (!existsSync(directory)) return {};
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}
