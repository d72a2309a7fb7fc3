import { load } from 'js-yaml';
import { contentHash } from '../metadata/hash';
import { GENERATION_OF } from '../metadata/labels';
import { placeIn, splitDocuments } from './documents';

/**
 * Earlier generations of the config that a file holds. A rollback to the previous ReplicaSet mounts the ConfigMap of
 * that time; a tool that prunes what is no longer in `dist/` would have taken it away.
 *
 * The order in the file is the memory: the current one first, then the others from new to old. A generation that
 * becomes current again moves to the front.
 *
 * @param current - the documents that the program made, with the objects that they render
 * @param previous - the text of the file as it is on disk
 * @param keep - how many earlier generations of each
 */
export function withEarlierGenerations(
  current: readonly { readonly text: string; readonly manifest: unknown }[],
  previous: string | undefined,
  keep: number,
): string[] {
  const now = current.map(({ manifest }) => generation(manifest));
  const names = new Set(now.flatMap((found) => found?.name ?? []));
  if (previous === undefined || names.size === 0 || keep === 0) return current.map(({ text }) => text);
  const earlier = new Map<string, Map<string, string>>();
  for (const text of splitDocuments(previous)) {
    const found = earlierGeneration(text, names);
    if (found === undefined) continue;
    const kept = earlier.get(found.of) ?? new Map<string, string>();
    earlier.set(found.of, kept);
    if (kept.size < keep) kept.set(found.name, text);
  }
  return current.flatMap(({ text }, index) => {
    const of = now[index]?.of ?? '';
    const kept = [...(earlier.get(of)?.values() ?? [])];
    // Two current ones of the same line share their past; it is written once.
    earlier.delete(of);
    return [text, ...kept];
  });
}

/**
 * Reading a document costs more than looking for the label and the name in it, and most of them are the current ones.
 * What cannot be read is no generation.
 */
function earlierGeneration(text: string, current: ReadonlySet<string>): Generation | undefined {
  if (!text.includes(GENERATION_OF) || current.has(placeIn(text))) return undefined;
  try {
    const found = generation(load(text));
    return found !== undefined && current.has(found.name) ? undefined : found;
  } catch {
    return undefined;
  }
}

interface Generation {
  /** Namespace and name: one that was made for another namespace is not an earlier one of this. */
  readonly name: string;
  readonly of: string;
}

/** Reads which generation of what an object is. A ConfigMap that somebody has edited by hand is none. */
function generation(manifest: unknown): Generation | undefined {
  const { kind, metadata, data, binaryData } = (manifest ?? {}) as {
    kind?: string;
    metadata?: { name: string; namespace?: string; labels?: Record<string, string> };
    data?: unknown;
    binaryData?: unknown;
  };
  const of = metadata?.labels?.[GENERATION_OF];
  if (kind !== 'ConfigMap' || metadata === undefined || of === undefined) return undefined;
  if (metadata.name !== `${of}-${contentHash(data)}` || binaryData !== undefined) return undefined;
  const place = `${metadata.namespace ?? ''}/`;
  return { name: place + metadata.name, of: place + of };
}
