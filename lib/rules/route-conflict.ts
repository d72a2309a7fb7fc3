import type { RouteRecord } from '../model/system';
import type { Rule } from './rule';
import { nameOf } from './wording';

export const routeConflict: Rule = {
  id: 'route-conflict',
  severity: 'error',
  summary: 'One host and path lead to one place.',
  *check({ routes }) {
    const first = new Map<string, RouteRecord>();
    for (const route of routes) {
      const key = `${route.environment} ${route.controller} ${route.host} ${route.match.type} ${matched(route)}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, route);
      else {
        yield {
          path: route.path,
          message: `${where(route)} leads to ${target(earlier)}${through(earlier, route)} and to ${target(route)}; the controller follows one of them, and nobody knows which`,
          fix: 'take one of the two away, or give one another path or host',
        };
      }
    }
  },
};

/** As a prefix, `/orders/` and `/orders` are the same. */
function matched({ match }: RouteRecord): string {
  return match.type === 'prefix' ? match.value.replace(/\/+$/, '') : match.value;
}

const where = ({ host, match }: RouteRecord): string => `${host}${match.value} (${match.type})`;
const target = ({ to, port }: RouteRecord): string => `${nameOf(to)}:${port}`;

function through(earlier: RouteRecord, route: RouteRecord): string {
  return earlier.path === route.path ? '' : ` through ${nameOf(earlier.path)}`;
}
