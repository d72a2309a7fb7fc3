import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, run, succeeds } from './cached';

/** The linter of shell scripts: the one of the machine, or out of Debian's package, which is unpacked and not installed. */
export function shellcheck(): { readonly program: string } | { readonly missing: string } {
  if (succeeds('shellcheck', '--version')) return { program: 'shellcheck' };
  const folder = cached('shellcheck-1', (unfinished) => {
    run(unfinished, 'apt-get', 'download', 'shellcheck');
    for (const archive of readdirSync(unfinished)) {
      run(unfinished, 'dpkg', '-x', archive, '.');
      rmSync(join(unfinished, archive));
    }
  });
  if ('missing' in folder) return { missing: `shellcheck cannot be had from Debian: ${folder.missing}` };
  return { program: join(folder.path, 'usr/bin/shellcheck') };
}
