import { join } from 'node:path';
import { mustRun, run } from '../run';
import { schemaVersions } from '../schemas';
import { isSkipped, type Skipped } from '../skipped';
import { tools } from '../tools';
import type { Finding } from './finding';
import { manifestFiles } from './manifest-files';

/** Every check of kube-score, those that are optional too. Annotations that would silence one have no effect. */
export async function kubeScore(folder: string): Promise<Finding[] | Skipped> {
  const found = await tools('kube-score');
  if (isSkipped(found)) return found;
  const program = join(found, 'kube-score');

  const optional = await optionalChecks(program);
  const [major, minor] = (schemaVersions.at(-1) as string).split('.');
  const flags = [
    '--output-format=json',
    `--kubernetes-version=v${major}.${minor}`,
    '--disable-ignore-checks-annotations',
  ];
  const all = optional.map((check) => `--enable-optional-test=${check}`);
  const { stdout, stderr } = await run(program, ['score', ...flags, ...all, ...manifestFiles(folder)]);
  if (!stdout.startsWith('[')) throw new Error(`kube-score: ${stderr || stdout}`);
  return (JSON.parse(stdout) as Scored[]).flatMap(findings);
}

async function optionalChecks(program: string): Promise<string[]> {
  const rows = (await mustRun(program, ['list'])).trim().split('\n');
  return rows.filter((row) => row.endsWith(',optional')).map((row) => row.split(',')[0] as string);
}

interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments:
      | readonly { readonly path: string; readonly summary: string; readonly description: string }[]
      | null;
  }[];
}

/** The grade of a check that has nothing to say. */
const allOk = 10;
const critical = 1;

function findings({ type_meta, object_meta, checks }: Scored): Finding[] {
  return checks
    .filter(({ grade, skipped }) => !skipped && grade < allOk)
    .map(({ check, grade, comments }) => ({
      tool: 'kube-score',
      isCritical: grade <= critical,
      check: check.id,
      object: { kind: type_meta.kind, namespace: object_meta.namespace ?? '', name: object_meta.name },
      message: (comments ?? []).map(({ path, summary }) => (path ? `${path}: ${summary}` : summary)).join('; '),
    }));
}
