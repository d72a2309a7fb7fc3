import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUp, embedded } from './embed';

const examples = readdirSync('test/examples').filter((name) => name.endsWith('.ts'));

beforeAll(() => {
  // main.ts is read for its picture; what it writes goes where nobody looks.
  process.env.CDK8S_OUTDIR = join(mkdtempSync(join(tmpdir(), 'readme-')), 'dist');
});
afterAll(cleanUp);

test('the README shows the programs as they are, and what they make', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toBe(embedded(readme));
});

test.each(examples)('the README shows the example %s', (example) => {
  expect(readFileSync('README.md', 'utf8')).toContain(`<!-- test/examples/${example} -->`);
});

test.each(examples)('the example %s runs without a finding', (example) => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'example-')), 'dist');
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', join('test/examples', example)], {
    env: { ...process.env, CDK8S_OUTDIR: outdir },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toContain('; 0 warnings; ');
});
