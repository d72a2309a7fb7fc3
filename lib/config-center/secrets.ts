import type { SecretProjection, Volume } from 'kubernetes-types/core/v1';
import * as v from 'valibot';
import type { ExternalSecret, ExternalSecretData, SecretStoreRef } from '../../imports/external-secrets';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import { envVar } from '../workload/env';
import type { PodPart } from '../workload/pod-part';

/** Where a secret value is found. The value itself is never given to the program. */
export type SecretSource = ExistingSecret | StoredSecret;

/** A Secret of the namespace that somebody else makes. */
export interface ExistingSecret {
  readonly secret: string;
  /** The key in it. */
  readonly key: string;
}

/** A value in a store outside the cluster, which External Secrets Operator fetches. */
export interface StoredSecret {
  readonly externalSecret: {
    /** The store that the operator asks. */
    readonly store: string;
    /** @defaultValue SecretStore: one of the namespace, so that one team cannot read the secrets of all */
    readonly storeKind?: 'SecretStore' | 'ClusterSecretStore';
    /** The name of the entry in the store. */
    readonly key: string;
    /** The field in the entry. @defaultValue the whole entry */
    readonly property?: string;
    /** How often the store is asked again. The shortest of a config centre holds for all. @defaultValue 1h */
    readonly refreshInterval?: Duration;
  };
}

export const secretSource = check.either(
  '{ secret, key } or { externalSecret: { store, key } }',
  // Whoever writes the secret itself here must not find it in the log of the build, too.
  [
    check.isText,
    v.custom<unknown>(() => false, 'must be { secret, key } or { externalSecret: { store, key } }, got text'),
  ],
  [
    (value) => check.isMap(value) && 'externalSecret' in value,
    check.fields({
      externalSecret: check.fields({
        store: check.objectName,
        storeKind: check.optional(check.oneOf('SecretStore', 'ClusterSecretStore')),
        key: check.nonEmptyText,
        property: check.optional(check.nonEmptyText),
        refreshInterval: check.optional(check.positiveDuration),
      }),
    }),
  ],
  [check.isMap, check.fields({ secret: check.objectName, key: check.fileName })],
);

/** The names under which consumers know secrets, each with the Secret and the key in the cluster. */
export type SecretKeys = Readonly<Record<string, ExistingSecret>>;

/** What every secret is called in the cluster, where `made` is the Secret that the operator fills. */
export function secretKeys(sources: Readonly<Record<string, SecretSource | undefined>>, made: string): SecretKeys {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, source]) => {
      if (source === undefined) return [];
      return [[name, 'secret' in source ? source : { secret: made, key: name }]];
    }),
  );
}

/** What the operator is asked to fetch; `undefined` where every Secret exists already. */
export function externalSecretSpec(
  sources: Readonly<Record<string, SecretSource | undefined>>,
  made: string,
): ExternalSecret['spec'] | undefined {
  const stored = Object.entries(sources).flatMap(([name, source]) =>
    source !== undefined && 'externalSecret' in source ? [{ name, ...source.externalSecret }] : [],
  );
  const [first] = stored;
  if (first === undefined) return undefined;
  const storeOf = ({ store, storeKind = 'SecretStore' }: StoredSecret['externalSecret']): SecretStoreRef => ({
    name: store,
    kind: storeKind,
  });
  const shared = storeOf(first);
  const isShared = ({ name, kind }: SecretStoreRef) => name === shared.name && kind === shared.kind;
  const intervals = stored.map(({ refreshInterval = '1h' }) => refreshInterval);
  const [refreshInterval] = intervals.sort((a, b) => seconds(a) - seconds(b));
  return {
    refreshInterval,
    secretStoreRef: shared,
    // A store that loses a value must not take the password from services that run.
    target: { name: made, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    data: stored.map((entry): ExternalSecretData => {
      const store = storeOf(entry);
      return {
        secretKey: entry.name,
        remoteRef: { key: entry.key, property: entry.property },
        sourceRef: isShared(store) ? undefined : { storeRef: store },
      };
    }),
  };
}

/** Secrets in the environment: for programs that read no files. They stay as they were until the pod restarts. */
export function secretVariables(from: string, keys: SecretKeys): PodPart {
  return {
    from,
    env: Object.entries(keys).map(([name, { secret, key }]) => envVar(name, { secretKeyRef: { name: secret, key } })),
  };
}

/** Secrets as files, and for each a variable that says where: `DB_PASSWORD_FILE`. */
export function secretFiles(from: string, keys: SecretKeys, volume: string, mountPath: string): PodPart {
  const names = Object.keys(keys);
  if (names.length === 0) return { from };
  const bySecret = new Map<string, SecretProjection>();
  for (const [path, { secret, key }] of Object.entries(keys)) {
    const { items = [] } = bySecret.get(secret) ?? {};
    bySecret.set(secret, { name: secret, items: [...items, { key, path }] });
  }
  const projection: Volume = {
    name: volume,
    // For the group of the pod and nobody else.
    projected: { defaultMode: 0o440, sources: [...bySecret.values()].map((secret) => ({ secret })) },
  };
  return {
    from,
    env: names.map((name) => envVar(`${name}_FILE`, `${mountPath}/${name}`)),
    volumes: [projection],
    mounts: [{ name: volume, mountPath, readOnly: true }],
  };
}
