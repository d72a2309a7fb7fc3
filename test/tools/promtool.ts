import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that a clean clone does not fetch it again. */
const root = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-microservices');

/**
 * Prometheus' own checker of rules: the one of the machine, or out of Debian's package, which is unpacked and not
 * installed. Where there is none, why.
 */
export function promtool(): { readonly program: string } | { readonly missing: string } {
  if (spawnSync('promtool', ['--version']).status === 0) return { program: 'promtool' };
  const folder = join(root, 'promtool-1');
  const program = join(folder, 'usr/bin/promtool');
  if (existsSync(program)) return { program };
  mkdirSync(root, { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    execFileSync('apt-get', ['download', 'prometheus'], { cwd: unfinished, stdio: 'pipe' });
    const archives = readdirSync(unfinished);
    for (const archive of archives) execFileSync('dpkg', ['-x', join(unfinished, archive), unfinished]);
    for (const archive of archives) rmSync(join(unfinished, archive));
    // Whoever else fetched it at the same time has fetched the same.
    if (!existsSync(folder)) renameSync(unfinished, folder);
    return { program };
  } catch (error) {
    return { missing: `promtool is not installed, and Debian's package cannot be had: ${(error as Error).message}` };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
