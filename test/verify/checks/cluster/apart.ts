import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Shop } from './shop';

const chosen = '20260101T000000Z';

/** What is not applied with its environment: the cluster takes it when somebody creates it, and in no other way. */
export async function canOnlyBeCreated({ cluster, figures, dist, environments }: Shop): Promise<void> {
  const folders = environments.map(({ name }) => join(dist, `${name}.restore`)).filter(existsSync);
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const flags = ['--dry-run=server', '--validate=strict'];
  const refused: string[] = [];
  const applied: string[] = [];
  const unheard: string[] = [];
  for (const file of files) {
    const created = await cluster.kubectl(['create', ...flags, '-f', file]);
    if (created.code !== 0) refused.push(created.stderr);
    for (const way of [
      ['apply', '--dry-run=server'],
      ['apply', '--server-side', '--dry-run=server'],
    ]) {
      const { code, stdout } = await cluster.kubectl([...way, '-f', file]);
      if (code === 0) applied.push(stdout);
    }
    // The line of the README by which another backup is chosen.
    const set = await cluster.kubectl(['set', 'env', '--local', '-f', file, '-o', 'yaml', `BACKUP=${chosen}`]);
    const other = await cluster.kubectl(['create', ...flags, '-o', 'yaml', '-f', '-'], { input: set.stdout });
    const found = other.stdout.split(`value: ${chosen}`).length - 1;
    if (other.code !== 0 || found === 0 || other.stdout.includes('value: latest'))
      unheard.push(set.stderr + other.stderr);
  }
  figures.figure('files that are not applied', files.length, { atLeast: environments.length });
  figures.none('of them those that cannot be created', refused);
  figures.none('of them those that can be applied', applied);
  figures.none('of them those that restore another backup than was said', unheard);
}
