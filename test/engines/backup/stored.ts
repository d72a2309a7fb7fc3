import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The names of what counts as a backup in a folder, the oldest first. */
export function backupsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder).filter((name) => /^\d{8}T\d{6}Z$/.test(name));
  return all.filter((name) => existsSync(join(folder, name, 'SHA256SUMS'))).sort();
}
