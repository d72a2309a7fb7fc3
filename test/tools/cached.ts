import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that a clean clone does not fetch and build everything again. */
const root = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-microservices');

/** A folder of this name, made when it is not there yet. Not later: which tests are skipped must be known before they run. */
export function cached(
  name: string,
  fill: (folder: string) => void,
): { readonly path: string } | { readonly missing: string } {
  const path = join(root, name);
  if (existsSync(path)) return { path };
  mkdirSync(root, { recursive: true });
  const unfinished = mkdtempSync(`${path}.`);
  try {
    fill(unfinished);
    renameSync(unfinished, path);
    return { path };
  } catch (error) {
    // Of two who fill it at the same time one wins, and both find it whole.
    return existsSync(path) ? { path } : { missing: (error as Error).message };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

export function run(folder: string, program: string, ...args: string[]): void {
  execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
}

export function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}
