import {
  type Dirent,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { HEADER } from './documents';
import { PlainError } from './plain-error';

/** What a synth did to the output directory. */
export interface Outcome {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** Why the output directory cannot be written. Nothing in it was changed unless the message says so. */
export class OutputError extends PlainError {
  override readonly name = 'OutputError';
}

/**
 * The directory that holds what was synthesized, and nothing else.
 *
 * New content is written beside it first and then renamed into place file by file, so that a crash at any moment
 * leaves whole files: old ones or new ones. The staging directory is also the lock against a second synth.
 */
export class Output {
  private readonly directory: string;
  private readonly staging: string;
  private existing: Map<string, string> | undefined;

  constructor(directory: string) {
    this.directory = resolve(directory);
    this.staging = join(dirname(this.directory), `.${basename(this.directory)}.synth`);
  }

  /** The text of a file as it is now; `undefined` where there is none. */
  read(file: string): string | undefined {
    this.existing ??= this.survey();
    return this.existing.get(file);
  }

  /** Makes the directory hold exactly these files. */
  replace(files: ReadonlyMap<string, string>): Outcome {
    return this.locked(() => {
      // Read again under the lock: another synth may have been at work.
      const existing = this.survey();
      this.existing = existing;
      const written = [...files.keys()].filter((file) => existing.get(file) !== files.get(file));
      const unchanged = [...files.keys()].filter((file) => existing.get(file) === files.get(file));
      const removed = [...existing.keys()].filter((file) => !files.has(file));
      this.checkPlaces(files.keys());
      const staged = written.map((file, index) => this.stage(String(index), files.get(file) as string));
      written.forEach((file, index) => {
        this.place(staged[index] as string, file);
      });
      for (const file of removed) this.remove(file);
      return { written, unchanged, removed };
    });
  }

  /** Reads everything in the directory and refuses what synth did not write. */
  private survey(): Map<string, string> {
    const found = new Map<string, string>();
    const foreign: string[] = [];
    const visit = (folder: string): void => {
      for (const entry of this.list(folder)) {
        const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && folder === '') visit(file);
        else if (!entry.isFile()) foreign.push(file);
        else {
          const text = attempt(`read ${this.show(file)}`, () => readFileSync(join(this.directory, file), 'utf8'));
          if (text.startsWith(HEADER)) found.set(file, text);
          else foreign.push(file);
        }
      }
    };
    visit('');
    if (foreign.length > 0) {
      throw new OutputError(
        `${foreign.map((file) => this.show(file)).join(', ')}: synth did not write ${foreign.length === 1 ? 'it' : 'them'}, ` +
          `and ${basename(this.directory)}/ is for what synth writes. Move ${foreign.length === 1 ? 'it' : 'them'} elsewhere; nothing was changed.`,
      );
    }
    return found;
  }

  private list(folder: string): Dirent[] {
    const path = join(this.directory, folder);
    return attempt(`read ${this.show(folder)}`, () => {
      try {
        return readdirSync(path, { withFileTypes: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
  }

  /** A folder where a file belongs, or a file where a folder belongs, is found before anything is written. */
  private checkPlaces(files: Iterable<string>): void {
    const kind = (path: string) => statSync(path, { throwIfNoEntry: false });
    for (const file of files) {
      if (kind(join(this.directory, file))?.isDirectory()) {
        throw new OutputError(`${this.show(file)} is a directory, but a file belongs there; nothing was changed.`);
      }
    }
  }

  private stage(name: string, text: string): string {
    const path = join(this.staging, name);
    attempt(`write ${path}`, () => writeFileSync(path, text));
    return path;
  }

  private place(staged: string, file: string): void {
    const target = join(this.directory, file);
    attempt(`write ${this.show(file)}`, () => {
      mkdirSync(dirname(target), { recursive: true });
      renameSync(staged, target);
    });
  }

  private remove(file: string): void {
    const path = join(this.directory, file);
    attempt(`remove ${this.show(file)}`, () => unlinkSync(path));
    const folder = dirname(path);
    if (folder !== this.directory && readdirSync(folder).length === 0) rmdirSync(folder);
  }

  private show(file: string): string {
    return `${basename(this.directory)}/${file}`;
  }

  private locked<T>(work: () => T): T {
    this.lock();
    try {
      return work();
    } finally {
      rmSync(this.staging, { recursive: true, force: true });
    }
  }

  private lock(): void {
    attempt(`write beside ${this.directory}`, () => mkdirSync(dirname(this.directory), { recursive: true }));
    for (let tries = 0; ; ) {
      try {
        mkdirSync(this.staging);
        writeFileSync(join(this.staging, 'owner'), JSON.stringify({ pid: process.pid, host: hostname() }));
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
          throw explained(`write beside ${this.directory}`, error);
        const owner = this.owner();
        if (owner === 'unknown' && this.isRecent(2_000)) {
          // It is being made or taken away, which is a matter of a moment; or its maker was killed just then.
          pause(20);
          continue;
        }
        if ((owner !== 'unknown' && owner !== 'gone') || tries > 2) {
          throw new OutputError(
            `${tries > 2 ? 'another synth' : owner} is writing to ${this.directory}; nothing was changed. Try again when it is done.`,
          );
        }
        // Left behind by a synth that was killed.
        rmSync(this.staging, { recursive: true, force: true });
        tries += 1;
      }
    }
  }

  /** Who holds the lock, unless its process is gone, or there is no word of it. */
  private owner(): string {
    let owner: { readonly pid: number; readonly host: string };
    try {
      owner = JSON.parse(readFileSync(join(this.staging, 'owner'), 'utf8'));
    } catch {
      return 'unknown';
    }
    const { pid, host } = owner;
    if (host !== hostname()) return this.isRecent() ? `a synth on ${host}` : 'gone';
    try {
      process.kill(pid, 0);
      return `the synth with process id ${pid}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'the synth of another user' : 'gone';
    }
  }

  private isRecent(milliseconds = 600_000): boolean {
    const made = statSync(this.staging, { throwIfNoEntry: false })?.mtimeMs;
    return made !== undefined && Date.now() - made < milliseconds;
  }
}

/** Stands still: synth is one call, and what it waits for happens in other processes. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(what, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a file stands where a directory belongs',
  EISDIR: 'a directory stands where a file belongs',
  EXDEV: 'the output directory must be on the same file system as its parent',
};

function explained(what: string, error: unknown): OutputError {
  if (error instanceof OutputError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new OutputError(`cannot ${what}: ${reasons[code] ?? message}`, { cause: error });
}
