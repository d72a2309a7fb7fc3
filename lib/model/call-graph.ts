import type { CallRecord } from './system';

/** Who waits for whom, by path. */
export function callGraph(calls: readonly CallRecord[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to, synchronous } of calls) {
    if (!synchronous) continue;
    const callees = graph.get(from);
    if (callees === undefined) graph.set(from, [to]);
    else callees.push(to);
    if (!graph.has(to)) graph.set(to, []);
  }
  return graph;
}
