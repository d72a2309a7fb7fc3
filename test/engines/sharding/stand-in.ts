import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../verify/cache';
import { mustRun } from '../../verify/run';
import { JARS, jarsOf } from '../jars';

const source = join(__dirname, 'Bootstrap.java');
const HOME = 'opt/shardingsphere-proxy';

/**
 * What stands in for the image of the proxy, in the places where the image has it: the kernel of this version, the driver
 * of MariaDB and PostgreSQL, and in place of the front end, which cannot be had without the image, `Bootstrap.java`.
 */
export async function standIn(version: string): Promise<readonly string[]> {
  const jars = await jarsOf('shardingsphere', version);
  const key = createHash('sha256').update(readFileSync(source)).update(version).digest('hex').slice(0, 16);
  const own = await cached(`engine-shardingsphere-1-${key}`, async (folder) => {
    const home = join(folder, HOME);
    for (const name of ['conf', 'ext-lib']) mkdirSync(join(home, name), { recursive: true });
    symlinkSync(JARS, join(home, 'lib'));
    copyFileSync(source, join(folder, 'Bootstrap.java'));
    await mustRun('javac', ['-cp', `${jars}${JARS}/*`, '-d', 'classes', 'Bootstrap.java'], { cwd: folder });
    await mustRun('jar', ['--create', '--file', join(home, 'ext-lib/bootstrap.jar'), '-C', 'classes', '.'], {
      cwd: folder,
    });
  });
  return [own, jars];
}
