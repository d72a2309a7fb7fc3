import type { Manifest } from '../../lib/kubernetes/kubernetes-object';

/**
 * What Kubernetes would refuse in an object: fields that its kind does not have, and values that are wrong. The first
 * by the models of the official client, the second by validators made from the same OpenAPI documents.
 */
export function schemaProblems(manifest: Manifest): string[] {
  const place = `${manifest.kind} ${manifest.metadata?.name}`;
  const found = customPackages.has(groupOf(manifest)) ? customProblems(manifest) : coreProblems(manifest);
  return found.map((problem) => `${place}: ${problem}`);
}

function coreProblems(manifest: Manifest): string[] {
  const version = manifest.apiVersion.split('/').at(-1) ?? '';
  const model = `${version[0]?.toUpperCase()}${version.slice(1)}${manifest.kind}`;
  const { [manifest.kind]: Model } = require(`kubernetes-models/${manifest.apiVersion}/${manifest.kind}`);
  return [...unknownFields(manifest, model, ''), ...valueProblems(new Model(manifest))];
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** Walks an object along the attributes that the official client knows; lists and maps are known by their items. */
function unknownFields(value: unknown, type: string, place: string): string[] {
  if (['string', 'number', 'boolean', 'any', 'Date', 'IntOrString'].includes(type)) return [];
  if (typeof value !== 'object' || value === null) return [`${place} must be a list or a map, got ${value}`];
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  return Object.entries(value).flatMap(([field, content]) => {
    const inside = `${place}.${field}`;
    const known = item ?? entry ?? attributesOf(type).find(({ baseName }) => baseName === field)?.type;
    return known === undefined ? [`${inside} does not exist`] : unknownFields(content, known, inside);
  });
}

const attributes = new Map<string, readonly Attribute[]>();

function attributesOf(model: string): readonly Attribute[] {
  const known =
    attributes.get(model) ?? require(`@kubernetes/client-node/dist/gen/models/${model}.js`)[model].attributeTypeMap;
  attributes.set(model, known);
  return known;
}

/** Where the validators of custom resources come from, by API group. */
const customPackages = new Map([
  ['monitoring.coreos.com', '@kubernetes-models/prometheus-operator'],
  ['cert-manager.io', '@kubernetes-models/cert-manager'],
  ['external-secrets.io', '@kubernetes-models/external-secrets'],
]);

const groupOf = ({ apiVersion }: Manifest): string => apiVersion.split('/')[0] ?? '';

/**
 * There are no attribute maps for custom resources. But a validator reads every field that it knows, so a field that
 * it never looks at is unknown.
 */
function customProblems(manifest: Manifest): string[] {
  const { apiVersion, kind, metadata, spec, ...others } = manifest;
  const { [kind]: Model } = require(`${customPackages.get(groupOf(manifest))}/${apiVersion}/${kind}`);
  const overlooked: (() => string[])[] = [];
  // Set afterwards, because the constructor copies what it is given.
  const model = Object.assign(new Model({ apiVersion, kind, metadata }), { spec: watched(spec, '.spec', overlooked) });
  return [
    ...Object.keys(others).map((field) => `.${field} does not exist`),
    ...unknownFields(metadata, 'V1ObjectMeta', '.metadata'),
    ...valueProblems(model),
    ...overlooked.flatMap((fields) => fields()),
  ];
}

function watched(value: unknown, place: string, overlooked: (() => string[])[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => watched(item, `${place}.${index}`, overlooked));
  const seen = new Set<string | symbol>();
  let isMap = false;
  const content = Object.fromEntries(
    Object.entries(value).map(([field, inside]) => [field, watched(inside, `${place}.${field}`, overlooked)]),
  );
  overlooked.push(() => {
    const isFreeForm = isMap || seen.size === 0;
    return isFreeForm
      ? []
      : Object.keys(content).flatMap((field) => (seen.has(field) ? [] : [`${place}.${field} does not exist`]));
  });
  return new Proxy(content, {
    get: (target, field) => {
      seen.add(field);
      return Reflect.get(target, field);
    },
    ownKeys: (target) => {
      isMap = true;
      return Reflect.ownKeys(target);
    },
  });
}

function valueProblems(model: { validate(): void }): string[] {
  try {
    model.validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
