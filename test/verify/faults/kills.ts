import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSame, textsIn, torn } from './folder';
import type { ManyServices, Versions } from './program';

export interface Kills {
  readonly torn: readonly string[];
  readonly notRepaired: readonly string[];
  /** How often the kill left files of both versions, or something beside them: proof that it came in between. */
  readonly inBetween: number;
}

/** Kills a synth, looks at what it left, and has the next one repair it; as often as told. */
export async function kills(program: ManyServices, dist: string, versions: Versions, count: number): Promise<Kills> {
  const found: Kills & { torn: string[]; notRepaired: string[] } = { torn: [], notRepaired: [], inBetween: 0 };
  let inBetween = 0;
  // One more than that, which only repairs.
  for (let round = 0; round <= count; round += 1) {
    const child = spawn(process.execPath, program.arguments(dist, 'loop'), { env: program.env, stdio: 'pipe' });
    const ended = once(child, 'exit');
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    const [answer] = await Promise.race([once(child.stdout, 'data'), ended]);
    const now = textsIn(dist);
    if (!isSame(now, versions.a)) found.notRepaired.push(`${said} ${torn(now, versions.a).join(', ')}`);
    if (round === count) {
      child.kill('SIGKILL');
      await ended;
      break;
    }
    child.stdin.on('error', () => {});
    child.stdin.write('!');
    // As long as the first one took, which is that of several when the program is warm: every moment of one is hit.
    await sleep(Math.random() * (Number.parseFloat(String(answer)) || 0));
    child.kill('SIGKILL');
    await ended;
    const left = textsIn(dist);
    found.torn.push(...torn(left, versions.a, versions.b));
    const isBetween = !isSame(left, versions.a) && !isSame(left, versions.b);
    if (isBetween || textsIn(join(dist, '..', '.dist.synth')).size > 0) inBetween += 1;
  }
  return { ...found, inBetween };
}
