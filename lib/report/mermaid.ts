import type { System } from '../model/system';

/**
 * A picture of one environment in Mermaid, which code hosts draw: who calls whom. Dotted arrows are calls that the
 * caller can do without.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function callGraph({ workloads, externals, calls, routes }: System, environment: string): string {
  const here = <T extends { readonly environment: string }>(records: readonly T[]) =>
    records.filter((record) => record.environment === environment);
  // What is only there for the day on which something is lost is in nobody's way.
  const running = here(workloads).filter(({ component }) => component !== 'restore');
  const names = new Map([...running, ...here(externals)].map(({ path, name }) => [path, name]));
  const nodes = [
    ...running.map(({ name, component }) => (component === 'backend' ? `${name}[(${name})]` : `${name}(${name})`)),
    ...here(externals).map(({ name }) => `${name}[[${name}]]`),
  ];
  const gateways = here(routes).map(
    ({ gateway, to, match }) => `${gateway}{{${gateway}}} -->|${match.value}| ${names.get(to)}`,
  );
  const drawn = here(calls).filter(({ from }) => names.has(from));
  const arrows = drawn.map(({ from, to, optional, timeoutSeconds }) => {
    const label = timeoutSeconds === undefined ? '' : `|${timeoutSeconds} s|`;
    return `${names.get(from)} ${optional ? '-.->' : '-->'}${label} ${names.get(to)}`;
  });
  // Who connects to two ports is one arrow.
  return ['flowchart LR', ...[...nodes, ...gateways, ...new Set(arrows)].map((line) => `  ${line}`)].join('\n');
}
