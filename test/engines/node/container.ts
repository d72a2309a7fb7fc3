import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Result, run } from '../../verify/run';

export interface ContainerInput {
  readonly name: string;
  /** A folder for its log and the mounts. */
  readonly folder: string;
  /** The process that holds the network of the pod. */
  readonly sandbox: number;
  /** Unpacked packages, laid over the root of this machine. */
  readonly packages: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: number;
  readonly group: number;
  readonly mounts: readonly { readonly from: string; readonly to: string; readonly readOnly: boolean }[];
  readonly readOnlyRoot: boolean;
  /** Whether it is over when its process ends. @defaultValue false */
  readonly once?: boolean;
}

/**
 * One container, from the same parts as a real one: a process with namespaces of its own, a read-only root, no
 * capabilities, the user of the manifest. It is started again when it ends, until it is stopped.
 */
export class Container {
  restarts = 0;
  /** What it ended with, for the one that runs once. */
  readonly ended: Promise<number>;
  private end: (code: number) => void = () => {};
  private child: ChildProcess | undefined;
  private stopped = false;
  readonly log: string;

  constructor(readonly input: ContainerInput) {
    this.log = join(input.folder, `${input.name}.log`);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  start(): void {
    const { folder, name, sandbox } = this.input;
    const root = join(folder, `${name}.root`);
    mkdirSync(root, { recursive: true });
    const output = openSync(this.log, 'a');
    const child = spawn(
      'nsenter',
      [
        '-t',
        String(sandbox),
        '--net',
        '--uts',
        '--ipc',
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        'sh',
        '-euc',
        this.setup(root),
      ],
      { stdio: ['ignore', output, output] },
    );
    this.child = child;
    child.on('exit', (code) => {
      if (this.input.once || this.stopped) return this.end(code ?? 137);
      this.restarts += 1;
      setTimeout(() => {
        if (!this.stopped) this.start();
      }, 1_000);
    });
  }

  /** The first process of the container as this machine sees it; `undefined` while there is none. */
  get pid(): number | undefined {
    let pid = this.child?.pid;
    // nsenter becomes unshare, whose only child is the first process inside.
    if (pid === undefined || this.child?.exitCode !== null) return undefined;
    try {
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
      pid = Number(child);
    } catch {
      return undefined;
    }
    return pid > 0 ? pid : undefined;
  }

  /** As the kernel does when the memory is used up. */
  kill(): void {
    this.signal('SIGKILL');
  }

  signal(name: NodeJS.Signals): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, name);
  }

  /** As the kubelet does: SIGTERM, and SIGKILL when the time is over. Returns whether it ended by itself. */
  async stop(graceSeconds: number): Promise<boolean> {
    this.stopped = true;
    const { child, pid } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return true;
    const ended = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
    const inTime = await Promise.race([ended, sleep(graceSeconds * 1_000, false, { ref: false })]);
    if (!inTime) {
      if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGKILL');
      else child.kill('SIGKILL');
      await ended;
    }
    while (pid !== undefined && isRunning(pid)) await sleep(10);
    return inTime;
  }

  /** Runs a command in the container, with its user and variables. */
  async exec(command: readonly string[], input?: string): Promise<Result> {
    const { pid } = this;
    if (pid === undefined || !isInside(pid)) return { code: 125, stdout: '', stderr: 'the container does not run' };
    return run('nsenter', ['-t', String(pid), '-a', '--root', '--wd', ...this.asUser(command)], { input });
  }

  /** The same for a command that goes on and prints. */
  follow(command: readonly string[]): ChildProcess {
    return spawn('nsenter', ['-t', String(this.pid), '-a', '--root', '--wd', ...this.asUser(command)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
  }

  lastLines(count = 15): string {
    try {
      return readFileSync(this.log, 'utf8').split('\n').slice(-count).join('\n');
    } catch {
      return '';
    }
  }

  private asUser(command: readonly string[]): string[] {
    const { user, group, env } = this.input;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return [
      ...[
        'setpriv',
        `--reuid=${user}`,
        `--regid=${group}`,
        '--clear-groups',
        '--no-new-privs',
        '--inh-caps=-all',
        '--bounding-set=-all',
      ],
      ...['env', '-i', ...variables, ...command],
    ];
  }

  private setup(root: string): string {
    const { packages, mounts, readOnlyRoot } = this.input;
    const scratch = `${root}.scratch`;
    const inOpt = packages.some((unpacked) => existsSync(join(unpacked, 'opt')));
    const layered = ['usr', 'etc', 'var', ...(inOpt ? ['opt'] : [])];
    const layers = (folder: string) =>
      [...packages.map((unpacked) => join(unpacked, folder)).filter((layer) => existsSync(layer)), `/${folder}`].join(
        ':',
      );
    const lines = [
      'mount --make-rprivate /',
      `mkdir -p ${scratch}`,
      `mount -t tmpfs none ${scratch}`,
      `mount -t tmpfs none ${root}`,
      ...layered.map(
        (folder) =>
          `mkdir -p ${root}/${folder} ${scratch}/${folder} ${scratch}/${folder}.work; ` +
          `mount -t overlay overlay -o lowerdir=${layers(folder)},upperdir=${scratch}/${folder},workdir=${scratch}/${folder}.work ${root}/${folder}`,
      ),
      `cd ${root}; mkdir proc dev tmp run; chmod 1777 tmp; for link in bin sbin lib lib64; do ln -s usr/$link $link; done; cd /`,
      // The user of an image has a name in it.
      `grep -q '^[^:]*:[^:]*:${this.input.user}:' ${root}/etc/passwd || echo 'engine:x:${this.input.user}:${this.input.group}::/:/bin/sh' >> ${root}/etc/passwd`,
      `mount -t proc proc ${root}/proc`,
      `mount --rbind /dev ${root}/dev`,
      // The root of an image is empty where a volume goes.
      ...mounts.map(({ from, to }) =>
        to.startsWith('/etc/') && /^\/etc\/(hosts|resolv\.conf|hostname)$/.test(to)
          ? `mount --bind ${from} ${root}${to}`
          : `mkdir -p ${root}${to}; mount --bind ${from} ${root}${to}`,
      ),
      ...mounts.filter(({ readOnly }) => readOnly).map(({ to }) => `mount -o remount,ro,bind ${root}${to}`),
      ...(readOnlyRoot ? ['', ...layered].map((folder) => `mount -o remount,ro ${root}/${folder}`) : []),
      `cd ${root}`,
      `exec chroot ${root} ${this.asUser(this.input.command).map(quoted).join(' ')}`,
    ];
    return lines.join('\n');
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Whether a process has its own root already; before that it is still laying it out. */
function isInside(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/root`) !== '/';
  } catch {
    return false;
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
