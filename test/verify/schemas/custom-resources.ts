import type { KubernetesObject } from '../cluster/api';
import { type JsonSchema, requiredOfAll, schemaFile } from './kubernetes';

/** One schema for each version of a custom resource that is served, which allows no field that it does not name. */
export function customResourceSchemas(definitions: readonly KubernetesObject[]): Map<string, JsonSchema> {
  const files = new Map<string, JsonSchema>();
  for (const { spec } of definitions) {
    for (const version of spec.versions as Version[]) {
      const schema = version.schema?.openAPIV3Schema;
      if (!version.served || !schema) continue;
      const apiVersion = `${spec.group}/${version.name}`;
      files.set(schemaFile(apiVersion, spec.names.kind), root(schema, apiVersion, spec.names.kind));
    }
  }
  return files;
}

interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly schema?: { readonly openAPIV3Schema: JsonSchema };
}

function root(schema: JsonSchema, apiVersion: string, kind: string): JsonSchema {
  const closed = close(schema) as { properties?: JsonSchema; required?: string[] };
  return {
    ...closed,
    properties: {
      ...closed.properties,
      apiVersion: { enum: [apiVersion] },
      kind: { enum: [kind] },
      metadata: { type: 'object' },
    },
    required: requiredOfAll(closed.required),
  };
}

/** Turns the dialect of the API server into JSON Schema. */
function close(schema: JsonSchema): JsonSchema {
  const { description: _, type, properties, items, additionalProperties, nullable, ...rest } = schema;
  const result: Record<string, unknown> = { ...rest };
  if (schema['x-kubernetes-int-or-string']) {
    // An `anyOf` beside it says the same once more.
    result.type = ['integer', 'string'];
  } else if (type) {
    result.type = nullable ? [type, 'null'] : type;
  }
  if (items) result.items = close(items as JsonSchema);
  if (typeof additionalProperties === 'object') {
    result.additionalProperties = close(additionalProperties as JsonSchema);
  } else if (additionalProperties !== undefined) {
    result.additionalProperties = additionalProperties;
  }
  if (properties) {
    const each = Object.entries(properties as Record<string, JsonSchema>);
    result.properties = Object.fromEntries(each.map(([name, of]) => [name, close(of)]));
    // An object within an object, such as a pod's template, brings these three without naming them.
    if (schema['x-kubernetes-embedded-resource']) Object.assign(result.properties as object, embedded);
    if (!schema['x-kubernetes-preserve-unknown-fields']) result.additionalProperties ??= false;
  }
  return result;
}

const embedded = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
