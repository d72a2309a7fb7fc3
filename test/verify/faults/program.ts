import { join } from 'node:path';
import { type Result, run } from '../run';
import { textsIn } from './folder';

/** How to run the program with many services: with node, on a folder, in version `a` or `b`. */
export const command = (dist: string, mode: 'a' | 'b' | 'loop'): string[] => [
  '--require',
  require.resolve('tsx/cjs'),
  join(__dirname, 'many-services.ts'),
  dist,
  mode,
];

export const synth = (dist: string, version: 'a' | 'b'): Promise<Result> =>
  run(process.execPath, command(dist, version));

export interface Versions {
  readonly a: ReadonlyMap<string, string>;
  readonly b: ReadonlyMap<string, string>;
}

/** What each version looks like when nothing comes between. */
export async function bothVersions(folder: string): Promise<Versions> {
  const whole = async (version: 'a' | 'b') => {
    const dist = join(folder, version, 'dist');
    const { code, stderr } = await synth(dist, version);
    if (code !== 0) throw new Error(stderr);
    return textsIn(dist);
  };
  return { a: await whole('a'), b: await whole('b') };
}

/** An error that says what is wrong, in so many words and without a stack. */
export function isClear({ code, stderr }: Result, words: RegExp): boolean {
  return code !== 0 && words.test(stderr) && !/^\s+at /m.test(stderr);
}
