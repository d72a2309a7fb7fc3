import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import { toYaml } from '../../../lib/kubernetes/yaml';
import type { ObjectRecord } from '../../../lib/model/system';
import type { Context } from '../context';
import { parseAsKubernetes } from '../parser';
import { isApplied } from '../program';
import { mustRun } from '../run';
import { isSkipped } from '../skipped';
import { tools } from '../tools';
import { countValues, documents } from '../values';

/** Whether Kubernetes' own parser reads from the YAML what was written into it. */
export async function parser(context: Context): Promise<void> {
  const { figures } = context;
  const reachable = await parseAsKubernetes([]);
  if (isSkipped(reachable)) return figures.skip('parser', reachable);

  const seed = Date.now() % 2 ** 31;
  const written = fc.sample(documents, { numRuns: 1_000, seed });
  figures.note(`values generated from seed ${seed}`);
  figures.figure(
    'generated values read',
    written.reduce((sum, document) => sum + countValues(document), 0),
    { atLeast: 50_000 },
  );
  figures.none('generated documents read differently', await readDifferently(written));

  const shop = await context.shop();
  const { objects } = shop.system;
  const files = await parse(readdirSync(shop.dist).flatMap((folder) => documentsIn(join(shop.dist, folder))));
  compare(context, 'dist/', objects, files);
  const kustomized = await Promise.all(shop.system.environments.map(({ name }) => kustomize(join(shop.dist, name))));
  compare(context, 'kubectl kustomize', objects.filter(isApplied), await parse(kustomized.flat()));
}

async function readDifferently(written: readonly unknown[]): Promise<string[]> {
  const texts = written.map(toYaml);
  const read = await parse(texts);
  return written.flatMap((value, index) =>
    isDeepStrictEqual(plain(read[index]), plain(value)) ? [] : [firstDifference(value, read[index])],
  );
}

/** What was read, object by object, against what the program made: as many, and none different. */
function compare(
  { figures }: Context,
  where: string,
  objects: readonly ObjectRecord[],
  read: readonly unknown[],
): void {
  const found = new Map((read as Manifest[]).map((manifest) => [identity(manifest), manifest]));
  figures.figure(`${where} objects read`, found.size, objects.length);
  const different = objects.filter(({ manifest }) => !isDeepStrictEqual(found.get(identity(manifest)), manifest));
  figures.none(
    `${where} objects read differently`,
    different.map(({ path, manifest }) => `${path}: ${firstDifference(manifest, found.get(identity(manifest)))}`),
  );
}

const identity = ({ apiVersion, kind, metadata }: Manifest): string =>
  `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name ?? metadata.generateName}`;

/** As kubectl cuts a file before it parses anything. */
const documentsOf = (text: string): string[] => text.split(/^---.*$/m).filter((each) => /^[^#\s]/m.test(each));

function documentsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) => documentsOf(readFileSync(join(folder, file), 'utf8')));
}

async function kustomize(folder: string): Promise<string[]> {
  const programs = await tools('kubernetes');
  if (isSkipped(programs)) throw new Error(programs.skipped);
  return documentsOf(await mustRun(join(programs, 'kubectl'), ['kustomize', folder]));
}

async function parse(texts: readonly string[]): Promise<readonly unknown[]> {
  const read = await parseAsKubernetes(texts);
  if (isSkipped(read)) throw new Error(read.skipped);
  return read;
}

/** Without the prototypes that tell maps of one maker from those of another. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The way to the first value that differs, with both values. */
function firstDifference(written: unknown, read: unknown, way = ''): string {
  if (isFilled(read) && typeof read.error === 'string') return read.error;
  if (isFilled(written) && isFilled(read)) {
    for (const key of new Set([...Object.keys(written), ...Object.keys(read)])) {
      if (!isDeepStrictEqual(plain([written[key]]), plain([read[key]]))) {
        return firstDifference(written[key], read[key], `${way}[${JSON.stringify(key)}]`);
      }
    }
  }
  return `${way} wrote ${JSON.stringify(written)?.slice(0, 300)}, read ${JSON.stringify(read)?.slice(0, 300)}`;
}

const isFilled = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
