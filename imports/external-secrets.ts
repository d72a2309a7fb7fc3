import type { ObjectMeta } from 'kubernetes-types/meta/v1';

/** The kind under which External Secrets Operator knows what to fetch. */
export const externalSecretKind = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' } as const;

/**
 * A Secret that the operator fills from a store outside the cluster. The fields that this library writes.
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export interface ExternalSecret {
  readonly apiVersion: typeof externalSecretKind.apiVersion;
  readonly kind: typeof externalSecretKind.kind;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    /** How often the store is asked again: a Go duration such as `1h`. */
    readonly refreshInterval?: string;
    /** The store of all keys that name none of their own. */
    readonly secretStoreRef?: SecretStoreRef;
    readonly target?: {
      /** The Secret that is made. */
      readonly name?: string;
      readonly creationPolicy?: 'Owner' | 'Orphan' | 'Merge' | 'None' | 'CreateOrMerge';
      /** What becomes of the Secret when the store no longer has the values. */
      readonly deletionPolicy?: 'Delete' | 'Merge' | 'Retain';
    };
    readonly data?: readonly ExternalSecretData[];
  };
}

export interface SecretStoreRef {
  readonly name: string;
  readonly kind?: 'SecretStore' | 'ClusterSecretStore';
}

export interface ExternalSecretData {
  /** The key in the Secret that is made. */
  readonly secretKey: string;
  /** Where the store keeps the value. */
  readonly remoteRef: { readonly key: string; readonly property?: string };
  readonly sourceRef?: { readonly storeRef: SecretStoreRef };
}
