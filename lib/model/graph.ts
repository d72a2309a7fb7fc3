/** Who points to whom, by path. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The strongly connected components of a graph, each after all that it points to (Tarjan). Linear, and with a stack
 * of its own instead of recursion: a chain of ten thousand services is no reason to fail.
 *
 * @see https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm
 */
export function stronglyConnected(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const components: string[][] = [];
  const enter = (node: string) => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, next: 0 };
  };
  const lower = (node: string, to: number) => lowest.set(node, Math.min(lowest.get(node) as number, to));

  for (const start of graph.keys()) {
    if (order.has(start)) continue;
    const visits = [enter(start)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { node } = visit;
      const target = graph.get(node)?.[visit.next];
      visit.next += 1;
      if (target !== undefined) {
        if (!order.has(target)) visits.push(enter(target));
        else if (isOpen.has(target)) lower(node, order.get(target) as number);
        continue;
      }
      visits.pop();
      const caller = visits.at(-1);
      if (caller !== undefined) lower(caller.node, lowest.get(node) as number);
      if (lowest.get(node) !== order.get(node)) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen.delete(member);
      components.push(component);
    }
  }
  return components;
}
