import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ObjectRecord, System } from '../../lib/model/system';
import { mustRun } from './run';

/** A program and what it made. */
export interface Program {
  readonly source: string;
  /** With one folder for each environment. */
  readonly dist: string;
  readonly system: System;
}

/** Whether an object is applied with its environment; the others are in a folder beside it. */
export const isApplied = ({ file }: ObjectRecord): boolean => !dirname(file).includes('.');

/** Runs a program that exports its `app`, as `main.ts` does, and has it write to this directory. */
export async function synthesize(source: string, dist: string): Promise<Program> {
  const script = `const { app } = require(${JSON.stringify(source)}); console.log(JSON.stringify(app.system()));`;
  const answer = await mustRun(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), '-e', script, '--', '--quiet'],
    {
      env: { ...process.env, CDK8S_OUTDIR: dist },
      cwd: resolve(__dirname, '..', '..'),
    },
  );
  return { source, dist, system: JSON.parse(answer) as System };
}

/** The program after its text was changed, synthesized into a directory that may hold what it made before. */
export function changed(
  { source }: Pick<Program, 'source'>,
  change: (text: string) => string,
  name: string,
  dist: string,
): Promise<Program> {
  const text = readFileSync(source, 'utf8');
  const after = change(text);
  if (after === text) throw new Error(`${source} no longer holds what was to be changed in it: ${name}`);
  const file = join(dirname(dist), `${name}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, after.replaceAll("'./lib'", JSON.stringify(resolve(dirname(source), 'lib'))));
  return synthesize(file, dist);
}
