import { type ChildProcess, spawn } from 'node:child_process';
import { mustRun } from '../../verify/run';

/**
 * A network of its own for this process and the pods that it starts: a bridge, and for each pod a pair of interfaces.
 * It lives in the network namespace that `main.ts` enters at the start, so nothing of the machine is touched.
 */
export class Network {
  private next = 10;

  async open(): Promise<void> {
    await mustRun('ip', ['link', 'set', 'lo', 'up']);
    await mustRun('ip', ['link', 'add', 'pods', 'type', 'bridge']);
    await mustRun('ip', ['address', 'add', '10.77.0.1/16', 'dev', 'pods']);
    await mustRun('ip', ['link', 'set', 'pods', 'up']);
  }

  /** A pod gets a new address each time that it is made, as in a cluster. */
  async attach(name: string): Promise<Sandbox> {
    const number = this.next;
    this.next += 1;
    const address = `10.77.${Math.floor(number / 200)}.${10 + (number % 200)}`;
    const pause = spawn(
      'unshare',
      ['--net', '--uts', '--ipc', 'sh', '-c', 'hostname "$1"; exec sleep infinity', 'pause', name],
      {
        stdio: 'ignore',
      },
    );
    const inside = ['-t', String(pause.pid), '--net', '--uts'];
    await entered(pause);
    await mustRun('ip', [
      'link',
      'add',
      `p${number}`,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      String(pause.pid),
    ]);
    await mustRun('ip', ['link', 'set', `p${number}`, 'master', 'pods', 'up']);
    await mustRun('nsenter', [...inside, 'ip', 'link', 'set', 'lo', 'up']);
    await mustRun('nsenter', [...inside, 'ip', 'address', 'add', `${address}/16`, 'dev', 'eth0']);
    await mustRun('nsenter', [...inside, 'ip', 'link', 'set', 'eth0', 'up']);
    return { address, pid: pause.pid as number, interface: `p${number}`, close: () => void pause.kill('SIGKILL') };
  }
}

/** The network of one pod. */
export interface Sandbox {
  readonly address: string;
  readonly pid: number;
  /** The end of its cable that is outside. */
  readonly interface: string;
  close(): void;
}

/** Until the process has its own host name, and so its own namespaces. */
async function entered(pause: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [mine, its] = await Promise.all([
      mustRun('readlink', ['/proc/self/ns/net']),
      mustRun('readlink', [`/proc/${pause.pid}/ns/net`]).catch(() => ''),
    ]);
    if (its !== '' && its !== mine) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('a sandbox did not get a network of its own');
}
