import type { Graph } from './graph';

/** From the first member by name back to it, over as few others as possible. */
export function shortestCircle(graph: Graph, component: readonly string[]): string[] {
  const start = component.reduce((first, member) => (member < first ? member : first));
  const members = new Set(component);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return circleThrough(node, cameFrom, start);
      if (!members.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [start];
}

function circleThrough(last: string, cameFrom: ReadonlyMap<string, string>, start: string): string[] {
  const circle = [start];
  for (let node: string | undefined = last; node !== undefined && node !== start; node = cameFrom.get(node))
    circle.push(node);
  return [...circle, start].reverse();
}
