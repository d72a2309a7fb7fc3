import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callGraph, type MicroserviceApp } from '../../lib';
import { rules } from '../../lib/rules/all-rules';
import { engineTable } from './engines';

/**
 * Fills the README with what is true: the text of programs, what they write, and what is found in them.
 *
 *     <!-- test/examples/six-lines.ts -->                                      the program
 *     <!-- test/examples/six-lines.ts: production/orders.k8s.yaml -->          a file that it writes
 *     <!-- test/examples/six-lines.ts: production/orders.k8s.yaml#Service -->  one object of the file
 *     <!-- test/examples/broken/timeouts.ts: findings -->                      what it says instead
 *     <!-- main.ts: call graph -->                                             a picture of its production
 *     <!-- rules -->                                                           the table of rules, up to the next heading
 *     <!-- engines -->                                                         the table of engines, up to the next empty line
 */
export function embedded(readme: string): string {
  const marked = /^<!-- ([\w/-]+\.ts)(?:: (.+?))? -->\n(```\w+\n)[\s\S]*?^```$/gm;
  const filled = readme.replace(marked, (_, program: string, what: string | undefined, fence: string) => {
    const marker = what === undefined ? program : `${program}: ${what}`;
    return `<!-- ${marker} -->\n${fence}${content(program, what).trimEnd()}\n\`\`\``;
  });
  return filled
    .replace(/^<!-- rules -->\n[\s\S]*?(?=^#)/m, () => `<!-- rules -->\n${ruleTable()}\n\n`)
    .replace(/^<!-- engines -->\n[\s\S]*?^$/m, () => `<!-- engines -->\n${engineTable()}\n`);
}

function content(program: string, what: string | undefined): string {
  if (what === undefined) return source(program);
  if (what === 'findings') return run(program).findings;
  if (what === 'call graph') return pictureOf(program);
  const [file = '', kind] = what.split('#');
  return excerpt(readFileSync(join(run(program).dist, file), 'utf8'), kind);
}

/** A program as a reader of the README writes it: with the name of the package. */
function source(program: string): string {
  return readFileSync(program, 'utf8').replace(/'(\.\.\/)+lib'/g, "'cdk8s-microservices'");
}

const runs = new Map<string, { readonly directory: string; readonly dist: string; readonly findings: string }>();

/** Runs a program once and keeps what it wrote and said. */
function run(program: string) {
  const known = runs.get(program);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), 'example-'));
  const dist = join(directory, 'dist');
  const { stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', program, '--quiet'], {
    env: { ...process.env, CDK8S_OUTDIR: dist },
    encoding: 'utf8',
  });
  const result = { directory, dist, findings: stderr };
  runs.set(program, result);
  return result;
}

/** A program that exports its app can be asked for its model. */
function pictureOf(program: string): string {
  const { app } = require(join(process.cwd(), program)) as { app: MicroserviceApp };
  return callGraph(app.system(), 'production');
}

function excerpt(yaml: string, kind: string | undefined): string {
  if (kind === undefined) return yaml;
  return yaml.split(/^---\n/m).find((document) => document.includes(`\nkind: ${kind}\n`)) ?? `no ${kind}`;
}

function ruleTable(): string {
  const rows = rules.map(({ id, severity, summary }) => `| <a id="${id}"></a>${id} | ${severity} | ${summary} |`);
  return ['| rule | severity | what must hold |', '|---|---|---|', ...rows].join('\n');
}

/** Takes away what the programs wrote. */
export function cleanUp(): void {
  for (const { directory } of runs.values()) rmSync(directory, { recursive: true });
}
