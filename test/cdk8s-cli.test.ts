import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesOf } from './support/program';
import { temporaryDirectory } from './support/temporary';

/** This project in a directory of its own, with nothing synthesized yet. */
function project(): { directory: string; synth(): ReturnType<typeof spawnSync> } {
  const directory = temporaryDirectory();
  for (const file of ['.synth.cjs', 'package.json', 'tsconfig.json', 'cdk8s.yaml', 'main.ts'])
    copyFileSync(file, join(directory, file));
  for (const folder of ['lib', 'imports']) symlinkSync(resolve(folder), join(directory, folder));
  mkdirSync(join(directory, 'node_modules'));
  for (const entry of readdirSync('node_modules')) {
    if (entry !== '.cache') symlinkSync(resolve('node_modules', entry), join(directory, 'node_modules', entry));
  }
  // The check for a newer cdk8s-cli asks the registry, also where there is none.
  const command = ['cdk8s', 'synth', '--check-upgrade=false'];
  return {
    directory,
    synth: () => spawnSync('npx', ['--no-install', ...command], { cwd: directory, encoding: 'utf8' }),
  };
}

const { directory, synth } = project();
const dist = join(directory, 'dist');

test('cdk8s synth writes the same bytes as npm run synth', () => {
  const { status, stderr } = synth();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const other = temporaryDirectory();
  spawnSync('npm', ['run', '--silent', 'synth'], { env: { ...process.env, CDK8S_OUTDIR: join(other, 'dist') } });
  expect(Object.keys(filesOf(dist)).length).toBeGreaterThan(0);
  expect(filesOf(dist)).toEqual(filesOf(join(other, 'dist')));
}, 60_000);

test('cdk8s synth of a program that fails leaves dist as it was', () => {
  const before = filesOf(dist);
  writeFileSync(join(directory, 'main.ts'), "throw new Error('not today');");
  const { status, stderr } = synth();
  expect(status).toBe(1);
  expect(stderr).toContain('not today');
  expect(Object.keys(before).length).toBeGreaterThan(0);
  expect(filesOf(dist)).toEqual(before);
}, 60_000);

test('cdk8s synth takes away nothing beside dist', () => {
  rmSync(dist, { recursive: true });
  copyFileSync('main.ts', join(directory, 'main.ts'));
  expect(synth().status).toBe(0);
  expect(readdirSync(directory).sort()).toEqual(
    [
      '.synth.cjs',
      'cdk8s.yaml',
      'dist',
      'imports',
      'lib',
      'main.ts',
      'node_modules',
      'package.json',
      'tsconfig.json',
    ].sort(),
  );
}, 60_000);
