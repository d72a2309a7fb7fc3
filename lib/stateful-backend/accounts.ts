import { type Credentials, DEFAULT_CREDENTIAL_KEYS, secretFiles } from '../workload/credentials';
import type { PodPart } from '../workload/pod-part';

/** Names of accounts, each with the key of a Secret under which it usually is. */
export type AccountKeys = Readonly<Record<string, string>>;

/** Where an engine finds its accounts: a file for each. */
export const ACCOUNTS = '/run/accounts';

/** The keys of an engine that has accounts of its own beside the one of its users. */
export const withUsers = <Own extends AccountKeys>(own: Own) => ({ ...DEFAULT_CREDENTIAL_KEYS, ...own });

/** The accounts of the engine, in the engine's own pods: a file for each key that it knows. */
export function accountsPart(
  credentials: Credentials | undefined,
  known: AccountKeys = DEFAULT_CREDENTIAL_KEYS,
): PodPart {
  if (credentials === undefined) return { from: 'its credentials' };
  return {
    from: 'its credentials',
    volumes: [{ name: 'accounts', secret: secretFiles({ ...credentials, keys: keysOf(credentials, known) }) }],
    mounts: [accountsMount],
  };
}

export const accountsMount = { name: 'accounts', mountPath: ACCOUNTS, readOnly: true } as const;

/**
 * The account that users of an engine get: of the keys that its Secret has, only theirs. The others, such as that of
 * an administrator, stay with the engine.
 */
export function accountOf(
  credentials: Credentials | undefined,
  known: AccountKeys = DEFAULT_CREDENTIAL_KEYS,
): Credentials | undefined {
  return credentials && { ...credentials, keys: keysOf(credentials, known) };
}

/** One account of an engine as the value of a variable. */
export function accountValue({ secret, keys = {} }: Credentials, name: string, usual: string) {
  return { secretKeyRef: { name: secret, key: keys[name] ?? usual } };
}

/** The sentence for an engine that cannot do without a Secret. */
export function missingCredentials(credentials: Credentials | undefined, what = 'passwords'): string[] {
  return credentials === undefined ? [`'credentials': must be set: ${what} are never made up`] : [];
}

/** Keys that the engine has no use for: a name that was mistyped would leave an account where it usually is. */
export function unknownKeys(
  credentials: Credentials | undefined,
  known: AccountKeys = DEFAULT_CREDENTIAL_KEYS,
): string[] {
  const names = Object.keys(known);
  return Object.keys(credentials?.keys ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => `'credentials.keys.${name}': must be one of ${names.join(', ')}, got "${name}"`);
}

/** Where each account is in this Secret. */
function keysOf({ keys }: Credentials, known: AccountKeys): Record<string, string> {
  return Object.fromEntries(Object.entries(known).map(([name, usual]) => [name, keys?.[name] ?? usual]));
}
