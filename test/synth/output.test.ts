import { spawn } from 'node:child_process';
import fs, { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEADER } from '../../lib/synth/documents';
import { Output, OutputError } from '../../lib/synth/output';
import { filesOf } from '../support/program';
import { temporaryDirectory } from '../support/temporary';

const text = (content: string) => `${HEADER}---\n${content}\n`;
const version = (content: string, count = 3) =>
  new Map(Array.from({ length: count }, (_, index) => [`test/${index}.k8s.yaml`, text(`${content}: ${index}`)]));

/** A directory that holds version `a`. */
function written(): { dist: string; staging: string; before: Record<string, string> } {
  const dist = join(temporaryDirectory(), 'dist');
  new Output(dist).replace(version('a'));
  return { dist, staging: join(dirname(dist), '.dist.synth'), before: filesOf(dist) };
}

afterEach(() => jest.restoreAllMocks());

test('tells what it wrote, left alone and removed', () => {
  const { dist } = written();
  const files = version('a');
  files.delete('test/0.k8s.yaml');
  files.set('test/1.k8s.yaml', text('new'));
  files.set('production/9.k8s.yaml', text('new'));
  expect(new Output(dist).replace(files)).toEqual({
    written: ['test/1.k8s.yaml', 'production/9.k8s.yaml'],
    unchanged: ['test/2.k8s.yaml'],
    removed: ['test/0.k8s.yaml'],
  });
  expect(filesOf(dist)).toEqual(Object.fromEntries([...files].sort()));
});

test('leaves nothing beside the directory', () => {
  const { dist } = written();
  expect(readdirSync(dirname(dist))).toEqual(['dist']);
});

describe('what it did not write', () => {
  test.each([
    ['a file of somebody else', (dist: string) => writeFileSync(join(dist, 'notes.txt'), 'mine')],
    [
      'a file that somebody changed from the first line on',
      (dist: string) => writeFileSync(join(dist, 'test/0.k8s.yaml'), 'mine'),
    ],
    ['a directory in an environment', (dist: string) => mkdirSync(join(dist, 'test/folder'))],
    ['a directory where a file belongs', (dist: string) => mkdirSync(join(dist, 'test/9.k8s.yaml'))],
    ['a symbolic link', (dist: string) => fs.symlinkSync('/etc/hostname', join(dist, 'link'))],
  ])('is an error and stays: %s', (_, intrude) => {
    const { dist } = written();
    intrude(dist);
    const before = filesOf(dist);
    expect(() => new Output(dist).replace(version('b'))).toThrow(/synth did not write it.*nothing was changed/);
    expect(filesOf(dist)).toEqual(before);
  });
});

describe('a place that cannot be written', () => {
  test('a file where the directory belongs', () => {
    const dist = join(temporaryDirectory(), 'dist');
    writeFileSync(dist, 'a file');
    expect(() => new Output(dist).replace(version('a'))).toThrow(
      'cannot read dist/: a file stands where a directory belongs',
    );
  });

  test('a file where a parent directory belongs', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(() => new Output(join(file, 'deep/dist')).replace(version('a'))).toThrow(
      'a file stands where a directory belongs',
    );
  });

  test.each([
    ['EACCES', 'permission denied'],
    ['EROFS', 'the file system is read-only'],
    ['ENOSPC', 'no space is left on the disk'],
    ['EDQUOT', 'the disk quota is used up'],
  ])('%s is said in words, and nothing is lost', (code, words) => {
    const { dist, before } = written();
    const write = fs.writeFileSync;
    jest.spyOn(fs, 'writeFileSync').mockImplementation((file, ...rest) => {
      // The second file does not fit any more.
      if (String(file).endsWith('/1')) throw Object.assign(new Error(code), { code });
      write(file, ...rest);
    });
    expect(() => new Output(dist).replace(version('b'))).toThrow(words);
    expect(filesOf(dist)).toEqual(before);
    expect(readdirSync(dirname(dist))).toEqual(['dist']);
  });

  test('is reported as such', () => {
    const { dist } = written();
    writeFileSync(join(dist, 'notes.txt'), 'mine');
    expect(() => new Output(dist).replace(version('b'))).toThrow(OutputError);
  });
});

