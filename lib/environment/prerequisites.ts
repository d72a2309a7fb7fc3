import type { Manifest } from '../kubernetes/kubernetes-object';

/** An object of an environment, rendered without its wave. */
export interface PlacedManifest {
  readonly path: string;
  readonly manifest: Manifest;
}

/** Stores and what is fetched from them: ready in seconds, so they come first whether or not a reader is known. */
const alwaysEarly = new Set(['ClusterSecretStore', 'ExternalSecret', 'SealedSecret', 'SecretStore']);

/** What comes early only where something early needs it; a certificate of a gateway may take as long as it likes. */
const earlyIfNeeded = new Set(['Certificate', 'ClusterIssuer', 'Issuer', 'Secret', 'ServiceAccount']);

export const isPrerequisiteKind = (kind: string): boolean => alwaysEarly.has(kind) || earlyIfNeeded.has(kind);

/**
 * What must be healthy before the first pod starts, each with the length of the chain before it: a store is 0, what is
 * fetched from it 1. An issuer and its certificate are in it where a pod mounts the certificate.
 *
 * @param pods - those that Argo CD waits for
 */
export function prerequisites(
  objects: readonly PlacedManifest[],
  pods: readonly PlacedManifest[],
): ReadonlyMap<string, number> {
  const candidates = objects.filter(({ manifest }) => isPrerequisiteKind(manifest.kind));
  const providers = new Map(candidates.map((object) => [provided(object.manifest), object]));
  const depths = new Map<string, number>();
  const visit = (object: PlacedManifest): number => {
    const known = depths.get(object.path);
    if (known !== undefined) return known;
    // In a circle, which no controller could resolve either, it must only come to an end.
    depths.set(object.path, 0);
    const own = provided(object.manifest);
    const needed = [...referencesIn(object.manifest.spec)].filter((name) => name !== own);
    const before = needed.flatMap((name) => providers.get(name) ?? []).map(visit);
    const depth = Math.max(-1, ...before) + 1;
    depths.set(object.path, depth);
    return depth;
  };
  for (const object of candidates) if (alwaysEarly.has(object.manifest.kind)) visit(object);
  for (const { manifest } of pods) {
    for (const name of referencesIn(manifest.spec)) {
      const provider = providers.get(name);
      // Secrets and accounts have no health; beside their pods they are early enough.
      if (provider !== undefined && !plain.has(provider.manifest.kind)) visit(provider);
    }
  }
  return depths;
}

const plain = new Set(['Secret', 'ServiceAccount']);

/** The name under which others refer to an object: that of the Secret that it makes, or its own. */
function provided({ kind, metadata, spec }: Manifest): string {
  if (kind === 'ExternalSecret') return `Secret ${spec?.target?.name ?? metadata.name}`;
  if (kind === 'Certificate') return `Secret ${spec?.secretName}`;
  if (kind === 'SealedSecret') return `Secret ${metadata.name}`;
  return `${kind} ${metadata.name}`;
}

/** Every Secret, account, store and issuer that is named anywhere in a spec, as `Secret orders-db`. */
function referencesIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) {
    for (const item of value) referencesIn(item, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, content] of Object.entries(value)) {
      const reference = referenceOf(key, content);
      if (reference !== undefined) found.add(reference);
      referencesIn(content, found);
    }
  }
  return found;
}

function referenceOf(key: string, content: unknown): string | undefined {
  if (key === 'secretName') return `Secret ${content}`;
  if (key === 'serviceAccountName') return `ServiceAccount ${content}`;
  const { name, kind } = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
  if (name === undefined) return undefined;
  if (key === 'secretStoreRef' || key === 'storeRef') return `${kind ?? 'SecretStore'} ${name}`;
  if (key === 'issuerRef') return `${kind ?? 'Issuer'} ${name}`;
  if (key === 'serviceAccountRef') return `ServiceAccount ${name}`;
  return /secret/i.test(key) ? `Secret ${name}` : undefined;
}
