import { spawnSync } from 'node:child_process';
import { run } from '../verify/run';
import { Network } from './node/network';
import { proofs } from './proofs';
import { tell } from './report';

/** `node --require tsx/cjs test/engines/main.ts`, or with the names of some: plays engines as their manifests say. */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !Object.hasOwn(proofs, name));
  if (unknown.length > 0) {
    throw new Error(`There is no proof ${unknown.join(', ')}, only ${Object.keys(proofs).join(', ')}`);
  }
  const names = wanted.length > 0 ? wanted : Object.keys(proofs);
  return process.env.ENGINES_INSIDE === undefined ? enter(names) : play(names);
}

/** Two at a time: members spend much of it waiting for each other. */
const AT_ONCE = Number(process.env.ENGINES_AT_ONCE ?? 2);

async function play(names: readonly string[]): Promise<number> {
  const network = new Network();
  await network.open();
  const waiting = [...names];
  let wrong = 0;
  const next = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const started = Date.now();
      try {
        if (!(await proofs[name]?.play(network))) wrong += 1;
      } catch (error) {
        wrong += 1;
        tell({ subject: name, failed: String((error as Error).stack) });
      }
      tell({ subject: name, what: 'seconds', value: Math.round((Date.now() - started) / 1_000) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return wrong === 0 ? 0 : 1;
}

// Nothing of the machine is touched, and no other run is met.
const alone = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** Into namespaces of its own, with those proofs that this machine has everything for. */
async function enter(wanted: readonly string[]): Promise<number> {
  const { code, stderr } = await run('unshare', [...alone, 'ip', 'link', 'add', 'test', 'type', 'bridge']);
  const names: string[] = [];
  for (const subject of wanted) {
    // There is no way out from inside, so everything is fetched before.
    const missing =
      code === 0 && process.getuid?.() === 0
        ? await proofs[subject]?.needs().then(() => undefined, firstLines)
        : `pods are played by root, who may make networks and mounts; here: ${stderr.trim() || 'another user'}`;
    if (missing === undefined) names.push(subject);
    else tell({ subject, skipped: missing });
  }
  if (names.length === 0) return 0;
  const self = [process.execPath, ...process.execArgv, process.argv[1] as string, ...names];
  // The first process of a namespace inherits every orphan; a shell buries them.
  const { status } = spawnSync('unshare', [...alone, 'sh', '-c', '"$@"; exit $?', 'sh', ...self], {
    stdio: 'inherit',
    env: { ...process.env, ENGINES_INSIDE: '1' },
  });
  return status ?? 1;
}

const firstLines = (error: Error): string => error.message.split('\n').slice(0, 3).join(' ');

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
