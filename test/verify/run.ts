import { type SpawnOptions, spawn } from 'node:child_process';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  readonly input?: string;
}

/** Runs a program to its end. A program that cannot be started at all is a result too: code 127, as in a shell. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { input, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...spawnOptions, stdio: 'pipe' });
    const stdout = gather(child.stdout);
    const stderr = gather(child.stderr);
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: stdout(), stderr: stderr() }));
    // A program may end before it has read everything, and says so by its code.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** The same, for a program that has to succeed: returns what it printed. */
export async function mustRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${stderr || stdout}`);
  return stdout;
}

function gather(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
