import type { KeyToPath } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import type { AccountKeysRecord } from '../model/system';
import { envVar } from './env';
import type { PodPart } from './pod-part';

/**
 * Where credentials are found: a Secret that exists in the namespace, made by hand or by an operator. Only its name and
 * the names of its keys are known here; no value ever comes near the manifests.
 */
export interface Credentials {
  /** The name of the Secret. */
  readonly secret: string;
  /**
   * Which keys of it are given, each with the variable part under which: `{ password: 'mysql-password' }` gives
   * `ORDERS_DB_PASSWORD_FILE`.
   * @defaultValue `username` and `password`, each the key of that name
   */
  readonly keys?: Readonly<Record<string, string>>;
  /**
   * `files` mounts them under `/run/secrets/<backend>/` and says where in `<NAME>_FILE`; `env` puts the values into the
   * environment, for programs that read no files.
   * @defaultValue files: an environment is inherited by every child process and printed by many a crash report, and a
   * file follows the Secret when it is rotated
   */
  readonly as?: 'files' | 'env';
}

export const credentialsCheck = check.fields({
  secret: check.objectName,
  keys: check.optional(check.mapOf(check.environmentVariable, check.fileName)),
  as: check.optional(check.oneOf('files', 'env')),
});

export const DEFAULT_CREDENTIAL_KEYS = { username: 'username', password: 'password' } as const;

/** Under which keys of the Secret the name and the password are, if it can be told. */
export function accountKeys({ keys = DEFAULT_CREDENTIAL_KEYS }: Credentials): AccountKeysRecord | undefined {
  const known: Readonly<Record<string, string>> = keys;
  const { username = known.user, password = known.pass } = known;
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** The directory in which the credentials of a backend are found by its users. */
export const credentialsPath = (backend: string): string => `/run/secrets/${backend}`;

/** The volume that is mounted there. */
export const credentialsVolume = (backend: string): string => `${backend.slice(0, 51)}-credentials`;

/** Credentials of a backend as part of a pod that uses it. */
export function credentialsPart(backend: string, prefix: string, credentials: Credentials): PodPart {
  const { secret, keys = DEFAULT_CREDENTIAL_KEYS, as = 'files' } = credentials;
  const from = `the credentials of ${backend}`;
  const named = Object.entries(keys).map(([part, key]) => ({ variable: `${prefix}_${part.toUpperCase()}`, part, key }));
  if (as === 'env') {
    return {
      from,
      env: named.map(({ variable, key }) => envVar(variable, { secretKeyRef: { name: secret, key } })),
    };
  }
  const volume = credentialsVolume(backend);
  return {
    from,
    env: named.map(({ variable, part }) => envVar(`${variable}_FILE`, `${credentialsPath(backend)}/${part}`)),
    volumes: [{ name: volume, secret: secretFiles(credentials) }],
    mounts: [{ name: volume, mountPath: credentialsPath(backend), readOnly: true }],
  };
}

/** The keys of the Secret as files, readable by the group of the pod and nobody else. */
export function secretFiles({ secret, keys = DEFAULT_CREDENTIAL_KEYS }: Credentials) {
  const items = Object.entries(keys).map(([path, key]): KeyToPath => ({ key, path }));
  return { secretName: secret, defaultMode: 0o440, items };
}
