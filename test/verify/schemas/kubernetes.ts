/** As much of JSON Schema as an API description uses. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

interface Definition extends JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

export interface Swagger {
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** Types that are described as strings, though the API server also reads a bare number. */
const special: Readonly<Record<string, JsonSchema>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { oneOf: [{ type: 'string' }, { type: 'integer' }] },
};

/** One schema for each kind that the API server serves, complete in itself, which allows no field that it does not name. */
export function kubernetesSchemas({ definitions }: Swagger): Map<string, JsonSchema> {
  const strict = new Map(Object.entries(definitions).map(([name, each]) => [name, special[name] ?? closed(each)]));
  const files = new Map<string, JsonSchema>();
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = definition['x-kubernetes-group-version-kind'] ?? [];
    // A type that belongs to every group, such as the options of a deletion, is no manifest.
    if (kinds.length !== 1 || !definition.properties?.metadata) continue;
    for (const { group, version, kind } of kinds) {
      const apiVersion = group ? `${group}/${version}` : version;
      files.set(schemaFile(apiVersion, kind), standalone(name, strict, apiVersion, kind));
    }
  }
  return files;
}

/** A schema that names a field twice here is no valid schema: kubeconform would say that there is none. */
export function requiredOfAll(required: unknown): string[] {
  return [...new Set(['apiVersion', 'kind', 'metadata', ...((required as string[] | undefined) ?? [])])];
}

/** The file that `schemas.ts` tells kubeconform to look in. */
export function schemaFile(apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/');
  return `${parts[0]}/${kind.toLowerCase()}-${parts.at(-1)}.json`;
}

function closed(definition: Definition): JsonSchema {
  const plain = withoutDescriptions(definition) as Definition;
  return plain.properties ? { ...plain, additionalProperties: false } : plain;
}

function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  // A property may be called description too, and then its value is no string but a schema.
  const kept = Object.entries(value).filter(([key, of]) => key !== 'description' || typeof of !== 'string');
  return Object.fromEntries(kept.map(([key, of]) => [key, withoutDescriptions(of)]));
}

/** The kind with all that it refers to, directly or not. */
function standalone(name: string, all: ReadonlyMap<string, JsonSchema>, apiVersion: string, kind: string): JsonSchema {
  const needed = new Map<string, JsonSchema>();
  const collect = (each: string): void => {
    if (needed.has(each)) return;
    const schema = all.get(each) as JsonSchema;
    needed.set(each, schema);
    for (const [, reference] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      collect(reference as string);
    }
  };
  collect(name);
  const root = needed.get(name) as Definition;
  return {
    ...root,
    properties: { ...root.properties, apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
    required: requiredOfAll(root.required),
    definitions: Object.fromEntries(needed),
  };
}
