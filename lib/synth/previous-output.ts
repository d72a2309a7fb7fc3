import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { toYaml } from '../kubernetes/yaml';
import type { Previous } from '../model/system';
import { HEADER, placeIn, splitDocuments } from './documents';

/** What a directory holds from the synth before. What is not there, or cannot be read, tells of nothing. */
export function previousOutput(directory: string): Previous {
  const documents = new Map<string, readonly string[]>();
  const documentsOf = (file: string): readonly string[] => {
    const known = documents.get(file) ?? splitDocuments(read(join(directory, file)));
    documents.set(file, known);
    return known;
  };
  return {
    manifestOf: ({ file, manifest }) => {
      const isSame = (text: string) => text.includes(`\nkind: ${manifest.kind}\n`) && placeIn(text) === place(manifest);
      const text = documentsOf(file).find(isSame);
      if (text === undefined) return undefined;
      // Most objects are as they were, and to write one takes a tenth of the time that it takes to read one.
      return text === toYaml(manifest) ? manifest : manifestIn(text);
    },
  };
}

const place = ({ metadata: { namespace = '', name } }: Manifest): string => `${namespace}/${name}`;

function read(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    return text.startsWith(HEADER) ? text : '';
  } catch {
    return '';
  }
}

function manifestIn(text: string): Manifest | undefined {
  try {
    return load(text) as Manifest;
  } catch {
    return undefined;
  }
}
