import { callGraph } from '../model/call-graph';
import { shortestCircle } from '../model/circles';
import { stronglyConnected } from '../model/graph';
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
