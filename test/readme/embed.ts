import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

/**
 * Fills the README with what is true: the text of example programs, and what they write.
 *
 *     <!-- test/examples/six-lines.ts -->                                  the program
 *     <!-- test/examples/six-lines.ts: production/orders.k8s.yaml -->      a file that it writes
 *     <!-- test/examples/six-lines.ts: production/orders.k8s.yaml#Service -->  one object of the file
 */
export function embedded(readme: string): string {
  const marked = /^<!-- (test\/examples\/[\w-]+\.ts)(?:: (\S+?)(?:#(\w+))?)? -->\n(```\w+\n)[\s\S]*?^```$/gm;
  return readme.replace(marked, (_, program: string, file: string | undefined, kind: string | undefined, fence: string) => {
    const content = file === undefined ? source(program) : excerpt(outputOf(program, file), kind);
    const place = file === undefined ? program : `${program}: ${file}${kind === undefined ? '' : `#${kind}`}`;
    return `<!-- ${place} -->\n${fence}${content.trimEnd()}\n\`\`\``;
  });
}

/** An example as a reader of the README writes it: with the name of the package. */
function source(program: string): string {
  return readFileSync(program, 'utf8').replaceAll("'../../lib'", "'cdk8s-microservices'");
}

const outputs = new Map<string, string>();

/** Runs an example once and reads what it wrote. */
function outputOf(program: string, file: string): string {
  const directory = outputs.get(program) ?? mkdtempSync(join(tmpdir(), 'example-'));
  if (!outputs.has(program)) {
    outputs.set(program, directory);
    execFileSync(process.execPath, ['--require', 'tsx/cjs', program, '--quiet'], {
      env: { ...process.env, CDK8S_OUTDIR: join(directory, 'dist') },
    });
  }
  return readFileSync(join(directory, 'dist', file), 'utf8');
}

function excerpt(yaml: string, kind: string | undefined): string {
  if (kind === undefined) return yaml;
  return yaml.split(/^---\n/m).find((document) => document.includes(`\nkind: ${kind}\n`)) ?? `no ${kind}`;
}

/** Takes away what the examples wrote. */
export function cleanUp(): void {
  for (const directory of outputs.values()) rmSync(directory, { recursive: true });
}
