import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { proofs } from '../../engines/proofs';
import type { Measured, Report } from '../../engines/report';
import type { Context } from '../context';
import type { Figures } from '../figures';

const program = join(__dirname, '..', '..', 'engines', 'main.ts');

/** Engines that are run as their manifests say: what they lose, and whether they come back. */
export async function engines({ figures, folder, named }: Context): Promise<void> {
  const isNow = (name: string): boolean => named.includes('engines') || proofs[name]?.long !== true;
  const names = Object.keys(proofs);
  for (const name of names.filter((each) => !isNow(each))) {
    figures.skip(`engine ${name}`, { skipped: 'it takes minutes; run `npm run verify engines`' });
  }
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), program, ...names.filter(isNow)], {
    env: { ...process.env, TMPDIR: folder, ENGINES_JSON: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  let wrong = 0;
  for await (const line of createInterface(child.stdout)) {
    if (!take(figures, line)) wrong += 1;
  }
  const [code] = await ended;
  if (code !== 0 && wrong === 0) figures.failed('engines', said);
}

/** Returns whether it is as it must be. */
function take(figures: Figures, line: string): boolean {
  if (!line.startsWith('{')) {
    figures.note(line);
    return true;
  }
  const report = JSON.parse(line) as Report;
  const { subject } = report;
  if ('skipped' in report) figures.skip(`engine ${subject}`, report);
  else if ('failed' in report) figures.failed(`engine ${subject}`, report.failed);
  else measured(figures, report);
  return !('failed' in report) && ('skipped' in report || report.value === (report.wanted ?? report.value));
}

function measured(figures: Figures, { subject, what, value, wanted, details }: Measured): void {
  if (wanted === undefined) figures.note(`${subject} ${what} ${value}`);
  else if (typeof value === 'number' && typeof wanted === 'number') {
    figures.figure(`${subject} ${what}`, value, wanted, details);
  } else figures.figure(`${subject} ${what} is '${wanted}'`, value === wanted ? 1 : 0, 1, [`'${value}'`]);
}
