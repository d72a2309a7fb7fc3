import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** All YAML files of a folder and of those within, always in the same order. */
export function manifestFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => join(folder, file));
}
