import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, run } from './run';

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

/** One Go module for each family of tools: what one family needs does not move the versions of another. */
export const toolFolder = (family: string): string => join(__dirname, 'tools', family);

/** What `go version` says, or nothing where Go is not installed. */
export async function goVersion(): Promise<string | undefined> {
  const { code, stdout } = await run('go', ['env', 'GOVERSION']);
  return code === 0 ? stdout.trim() : undefined;
}

/** The modules that a go.mod asks for by itself. */
export function pinned(family: string): GoModule[] {
  const goMod = readFileSync(join(toolFolder(family), 'go.mod'), 'utf8');
  const lines = goMod.matchAll(/^(?:require)?\s+(\S+) (v\S+)$/gm);
  return [...lines].map(([, path, version]) => ({ path: path as string, version: version as string }));
}

/** The folder of a pinned module in Go's module cache, checked against the go.sum of its family. */
export async function moduleFolder(family: string, module: GoModule): Promise<string> {
  const spec = `${module.path}@${module.version}`;
  const answer = await mustRun('go', ['mod', 'download', '-json', spec], {
    cwd: toolFolder(family),
    env: { ...process.env, GOWORK: 'off' },
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
