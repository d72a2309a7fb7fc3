import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../verify/cache';
import { mustRun } from '../verify/run';

/** What stands in for the image of each engine. */
const packages = {
  redis: [
    'redis-server',
    'redis-sentinel',
    'redis-tools',
    'libjemalloc2',
    'liblzf1',
    'libatomic1',
    'libssl3',
    'libsystemd0',
  ],
} as const;

export type Packages = keyof typeof packages;

export const everything = Object.keys(packages) as Packages[];

/**
 * Debian packages unpacked into a folder of their own: nothing is installed. Those that the machine has already are
 * fetched all the same, so that the folder means the same on every machine.
 */
export function unpacked(name: Packages): Promise<string> {
  const list = packages[name];
  const key = createHash('sha256').update(list.join(' ')).digest('hex').slice(0, 16);
  return cached(`engine-${name}-1-${key}`, async (folder) => {
    const archives = join(folder, 'archives');
    await mustRun('mkdir', ['-p', archives]);
    await mustRun('apt-get', ['download', ...list], { cwd: archives });
    for (const archive of readdirSync(archives)) await mustRun('dpkg', ['-x', join(archives, archive), folder]);
    await mustRun('rm', ['-r', archives]);
    // As on the machine itself, where /lib and /bin are links into /usr.
    const merge =
      'mkdir -p usr etc var; for old in lib bin sbin lib64; do if [ -d $old ]; then mkdir -p usr/$old; cp -a $old/. usr/$old; rm -r $old; fi; done';
    await mustRun('sh', ['-euc', merge], { cwd: folder });
  });
}
