import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { cannotMount, type Disk, onDisk } from '../faults/disks';
import { isSame, textsIn } from '../faults/folder';
import { kills } from '../faults/kills';
import { isClear, ManyServices, type Versions } from '../faults/program';

/** What is left of `dist/` when something comes between. */
export async function faults(context: Context): Promise<void> {
  const folder = join(context.folder, 'faults');
  const program = await ManyServices.compile(join(folder, 'compiled'));
  const subject = { program, folder, versions: await program.bothVersions(join(folder, 'whole')) };
  await killed(context, subject);
  await outOfDisk(context, subject);
  await inTheWay(context, subject);
  await atOnce(context, subject);
}

interface Subject {
  readonly program: ManyServices;
  readonly folder: string;
  readonly versions: Versions;
}

async function killed({ figures }: Context, { program, folder, versions }: Subject): Promise<void> {
  // Two at a time, one for each core that a machine has at the least.
  const halves = await Promise.all(
    [1, 2].map((half) => kills(program, join(folder, `killed-${half}`, 'dist'), versions, 100)),
  );
  const inBetween = halves.reduce((sum, half) => sum + half.inBetween, 0);
  figures.note(`of 200 kills ${inBetween} came between the first and the last file of a synth`);
  figures.none(
    'files torn by 200 kills',
    halves.flatMap((half) => half.torn),
  );
  figures.none(
    'kills that the next synth does not repair',
    halves.flatMap((half) => half.notRepaired),
  );
}

async function outOfDisk({ figures }: Context, { program, folder, versions }: Subject): Promise<void> {
  const skipped = await cannotMount();
  if (skipped) return figures.skip('full and read-only disks', skipped);
  const used = kilobytes(versions.a);
  const more = kilobytes(versions.b);
  const wrong = ({ result, isUntouched, isRepaired }: Disk, words: RegExp): string[] => [
    ...(isClear(result, words) ? [] : [`no clear error: ${result.code} ${result.stderr}`]),
    ...(isUntouched ? [] : ['dist/ is not as it was']),
    ...(isRepaired ? [] : [`the next synth does not repair it: ${result.stderr}`]),
  ];
  const full: string[] = [];
  for (const share of [0, 0.1, 0.4, 0.7, 0.9]) {
    full.push(
      ...wrong(await onDisk(program, folder, versions, Math.ceil(used + share * more), ''), /no space is left/),
    );
  }
  figures.none('full disks that cost something', full);
  const readOnly = await onDisk(program, folder, versions, 65_536, 'mount -o remount,ro DISK');
  figures.none('read-only disks that cost something', wrong(readOnly, /read-only/));
}

/** In pages, as a disk counts. */
const kilobytes = (texts: ReadonlyMap<string, string>): number =>
  [...texts.values()].reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4096) * 4, 0);

async function inTheWay({ figures }: Context, { program, folder, versions }: Subject): Promise<void> {
  const dist = join(folder, 'in-the-way', 'dist');
  await program.synth(dist, 'a');
  mkdirSync(join(dist, 'test', 'service-17.k8s.yaml'));
  const result = await program.synth(dist, 'b');
  const isRight = isClear(result, /service-17\.k8s\.yaml.*nothing was changed/s) && isSame(textsIn(dist), versions.a);
  figures.none('directories in the place of a file that cost something', isRight ? [] : [result.stderr]);
}

async function atOnce({ figures }: Context, { program, folder, versions }: Subject): Promise<void> {
  const wrong: string[] = [];
  let refused = 0;
  for (let round = 0; round < 8; round += 1) {
    const dist = join(folder, `at-once-${round}`, 'dist');
    const results = await Promise.all([program.synth(dist, 'b'), program.synth(dist, 'b'), program.synth(dist, 'b')]);
    const failed = results.filter(({ code }) => code !== 0);
    refused += failed.length;
    wrong.push(...failed.filter((result) => !isClear(result, /is writing to/)).map(({ stderr }) => stderr));
    if (failed.length === results.length || !isSame(textsIn(dist), versions.b)) wrong.push('dist/ is not whole');
  }
  figures.note(`of 24 synths that ran at once with others ${refused} were told to wait`);
  figures.none('synths at once that cost something', wrong);
}
