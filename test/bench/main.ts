import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What synth costs, beside what it is compared with. Every figure is the median of several runs, each in a process of
// its own; the runs of all figures take turns, so that a busy moment of the machine falls on all alike.

interface Sample {
  readonly milliseconds: number;
  readonly megabytes: number;
}

interface Figure {
  readonly runs: number;
  readonly measure: () => Sample;
  readonly samples: Sample[];
}

const figures = new Map<string, Figure>();

function figure(name: string, runs: number, measure: () => Sample): void {
  figures.set(name, { runs, measure, samples: [] });
}

function synth(what: string, count: number, runs: number): void {
  figure(`${what} ${count}`, runs, () => {
    const program = ['--require', 'tsx/cjs', join(__dirname, 'measure.ts'), what, String(count)];
    return JSON.parse(
      execFileSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  });
}

function wholeProcess(name: string, runs: number, command: string, args: readonly string[]): void {
  figure(name, runs, () => {
    const env = { ...process.env, CDK8S_OUTDIR: join(scratch, 'dist') };
    const started = performance.now();
    const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
    return { milliseconds: performance.now() - started, megabytes: 0 };
  });
}

function median(name: string, of: keyof Sample = 'milliseconds'): number {
  const values = (figures.get(name)?.samples ?? []).map((sample) => sample[of]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

let missed = 0;

function judged(isMet: boolean): string {
  if (!isMet) missed += 1;
  return isMet ? 'ok' : 'MISSED';
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const milliseconds = (name: string): string => `${number(median(name))} ms`.padStart(10);

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const against = [250, 500, 1_000];
const scales = [1_000, 2_000, 4_000, 8_000];

for (const count of against) {
  synth('cdk8s, a chart for each', count, 3);
  synth('ours, a chart for each', count, 5);
}
for (const count of scales) {
  synth('ours', count, 5);
  synth('floor', count, 5);
}
synth('ours', 200, 9);
synth('ours, in one chain', 200, 9);
wholeProcess('npm run synth', 9, 'npm', ['run', '--silent', 'synth', '--', '--quiet']);
wholeProcess('cdk8s-plus-28', 9, process.execPath, ['-e', 'require("cdk8s-plus-28")']);

for (let round = 0; round < 9; round += 1) {
  for (const { runs, measure, samples } of figures.values()) if (round < runs) samples.push(measure());
}
rmSync(scratch, { recursive: true });

console.log('A chart for each service, five objects in each: cdk8s against ours');
for (const count of against) {
  const [theirs, ours] = [`cdk8s, a chart for each ${count}`, `ours, a chart for each ${count}`];
  const times = median(theirs) / median(ours);
  const bound = count === 1_000 ? `at least 25: ${judged(times >= 25)}` : '';
  console.log(
    `${number(count).padStart(7)} services ${milliseconds(theirs)} ${milliseconds(ours)}  ${number(times, 1)} times faster  ${bound}`,
  );
}

console.log('\nOurs, and the floor: js-yaml dumping, and writing, the same objects');
for (const count of scales) {
  const [ours, floor] = [`ours ${count}`, `floor ${count}`];
  const times = median(ours) / median(floor);
  console.log(
    `${number(count).padStart(7)} services ${milliseconds(ours)} ${milliseconds(floor)}  ${number(times, 2)} times the floor, at most 2: ${judged(times <= 2)}`,
  );
}
const growth = median('ours 8000') / median('ours 1000');
console.log(`8,000 services cost ${number(growth, 1)} times 1,000, at most 9: ${judged(growth <= 9)}`);
console.log(`8,000 services need ${number(median('ours 8000', 'megabytes'))} MB at the peak`);

console.log('\n200 services in one chain of dependencies, and without');
const chain = median('ours, in one chain 200') / median('ours 200');
console.log(
  `${milliseconds('ours, in one chain 200')} ${milliseconds('ours 200')}  ${number(chain, 2)} times, at most 1.2: ${judged(chain <= 1.2)}`,
);

console.log('\nThe whole of npm run synth for main.ts, and loading cdk8s-plus-28');
const whole = median('npm run synth') / median('cdk8s-plus-28');
console.log(
  `${milliseconds('npm run synth')} ${milliseconds('cdk8s-plus-28')}  ${number(whole, 2)} times, at most 4: ${judged(whole <= 4)}`,
);

process.exitCode = missed === 0 ? 0 : 1;
