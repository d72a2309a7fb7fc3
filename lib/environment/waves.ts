import { stronglyConnected } from '../model/graph';

/** A call, or a wait for something that must have ended. */
interface Dependency {
  readonly from: string;
  readonly to: string;
}

/**
 * The wave of each workload: 0 where it calls nobody, otherwise one more than the highest that it calls or waits for. Workloads of
 * a circle share a wave. Linear in workloads and calls; without recursion, so that no chain is too deep.
 */
export function deploymentWaves(paths: readonly string[], calls: readonly Dependency[]): ReadonlyMap<string, number> {
  const callees = new Map<string, string[]>(paths.map((path) => [path, []]));
  for (const { from, to } of calls) if (callees.has(to)) callees.get(from)?.push(to);
  const waves = new Map<string, number>();
  for (const component of stronglyConnected(callees)) {
    const members = new Set(component);
    let wave = 0;
    for (const member of component) {
      for (const callee of callees.get(member) ?? []) {
        if (!members.has(callee)) wave = Math.max(wave, (waves.get(callee) ?? 0) + 1);
      }
    }
    for (const member of component) waves.set(member, wave);
  }
  return waves;
}
