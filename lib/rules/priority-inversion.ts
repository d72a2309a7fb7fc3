import { grouped } from '../model/grouped';
import { effectivePriorities, isNeeded, type Priority, rankOf } from '../model/priority';
import type { EnvironmentRecord, System } from '../model/system';
import type { Rule, Violation } from './rule';
import { listed, nameOf } from './wording';

export const priorityInversion: Rule = {
  id: 'priority-inversion',
  severity: 'error',
  summary: 'What a workload cannot work without has no lower priority than itself, and production outranks the rest.',
  *check(system) {
    yield* calleesBelow(system);
    yield* environmentsAbove(system.environments);
  },
};

/** On a full cluster the scheduler would end the callee to make room for one more pod of its caller. */
function* calleesBelow({ workloads, calls }: System): Iterable<Violation> {
  const priorities = effectivePriorities(workloads, calls);
  const needed = grouped(calls.filter(isNeeded), ({ to }) => to);
  for (const { path, name } of workloads) {
    const own = priorities.get(path) as Priority;
    const above = (needed.get(path) ?? []).flatMap(({ from }) => {
      const priority = priorities.get(from);
      return priority !== undefined && rankOf(priority) > rankOf(own) ? [{ from, priority }] : [];
    });
    if (above.length === 0) continue;
    const highest = above.reduce((a, b) => (rankOf(b.priority) > rankOf(a.priority) ? b : a)).priority;
    const callers = [...new Set(above.map(({ from, priority }) => `${nameOf(from)} (${priority})`))].sort();
    yield {
      path,
      message: `is ${own}, but ${listed(callers)} cannot work without it: on a full cluster its pods make room first`,
      fix: `no priority for ${name}, so that it follows its callers, or '${highest}'; optional: true on a call that the caller can do without`,
    };
  }
}

/** Environments may share a cluster, and with it the order of their pods. */
function* environmentsAbove(environments: readonly EnvironmentRecord[]): Iterable<Violation> {
  const isWritten = (environment: EnvironmentRecord) => environment.priorityBase !== undefined;
  const [lowest] = environments
    .filter((environment) => environment.production && isWritten(environment))
    .sort((a, b) => (a.priorityBase as number) - (b.priorityBase as number));
  if (lowest === undefined) return;
  const floor = lowest.priorityBase as number;
  for (const { path, name, production, priorityBase } of environments) {
    if (production || priorityBase === undefined || priorityBase < floor) continue;
    yield {
      path,
      message: `has the priorityBase ${priorityBase}, but ${lowest.name} has ${floor}: where both share a cluster, pods of ${name} are not below those of ${lowest.name}`,
      fix: `a priorityBase of at most ${floor - 10_000} for ${name}, or none`,
    };
  }
}
