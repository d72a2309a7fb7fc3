import { envVar } from './env';
import type { PodPart } from './pod-part';

/** What clients verify of a server: its authority and its name, its authority, or nothing. */
export type TlsMode = 'verify-full' | 'verify-ca' | 'require';

/** How clients of a backend verify the server that they connect to. */
export interface ClientTls {
  /**
   * The key of a Secret with the certificate of the authority that signed the server's.
   * @defaultValue the authorities that the image of the client trusts anyway
   */
  readonly ca?: { readonly secret: string; readonly key: string };
  /** @defaultValue verify-full */
  readonly mode?: TlsMode;
}

/** The directory with the CA certificate of a backend in the pods of its users. */
export const caPath = (backend: string): string => `/run/tls/${backend}`;

/** The file with the CA certificate of a backend in the pods of its users. */
export const caFile = (backend: string): string => `${caPath(backend)}/ca.crt`;

/**
 * TLS to a backend as part of a pod that uses it: `<PREFIX>_TLS`, and with a CA of its own `<PREFIX>_CA_FILE`. Of the
 * Secret only that key is mounted: the private key of the server beside it is no concern of its clients.
 */
export function clientTlsPart(backend: string, prefix: string, tls: ClientTls | false | undefined): PodPart {
  const from = `the TLS of ${backend}`;
  if (!tls) return { from };
  const env = [envVar(`${prefix}_TLS`, true)];
  if (tls.ca === undefined) return { from, env };
  const { secret, key } = tls.ca;
  const volume = `${backend.slice(0, 60)}-ca`;
  return {
    from,
    env: [...env, envVar(`${prefix}_CA_FILE`, caFile(backend))],
    volumes: [{ name: volume, secret: { secretName: secret, defaultMode: 0o444, items: [{ key, path: 'ca.crt' }] } }],
    mounts: [{ name: volume, mountPath: caPath(backend), readOnly: true }],
  };
}
