/** Part of a Kubernetes object, in the field names of the Kubernetes API; `null` takes a field away. */
export type Patch<T> = T extends readonly (infer Item)[]
  ? readonly Patch<Item>[]
  : T extends object
    ? { readonly [Field in keyof T]?: Patch<T[Field]> | null }
    : T;

/**
 * Lays a patch over a value and returns the result; both stay as they were. Maps are merged, `null` removes a field,
 * lists whose items all have a `name` are merged by that name, and any other list is replaced: what
 * `kubectl patch` does with the lists of a pod.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function merged(base: unknown, patch: unknown): unknown {
  if (isNamedList(base) && isNamedList(patch)) return mergedByName(base, patch);
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(base) ? { ...base } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else if (value !== undefined) result[field] = merged(result[field], value);
  }
  return result;
}

type Named = Readonly<Record<string, unknown>> & { readonly name: unknown };

function mergedByName(base: readonly Named[], patch: readonly Named[]): unknown[] {
  const kept = base.map((item) => {
    const change = patch.find((candidate) => candidate.name === item.name);
    return change === undefined ? item : merged(item, change);
  });
  const added = patch.filter((item) => !base.some((existing) => existing.name === item.name));
  return [...kept, ...added.map((item) => merged({}, item))];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is readonly Named[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isMap(item) && 'name' in item);
}
