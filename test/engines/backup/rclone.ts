import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached } from '../../verify/cache';
import { mustRun } from '../../verify/run';
import { isSkipped } from '../../verify/skipped';
import { tools } from '../../verify/tools';
import type { Image } from '../node/pod';
import { unpacked } from '../packages';

/**
 * What stands in for the image of rclone: the same version, built from its sources, and as in the image every other
 * program is busybox.
 */
export async function rcloneImage(): Promise<Image> {
  const built = await tools('rclone');
  if (isSkipped(built)) throw new Error(built.skipped);
  const busybox = await unpacked('busybox');
  const folder = await cached(`engine-rclone-2-${basename(built)}`, async (unfinished) => {
    const programs = join(unfinished, 'usr/lib/image');
    for (const name of [programs, join(unfinished, 'etc'), join(unfinished, 'var')])
      mkdirSync(name, { recursive: true });
    copyFileSync(join(built, 'rclone'), join(programs, 'rclone'));
    const binary = ['bin', 'usr/bin'].map((place) => join(busybox, place, 'busybox')).find(existsSync) as string;
    copyFileSync(binary, join(programs, 'busybox'));
    const applets = await mustRun(binary, ['--list']);
    for (const applet of applets.split('\n').filter((name) => name !== '' && name !== 'busybox')) {
      symlinkSync('busybox', join(programs, applet));
    }
  });
  return { packages: [folder], env: { PATH: '/usr/lib/image' } };
}
