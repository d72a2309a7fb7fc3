import fc from 'fast-check';
import { deploymentWaves } from '../../lib/environment/waves';
import { stronglyConnected } from '../../lib/model/graph';
import type { CallRecord } from '../../lib/model/system';

const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 20 });
const graphOf = (pairs: readonly (readonly [string, string])[]) =>
  new Map(names.map((name) => [name, pairs.filter(([from]) => from === name).map(([, to]) => to)]));
const callsOf = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([from, to]) => ({ from, to }) as CallRecord);

/** Whom one reaches, found the slow way. */
function reachable(graph: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const found = new Set<string>();
  const open = [...(graph.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(graph.get(next) ?? []));
  }
  return found;
}

test('every node is in one component, with exactly those that it reaches and that reach it', () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const graph = graphOf(pairs);
      const components = stronglyConnected(graph);
      expect(components.flat().sort()).toEqual(names);
      for (const component of components) {
        for (const a of names) {
          for (const b of component) {
            const together = a === b || (reachable(graph, a).has(b) && reachable(graph, b).has(a));
            expect(component.includes(a)).toBe(together);
          }
        }
      }
    }),
  );
});

test('a component comes after all that it points to', () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const components = stronglyConnected(graphOf(pairs));
      const place = (name: string) => components.findIndex((component) => component.includes(name));
      for (const [from, to] of pairs) expect(place(to)).toBeLessThanOrEqual(place(from));
    }),
  );
});

test('a chain of a hundred thousand is not too deep', () => {
  const graph = new Map(Array.from({ length: 100_000 }, (_, index) => [String(index), [String(index + 1)]]));
  expect(stronglyConnected(graph)).toHaveLength(100_001);
});

describe('deployment waves', () => {
  test('a caller comes after its callees, and members of a circle together', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const waves = deploymentWaves(names, callsOf(pairs));
        const graph = graphOf(pairs);
        for (const [from, to] of pairs) {
          const inCircle = reachable(graph, to).has(from);
          const [caller, callee] = [waves.get(from) as number, waves.get(to) as number];
          if (inCircle) expect(caller).toBe(callee);
          else expect(caller).toBeGreaterThan(callee);
        }
      }),
    );
  });

  test('are not longer than needed', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const waves = deploymentWaves(names, callsOf(pairs));
        const graph = graphOf(pairs);
        for (const name of names) {
          const wave = waves.get(name) as number;
          const circle = names.filter(
            (other) => other === name || (reachable(graph, name).has(other) && reachable(graph, other).has(name)),
          );
          const below = circle
            .flatMap((member) => graph.get(member) ?? [])
            .filter((callee) => !circle.includes(callee));
          expect(wave).toBe(Math.max(-1, ...below.map((callee) => waves.get(callee) as number)) + 1);
        }
      }),
    );
  });

  test('leave callees out that are no workloads', () => {
    expect(deploymentWaves(['a'], [{ from: 'a', to: 'outside' } as CallRecord])).toEqual(new Map([['a', 0]]));
  });
});
