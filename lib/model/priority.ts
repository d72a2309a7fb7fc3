/** The order in which pods get resources when there are not enough for all. */
export type Priority = 'critical' | 'standard' | 'optional';

/** Lowest first. */
export const priorities = ['optional', 'standard', 'critical'] as const satisfies readonly Priority[];

export const rankOf = (priority: Priority): number => priorities.indexOf(priority);

interface Prioritized {
  readonly path: string;
  /** `undefined` where the program leaves it to the default. */
  readonly priority: Priority | undefined;
}

interface Dependency {
  readonly from: string;
  readonly to: string;
  readonly optional: boolean;
  readonly synchronous: boolean;
}

/** Whether the caller cannot answer without the callee. */
export const isNeeded = ({ optional, synchronous }: Pick<Dependency, 'optional' | 'synchronous'>): boolean =>
  synchronous && !optional;

/**
 * The priority of each workload. One that declares none is `standard`, or has the priority of the most important
 * workload that cannot work without it: of what is critical, everything on the way down is critical, too.
 *
 * Linear in workloads and calls: each workload is raised at most twice.
 */
export function effectivePriorities(
  workloads: readonly Prioritized[],
  calls: readonly Dependency[],
): ReadonlyMap<string, Priority> {
  const declared = new Map(workloads.map(({ path, priority }) => [path, priority]));
  const effective = new Map(workloads.map(({ path, priority = 'standard' }) => [path, priority]));
  const callees = new Map<string, string[]>();
  for (const call of calls) {
    const { from, to } = call;
    if (!isNeeded(call) || !declared.has(to)) continue;
    const known = callees.get(from);
    if (known === undefined) callees.set(from, [to]);
    else known.push(to);
  }
  const open = workloads.map(({ path }) => path);
  for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
    const priority = effective.get(caller) as Priority;
    for (const callee of callees.get(caller) ?? []) {
      if (declared.get(callee) !== undefined || rankOf(effective.get(callee) as Priority) >= rankOf(priority)) continue;
      effective.set(callee, priority);
      open.push(callee);
    }
  }
  return effective;
}
