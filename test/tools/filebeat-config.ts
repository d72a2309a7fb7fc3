import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, run, succeeds } from './cached';

type Config = Readonly<Record<string, unknown>>;

/** Reads a config with the library that Filebeat reads it with, given variables; or says why it cannot be had. */
export function filebeatConfigReader():
  | { readonly read: (yaml: string, variables: Readonly<Record<string, string>>) => Config }
  | { readonly missing: string } {
  if (!succeeds('go', 'version')) return { missing: 'Go is not installed' };
  const source = join(__dirname, 'filebeat-config');
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(source, file)));
  const folder = cached(`filebeat-config-${hash.digest('hex').slice(0, 16)}`, (unfinished) => {
    run(source, 'go', 'build', '-buildvcs=false', '-mod=readonly', '-trimpath', '-o', join(unfinished, 'read'), '.');
  });
  if ('missing' in folder) return { missing: `Filebeat's config library cannot be built: ${folder.missing}` };
  const read = (yaml: string, variables: Readonly<Record<string, string>>) =>
    JSON.parse(
      execFileSync(join(folder.path, 'read'), { input: yaml, env: { ...variables }, encoding: 'utf8', stdio: 'pipe' }),
    ) as Config;
  return { read };
}