describe('two synths', () => {
  const lock = (staging: string, owner: object) => {
    mkdirSync(staging);
    writeFileSync(join(staging, 'owner'), JSON.stringify(owner));
  };

  test('do not write at the same time', () => {
    const { dist, staging, before } = written();
    lock(staging, { pid: process.pid, host: hostname() });
    expect(() => new Output(dist).replace(version('b'))).toThrow(
      `the synth with process id ${process.pid} is writing to ${dist}; nothing was changed. Try again when it is done.`,
    );
    expect(filesOf(dist)).toEqual(before);
    expect(existsSync(staging)).toBe(true);
  });

  test('on two machines do not write at the same time', () => {
    const { dist, staging } = written();
    lock(staging, { pid: 1, host: 'elsewhere' });
    expect(() => new Output(dist).replace(version('b'))).toThrow('a synth on elsewhere is writing');
  });

  test('wait for nobody who was killed', () => {
    const { dist, staging } = written();
    lock(staging, { pid: 2 ** 22 + 1, host: hostname() });
    expect(new Output(dist).replace(version('b')).written).toHaveLength(3);
    expect(existsSync(staging)).toBe(false);
  });

  test('wait a moment, and no longer, for one that was killed before it had said who it is', () => {
    const { dist, staging } = written();
    mkdirSync(staging);
    const started = Date.now();
    expect(new Output(dist).replace(version('b')).written).toHaveLength(3);
    expect(Date.now() - started).toBeGreaterThan(1_500);
  });
});

describe('a synth that is killed', () => {
  const MOMENTS = 20;
  const COUNT = 60;
  const long = 'x'.repeat(50_000);
  const [a, b] = [version(`a${long}`, COUNT), version(`b${long}`, COUNT)];
  const program = `
    const { Output } = require(${JSON.stringify(resolve('lib/synth/output.ts'))});
    const { HEADER } = require(${JSON.stringify(resolve('lib/synth/documents.ts'))});
    const version = (content) => new Map(Array.from({ length: ${COUNT} }, (_, index) =>
      ['test/' + index + '.k8s.yaml', HEADER + '---\\n' + content + ': ' + index + '\\n']));
    const [a, b] = [version('a' + 'x'.repeat(50_000)), version('b' + 'x'.repeat(50_000))];
    process.stdout.write('ready');
    for (;;) { new Output(process.argv[1]).replace(a); new Output(process.argv[1]).replace(b); }
  `;

  async function killedAfter(milliseconds: number): Promise<string> {
    const dist = join(temporaryDirectory(), 'dist');
    // A child that hangs before it has begun must not hold up the run.
    const options = { timeout: 30_000, killSignal: 'SIGKILL' } as const;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program, dist], options);
    await new Promise((ready) => {
      child.stdout.once('data', ready);
      child.once('exit', ready);
    });
    await sleep(milliseconds);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((end) => child.once('exit', end));
      child.kill('SIGKILL');
      await ended;
    }
    return dist;
  }

  test(`at any of ${MOMENTS} moments leaves whole files, and the next one repairs what it left`, async () => {
    let left = 0;
    for (let moment = 0; moment < MOMENTS; moment += 4) {
      const dists = await Promise.all([0, 1, 2, 3].map(() => killedAfter(Math.random() * 150)));
      for (const dist of dists) {
        for (const [file, content] of Object.entries(filesOf(dist)))
          expect([a.get(file), b.get(file)]).toContain(content);
        const staging = join(dirname(dist), '.dist.synth');
        if (existsSync(staging)) {
          left += 1;
          // As if a moment had passed: a lock without an owner counts for two seconds.
          utimesSync(staging, 1, 1);
        }
        new Output(dist).replace(a);
        expect(filesOf(dist)).toEqual(Object.fromEntries([...a].sort()));
        expect(readdirSync(dirname(dist))).toEqual(['dist']);
      }
    }
    expect(left).toBeGreaterThan(0);
  }, 120_000);
});
