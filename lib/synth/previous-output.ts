import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Manifest } from '../kubernetes/kubernetes-object';
import type { Previous } from '../model/system';
import { HEADER, splitDocuments } from './documents';

/** What a directory holds from the synth before. What is not there, or cannot be read, tells of nothing. */
export function previousOutput(directory: string): Previous {
  const documents = new Map<string, readonly string[]>();
  const documentsOf = (file: string): readonly string[] => {
    const known = documents.get(file) ?? splitDocuments(read(join(directory, file)));
    documents.set(file, known);
    return known;
  };
  return {
    manifestOf: ({ file, manifest: { kind, metadata } }) =>
      documentsOf(file)
        // To read a document costs much more than to look for its kind.
        .filter((text) => text.includes(`\nkind: ${kind}\n`))
        .flatMap(manifestIn)
        .find((found) => found.metadata?.name === metadata.name && found.metadata.namespace === metadata.namespace),
  };
}

function read(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    return text.startsWith(HEADER) ? text : '';
  } catch {
    return '';
  }
}

function manifestIn(text: string): Manifest[] {
  try {
    return [load(text) as Manifest];
  } catch {
    return [];
  }
}
