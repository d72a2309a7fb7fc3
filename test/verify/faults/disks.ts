import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, run } from '../run';
import type { Skipped } from '../skipped';
import { isSame, textsIn } from './folder';
import type { ManyServices, Versions } from './program';

export interface Disk {
  /** What the second synth said. */
  readonly result: Result;
  /** Whether `dist/` is as it was before it. */
  readonly isUntouched: boolean;
  /** Whether a synth succeeds when there is room again. */
  readonly isRepaired: boolean;
}

/** Whether a file system can be mounted that only our own processes see. */
export async function cannotMount(): Promise<Skipped | undefined> {
  const { code, stderr } = await run('unshare', [...alone, 'sh', '-c', 'mount -t tmpfs none /mnt']);
  return code === 0 ? undefined : { skipped: `no file system can be mounted here: ${stderr.trim()}` };
}

const alone = ['--map-root-user', '--mount'];

/** The first version on a disk of its own, then something that befalls the disk, then the second version. */
export async function onDisk(
  program: ManyServices,
  folder: string,
  versions: Versions,
  kilobytes: number,
  befalls: string,
): Promise<Disk> {
  const disk = join(folder, 'disk');
  const outside = join(folder, 'outside');
  rmSync(outside, { recursive: true, force: true });
  for (const each of [disk, outside]) mkdirSync(each, { recursive: true });
  const node = (version: 'a' | 'b') =>
    [process.execPath, ...program.arguments(join(disk, 'dist'), version)].map((part) => `'${part}'`).join(' ');
  const script = `
    set -e
    mount -t tmpfs -o size=64m none '${disk}'
    ${node('a')}
    mount -o remount,size=${kilobytes}k '${disk}'
    ${befalls.replaceAll('DISK', `'${disk}'`)}
    code=0
    ${node('b')} || code=$?
    cp -r '${disk}/dist' '${outside}/after'
    mount -o remount,rw,size=64m '${disk}'
    ${node('b')}
    cp -r '${disk}/dist' '${outside}/repaired'
    exit $code`;
  const result = await run('unshare', [...alone, 'sh', '-c', script], { env: program.env });
  return {
    result,
    isUntouched: isSame(textsIn(join(outside, 'after')), versions.a),
    isRepaired: isSame(textsIn(join(outside, 'repaired')), versions.b),
  };
}
