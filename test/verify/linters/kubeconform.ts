import { join } from 'node:path';
import { run } from '../run';
import { schemas, schemaVersions } from '../schemas';
import { isSkipped, type Skipped } from '../skipped';
import { tools } from '../tools';
import type { Finding } from './finding';

export interface KubeconformOptions {
  /** As in `1.36.4`; all that there are schemas of, unless told otherwise. */
  readonly kubernetesVersions?: readonly string[];
}

/** Validates every object against the schema of its kind, in each of several versions of Kubernetes. */
export async function kubeconform(folder: string, options: KubeconformOptions = {}): Promise<Finding[] | Skipped> {
  const program = await tools('kubeconform');
  if (isSkipped(program)) return program;
  const known = await schemas();
  if (isSkipped(known)) return known;

  const findings: Finding[] = [];
  for (const version of options.kubernetesVersions ?? schemaVersions) {
    const locations = known.locations.flatMap((location) => ['-schema-location', location]);
    const args = ['-strict', '-output', 'json', '-kubernetes-version', version, ...locations, folder];
    const { stdout, stderr } = await run(join(program, 'kubeconform'), args);
    if (!stdout) throw new Error(`kubeconform: ${stderr}`);
    findings.push(...(JSON.parse(stdout) as Report).resources.map((resource) => finding(resource, version)));
  }
  return findings;
}

interface Report {
  readonly resources: readonly Resource[];
}

interface Resource {
  readonly filename: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}

/** Without a namespace, which kubeconform does not report. */
const finding = ({ kind, name, status, msg, filename }: Resource, version: string): Finding => ({
  tool: 'kubeconform',
  check: `${version} ${status}`,
  object: { kind, namespace: '', name: name || filename },
  message: msg.replace(/^.*jsonschema validation failed with '[^']*'\s*-?\s*/s, ''),
});
