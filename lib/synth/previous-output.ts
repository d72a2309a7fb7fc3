import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { toYaml } from '../kubernetes/yaml';
import type { Previous, PreviousRecord } from '../model/system';
import { HEADER, placeIn, splitDocuments } from './documents';

/** Kinds whose removal may take data with it. */
const DATA_KINDS = ['StatefulSet', 'PersistentVolumeClaim', 'Namespace'];

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
    dataObjects: () => filesIn(directory).flatMap((file) => dataObjectsIn(file, read(join(directory, file)))),
  };
}

/** Every file is read, but only those that hold such an object are taken apart. */
function dataObjectsIn(file: string, text: string): PreviousRecord[] {
  const kinds = DATA_KINDS.filter((kind) => text.includes(`\nkind: ${kind}\n`));
  if (kinds.length === 0) return [];
  const [folder] = file.includes('/') ? file.split('/') : [];
  return splitDocuments(text).flatMap((document) => {
    const kind = kinds.find((each) => document.includes(`\nkind: ${each}\n`));
    if (kind === undefined) return [];
    const [namespace = '', name = ''] = placeIn(document).split('/');
    return [{ environment: folder, kind, namespace, name, manifest: () => manifestIn(document) }];
  });
}

/** The files of a directory and of its folders, sorted. */
function filesIn(directory: string): string[] {
  const entries = (path: string) => {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch {
      return [];
    }
  };
  return entries(directory)
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return entries(join(directory, entry.name)).map(({ name }) => `${entry.name}/${name}`);
    })
    .sort();
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
