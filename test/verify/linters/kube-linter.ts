import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run';
import { type Schemas, schemas, schemaVersions } from '../schemas';
import { isSkipped, type Skipped } from '../skipped';
import { tools } from '../tools';
import type { Finding } from './finding';

/** Every check of kube-linter, those that are off by default too. */
export async function kubeLinter(folder: string): Promise<Finding[] | Skipped> {
  const program = await tools('kube-linter');
  if (isSkipped(program)) return program;
  const known = await schemas();
  if (isSkipped(known)) return known;

  const temporary = mkdtempSync(join(tmpdir(), 'kube-linter-'));
  try {
    const file = join(temporary, 'config.yaml');
    writeFileSync(file, JSON.stringify(config(known)));
    const args = ['lint', '--config', file, '--format', 'json', '--fail-if-no-objects-found', folder];
    const { stdout, stderr } = await run(join(program, 'kube-linter'), args);
    if (!stdout.startsWith('{')) throw new Error(`kube-linter: ${stderr || stdout}`);
    return ((JSON.parse(stdout) as Output).Reports ?? []).map(finding);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Its check of schemas looks for them on the internet, so it is replaced by the same check with schemas from here. */
function config({ locations }: Schemas) {
  return {
    checks: { addAllBuiltIn: true, exclude: ['schema-validation'] },
    customChecks: [
      {
        name: 'schema-validation-offline',
        template: 'kubeconform',
        scope: { objectKinds: ['Any'] },
        remediation: 'Fix the resource to conform to the schema.',
        params: { schemaLocations: locations, kubernetesVersion: schemaVersions.at(-1), strict: true },
      },
    ],
  };
}

interface Output {
  readonly Reports: readonly Report[] | null;
}

interface Report {
  readonly Check: string;
  readonly Diagnostic: { readonly Message: string };
  readonly Object: {
    readonly K8sObject: {
      readonly Namespace: string;
      readonly Name: string;
      readonly GroupVersionKind: { readonly Kind: string };
    };
  };
}

const finding = ({ Check, Diagnostic, Object: { K8sObject } }: Report): Finding => ({
  tool: 'kube-linter',
  check: Check,
  object: { kind: K8sObject.GroupVersionKind.Kind, namespace: K8sObject.Namespace, name: K8sObject.Name },
  message: Diagnostic.Message,
});
