import { callGraph } from '../model/call-graph';
import { stronglyConnected } from '../model/graph';
import type { CallRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { nameOf } from './wording';

/** Three retries in one place, or one in each of two. */
const CAP = 4;

/** How many calls of a path are named; whoever has more needs no complete list. */
const NAMED = 12;

export const retryStorm: Rule = {
  id: 'retry-storm',
  severity: 'error',
  summary: `Retries do not multiply: over any path of calls, one request becomes at most ${CAP} calls of a service.`,
  *check({ calls }) {
    for (const { product, edges } of heaviestPaths(calls)) if (product > CAP) yield storm(product, edges);
  },
};

/** A path of calls and how many calls of its last service one call of its first may become. */
export interface RetryPath {
  readonly product: number;
  readonly edges: readonly CallRecord[];
}

/**
 * For each service behind which nobody retries any more, the path on which most calls reach it. Circles count as one
 * service. Linear in calls, but for the length of the paths that are returned.
 */
export function heaviestPaths(calls: readonly CallRecord[]): RetryPath[] {
  const waiting = calls.filter(({ synchronous }) => synchronous);
  const components = stronglyConnected(callGraph(waiting));
  const componentOf = new Map(
    components.flatMap((members, index) => members.map((member) => [member, index] as const)),
  );
  const of = (path: string) => componentOf.get(path) as number;
  const outgoing: CallRecord[][] = components.map(() => []);
  for (const call of waiting) if (of(call.from) !== of(call.to)) outgoing[of(call.from)]?.push(call);

  // Callees stand before their callers, so one walk forward knows what lies below, one backward what lies above.
  const retriesBelow: boolean[] = [];
  for (const edges of outgoing) retriesBelow.push(edges.some(({ to, retries }) => retries > 0 || retriesBelow[of(to)]));
  const products = components.map(() => 1);
  const last: (CallRecord | undefined)[] = components.map(() => undefined);
  for (let component = components.length - 1; component >= 0; component -= 1) {
    for (const call of outgoing[component] ?? []) {
      const product = (products[component] as number) * (1 + call.retries);
      if (product <= (products[of(call.to)] as number)) continue;
      products[of(call.to)] = product;
      last[of(call.to)] = call;
    }
  }
  return components.flatMap((_, component) => {
    const end = last[component];
    if (end === undefined || end.retries === 0 || retriesBelow[component]) return [];
    const edges: CallRecord[] = [];
    for (
      let edge: CallRecord | undefined = end;
      edge !== undefined && edges.length < NAMED;
      edge = last[of(edge.from)]
    ) {
      edges.push(edge);
    }
    return [{ product: products[component] as number, edges: edges.reverse() }];
  });
}

function storm(product: number, edges: readonly CallRecord[]): Violation {
  const [first] = edges as [CallRecord];
  const attempts = edges.map(({ retries }) => 1 + retries);
  const whole = attempts.reduce((so, next) => so * next, 1) === product;
  const dots = whole ? '' : '… ';
  const path = `${dots}${[first.from, ...edges.map(({ to }) => to)].map(nameOf).join(' -> ')}`;
  const total = Number.isSafeInteger(product) ? String(product) : 'more than 9,007,199,254,740,991';
  const victim = nameOf(edges.at(-1)?.to as string);
  const arithmetic =
    edges.length === 1 ? `1 + ${first.retries} retries = ${total}` : `${dots}${attempts.join(' x ')} = ${total}`;
  return {
    path: first.from,
    message: `one request to ${nameOf(first.from)} may become ${total} calls of ${victim} (${path}: ${arithmetic} attempts), more than ${CAP}`,
    fix:
      edges.length === 1
        ? `retries: ${CAP - 1} at the most`
        : 'retry in one place of the path, the one nearest to what fails, and set retries: 0 in the others',
  };
}
