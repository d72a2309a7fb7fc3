import type { Container, PodSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { shortened } from '../metadata/names';
import type { PodPart } from '../workload/pod-part';

export interface WaitInput {
  /** The name of the migration. */
  readonly name: string;
  readonly check: readonly string[];
  /** The pause between two questions; `undefined` leaves it to the node. */
  readonly everySeconds: number | undefined;
  /** The user of the migration, where it has one of its own. */
  readonly uid: number | undefined;
  /** The pod that does the work, with everything that it was given until now. */
  readonly pod: () => PodSpec;
}

/** The check of a migration as an init container of those who wait, with the variables and files of the migration. */
export function waitPart(input: WaitInput): PodPart {
  const name = shortened(`wait-for-${input.name}`, 63);
  const from = `the wait for ${input.name}`;
  return {
    from,
    get initContainers() {
      return [waitContainer(name, input)];
    },
    get volumes() {
      const { containers, volumes = [] } = input.pod();
      const used = new Set(containers[0]?.volumeMounts?.map((mount) => mount.name));
      return volumes.filter((volume) => used.has(volume.name)).map((volume) => renamed(name, volume));
    },
  };
}

function waitContainer(name: string, { check, everySeconds, uid, pod }: WaitInput): Container {
  const { containers } = pod();
  const { image, imagePullPolicy, env, envFrom, resources, volumeMounts = [] } = containers[0] as Container;
  return {
    name,
    image,
    imagePullPolicy,
    command: everySeconds === undefined ? [...check] : loop(check, everySeconds),
    env,
    envFrom,
    resources,
    securityContext: uid === undefined ? undefined : { runAsUser: uid, runAsGroup: uid },
    volumeMounts: volumeMounts.map((mount) => renamed(name, mount)),
  };
}

/**
 * Repeats the check until it succeeds. A shell that is process 1 ignores SIGTERM unless it traps it, and runs the trap
 * only between foreground commands: so both the check and the pause run in the background, and the pod ends at once.
 * The words of the check are arguments, so that none of them means anything to the shell.
 */
function loop(check: readonly string[], everySeconds: number): string[] {
  const script = `trap 'exit 143' TERM; until { "$@" & wait $!; }; do sleep ${everySeconds} & wait $!; done`;
  return ['sh', '-c', script, 'wait', ...check];
}

/** The service may have a volume of the same name that holds something else: other keys of a secret, more space. */
function renamed<Named extends Volume | VolumeMount>(prefix: string, volume: Named): Named {
  return { ...volume, name: shortened(`${prefix}-${volume.name}`, 63) };
}
