import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUp, embedded } from './embed';

afterAll(cleanUp);

test('the README shows the examples as they are, and the YAML that they make', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toBe(embedded(readme));
});

test.each(readdirSync('test/examples'))('the README shows the example %s', (example) => {
  expect(readFileSync('README.md', 'utf8')).toContain(`<!-- test/examples/${example} -->`);
});

test.each(readdirSync('test/examples'))('the example %s runs without a finding', (example) => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'example-')), 'dist');
  const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', join('test/examples', example)], {
    env: { ...process.env, CDK8S_OUTDIR: outdir },
    encoding: 'utf8',
  });
  expect(output).toContain('; 0 warnings; ');
});
