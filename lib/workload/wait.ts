import type { PodPart } from './pod-part';

/** Who waits. */
export interface Waiter {
  readonly name: string;
  /** Its construct path. */
  readonly path: string;
  readonly environmentName: string;
}

/** Work that must have ended before somebody else starts: a migration. */
export interface Awaitable extends Waiter {
  /**
   * What holds back the start of those who wait, in their own pods; `undefined` where only the order of deployment
   * does. What is in it is asked for when a pod is rendered, so that everything declared until then is in it.
   */
  waitPart(): PodPart | undefined;
  /** The paths of those that are asked whether it has ended. */
  readonly asked: readonly string[];
}

/** What is wrong with a wait; without a problem there is one. */
export function waitProblems(waiter: Waiter, { name, path, environmentName }: Awaitable): string[] {
  const where = `waitsFor(${name})`;
  return [
    ...(path === waiter.path ? [`${where}: must not be the workload itself`] : []),
    ...(environmentName === waiter.environmentName
      ? []
      : [
          `${where}: must stay in its environment ${waiter.environmentName}, but what it waits for is in ${environmentName}`,
        ]),
  ];
}

/** The question is put from the pods of those who wait, and their policy must let it out. */
export function unaskable({ name, asked }: Awaitable, called: ReadonlySet<string>): string[] {
  return asked
    .filter((path) => !called.has(path))
    .map((path) => {
      const callee = path.slice(path.lastIndexOf('/') + 1);
      return `waitsFor(${name}): must call or use ${callee} as well, because its pods ask there whether ${name} is done`;
    });
}
