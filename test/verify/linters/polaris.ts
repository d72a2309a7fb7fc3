import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleFolder, pinned } from '../go-modules';
import { run } from '../run';
import { isSkipped, type Skipped } from '../skipped';
import { tools } from '../tools';
import type { Finding } from './finding';

/** Every check that comes with Polaris, each as grave as can be. Annotations that would exempt one have no effect. */
export async function polaris(folder: string): Promise<Finding[] | Skipped> {
  const program = await tools('polaris');
  if (isSkipped(program)) return program;

  const temporary = mkdtempSync(join(tmpdir(), 'polaris-'));
  try {
    const file = join(temporary, 'config.yaml');
    writeFileSync(file, JSON.stringify({ checks: await allChecks() }));
    const args = ['audit', '--config', file, '--disallow-exemptions', '--format', 'json', '--audit-path', folder];
    const { stdout, stderr } = await run(join(program, 'polaris'), args);
    if (!stdout.startsWith('{')) throw new Error(`Polaris: ${stderr || stdout}`);
    return ((JSON.parse(stdout) as Audit).Results ?? []).flatMap(findings);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function allChecks(): Promise<Record<string, 'danger'>> {
  const [module] = pinned('polaris').filter(({ path }) => path === 'github.com/fairwindsops/polaris');
  if (!module) throw new Error('Polaris is not pinned');
  const files = readdirSync(join(await moduleFolder('polaris', module), 'pkg', 'config', 'checks'));
  return Object.fromEntries(files.map((file) => [file.replace('.yaml', ''), 'danger']));
}

interface Audit {
  readonly Results: readonly Audited[] | null;
}

interface Audited {
  readonly Name: string;
  readonly Namespace: string;
  readonly Kind: string;
  readonly Results: Messages;
  readonly PodResult: null | {
    readonly Results: Messages;
    readonly ContainerResults: readonly { readonly Name: string; readonly Results: Messages }[];
  };
}

type Messages = Readonly<Record<string, { readonly ID: string; readonly Message: string; readonly Success: boolean }>>;

function findings({ Name, Namespace, Kind, Results, PodResult }: Audited): Finding[] {
  const object = { kind: Kind, namespace: Namespace, name: Name };
  const failed = (results: Messages, where: string): Finding[] =>
    Object.values(results)
      .filter(({ Success }) => !Success)
      .map(({ ID, Message }) => ({ tool: 'polaris', check: ID, object, message: where + Message }));
  return [
    ...failed(Results, ''),
    ...failed(PodResult?.Results ?? {}, ''),
    ...(PodResult?.ContainerResults ?? []).flatMap((each) => failed(each.Results, `container ${each.Name}: `)),
  ];
}
