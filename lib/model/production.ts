import { isProductionName } from './environment-facts';
import type { System } from './system';

/** The names of the environments that customers depend on; a plain chart is judged by its name. */
export function productionEnvironments({ environments, objects }: System): ReadonlySet<string> {
  const declared = new Map(environments.map(({ name, production }) => [name, production]));
  const names = [...declared.keys(), ...objects.flatMap(({ environment }) => environment ?? [])];
  return new Set(names.filter((name) => declared.get(name) ?? isProductionName(name)));
}
