import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The text of each file in a folder, by its path in it. */
export function textsIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export function isSame(some: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return some.size === other.size && [...some].every(([name, text]) => other.get(name) === text);
}

/** Files that are neither as the one version has them nor as the other. */
export function torn(
  found: ReadonlyMap<string, string>,
  ...versions: readonly ReadonlyMap<string, string>[]
): string[] {
  return [...found].flatMap(([name, text]) =>
    versions.some((version) => version.get(name) === text) ? [] : [`${name}: ${text.length} characters`],
  );
}
