import { join } from 'node:path';
import { mustRun } from './run';
import { isSkipped, type Skipped } from './skipped';
import { tools } from './tools';

/** What Kubernetes' own parser reads in each of these YAML documents, or `{ error }` where it refuses to. */
export async function parseAsKubernetes(documents: readonly string[]): Promise<unknown[] | Skipped> {
  const folder = await tools('parser');
  if (isSkipped(folder)) return folder;
  // It ends a document on the way to the parser, and YAML allows none.
  const holdsNul = documents.find((document) => document.includes('\0'));
  if (holdsNul !== undefined) throw new Error(`A document holds a NUL: ${JSON.stringify(holdsNul)}`);
  const input = documents.map((document) => `${document}\0`).join('');
  const lines = (await mustRun(join(folder, 'parser'), [], { input })).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
}
