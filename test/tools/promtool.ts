import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, run, succeeds } from './cached';

/**
 * Prometheus' own checker of rules: the one of the machine, or out of Debian's package, which is unpacked and not
 * installed. Where there is none, why.
 */
export function promtool(): { readonly program: string } | { readonly missing: string } {
  if (succeeds('promtool', '--version')) return { program: 'promtool' };
  const folder = cached('promtool-1', (unfinished) => {
    run(unfinished, 'apt-get', 'download', 'prometheus');
    for (const archive of readdirSync(unfinished)) {
      run(unfinished, 'dpkg', '-x', archive, '.');
      rmSync(join(unfinished, archive));
    }
  });
  if ('missing' in folder) return { missing: `promtool cannot be had from Debian: ${folder.missing}` };
  return { program: join(folder.path, 'usr/bin/promtool') };
}
