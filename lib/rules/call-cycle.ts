import { callGraph } from '../model/call-graph';
import { type Graph, stronglyConnected } from '../model/graph';
import type { Rule } from './rule';
import { nameOf } from './wording';

export const callCycle: Rule = {
  id: 'call-cycle',
  severity: 'error',
  summary: 'No service waits, over any number of calls, for an answer that waits for its own.',
  *check({ calls }) {
    const graph = callGraph(calls);
    for (const component of stronglyConnected(graph)) {
      if (component.length < 2) continue;
      const circle = shortestCircle(graph, component);
      yield {
        path: circle[0] as string,
        message: `waits for itself: ${circle.map(nameOf).join(' -> ')}${others(component.length, circle.length - 1)}`,
        fix: 'turn one of these calls round, make it synchronous: false, or move what both need into a service of its own',
      };
    }
  },
};

function others(members: number, named: number): string {
  return members > named ? `; ${members} services are tangled in circles with each other` : '';
}

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
