import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that a clean clone does not build everything again. */
const root = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-microservices');

/**
 * The folder of this name, made by `fill` when it is not there yet. It appears whole or not at all: whoever is
 * interrupted leaves no half of it behind, and of two who fill it at the same time one wins and both find it whole.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void> | void): Promise<string> {
  const folder = join(root, name);
  if (existsSync(folder)) return folder;

  const unfinished = `${folder}.${randomBytes(6).toString('hex')}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await fill(unfinished);
    moveTo(folder, unfinished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function moveTo(folder: string, unfinished: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
