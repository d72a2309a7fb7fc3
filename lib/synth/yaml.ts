import { dump } from 'js-yaml';

/** The first line of every file that synth writes; by it synth knows its own. */
export const HEADER = '# Written by cdk8s-microservices. Change the program, not this file.\n';

/**
 * One object as YAML that Kubernetes' own parser, which reads YAML 1.1, takes back as the same values: js-yaml quotes
 * what is anything but text in either version of YAML. No anchors and no folded lines, because people read the diff.
 */
export function toYaml(manifest: unknown): string {
  return dump(manifest, { noRefs: true, lineWidth: -1 });
}

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
