/** The first line of every file that synth writes; by it synth knows its own. */
export const HEADER = '# Written by cdk8s-microservices. Change the program, not this file.\n';

/** Documents of one file. */
export function joinDocuments(documents: readonly string[]): string {
  return HEADER + documents.map((document) => `---\n${document}`).join('');
}

/** The documents of a file that `joinDocuments` wrote. */
export function splitDocuments(text: string): string[] {
  return text
    .slice(HEADER.length)
    .split(/^---\n/m)
    .slice(1);
}

/** Namespace and name of a document that synth wrote: the first lines that look so are those of its metadata. */
export function placeIn(document: string): string {
  const [, name = ''] = /^ {2}name: (.*)$/m.exec(document) ?? [];
  const [, namespace = ''] = /^ {2}namespace: (.*)$/m.exec(document) ?? [];
  return `${namespace}/${name}`;
}
