import * as check from '../checks/values';
import type { BackendTlsRecord } from '../model/system';
import type { ClientTls, TlsMode } from '../workload/backend-tls';

/** How connections to something outside are encrypted, and how its users verify it. */
export type ExternalTls = boolean | ExternalTlsProps;

export interface ExternalTlsProps {
  /**
   * The certificate of the authority that signed the server's, in a Secret: mounted by its users, who find it by
   * `<NAME>_CA_FILE`.
   * @defaultValue none: users verify the server by the public authorities that their images trust
   */
  readonly ca?: {
    readonly secret: string;
    /** @defaultValue ca.crt */
    readonly key?: string;
  };
  /**
   * What users verify: `verify-full` the authority and the host name, `verify-ca` the authority alone, `require` nothing,
   * which protects against those who listen and not against those who answer in its place.
   * @defaultValue verify-full with a `host`; verify-ca with `addresses`, whose name exists in the cluster alone
   * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
   */
  readonly mode?: TlsMode;
}

export const externalTlsCheck = check.either(
  'true, false or { ca, mode }',
  [(value) => typeof value === 'boolean', check.anything],
  [
    check.isMap,
    check.fields({
      ca: check.optional(check.fields({ secret: check.objectName, key: check.optional(check.fileName) })),
      mode: check.optional(check.oneOf('verify-full', 'verify-ca', 'require')),
    }),
  ],
);

/** With everything decided; `false` for connections in the clear, `undefined` where that is not known. */
export function clientTls(
  given: ExternalTls | undefined,
  { host }: { readonly host?: string },
): ClientTls | false | undefined {
  if (given === undefined || given === false) return given;
  const { ca, mode = host === undefined ? 'verify-ca' : 'verify-full' } = given === true ? {} : given;
  return { ...(ca && { ca: { secret: ca.secret, key: ca.key ?? 'ca.crt' } }), mode };
}

/** What the model knows of it. A protocol such as HTTPS is encrypted by itself. */
export function externalTlsRecord(
  ports: readonly { readonly protocol: string; readonly tls?: ClientTls | false | undefined }[],
): BackendTlsRecord | false {
  const encrypted = ports.every(({ protocol, tls }) => protocol === 'https' || tls);
  if (!encrypted || ports.length === 0) return false;
  const [ca] = ports.flatMap(({ tls }) => (tls ? (tls.ca ?? []) : []));
  return { ca, certificate: undefined };
}
