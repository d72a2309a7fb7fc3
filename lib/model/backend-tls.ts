import type { CertificateIssuerKind } from '../../imports/cert-manager';
import * as check from '../checks/values';

/**
 * The certificate of a server in the cluster: made and renewed by cert-manager, or in a Secret that exists (keys
 * `tls.crt`, `tls.key` in PKCS #8, and `ca.crt`). `false` for connections in the clear.
 */
export type BackendTls = BackendIssuer | { readonly secret: string } | false;

/** Who signs the certificate of a server in the cluster. */
export interface BackendIssuer {
  /** The name of the issuer that cert-manager asks; one with a CA of its own, because no public one signs names in a cluster. */
  readonly issuer: string;
  /** @defaultValue ClusterIssuer: one for all namespaces */
  readonly issuerKind?: CertificateIssuerKind;
  /**
   * Further names under which it is called, such as that by which other sites reach it.
   * @defaultValue none: it is called by the names of its Services and members
   */
  readonly dnsNames?: readonly string[];
}

export const backendTlsCheck = check.either(
  '{ issuer }, { secret } or false',
  [(value) => value === false, check.anything],
  [
    (value) => check.isMap(value) && !('secret' in value),
    check.fields({
      issuer: check.objectName,
      issuerKind: check.optional(check.oneOf('ClusterIssuer', 'Issuer')),
      dnsNames: check.optional(
        check.someOf(
          check.matching(
            (value) => check.isText(value) && /^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value),
            'a host name such as orders-db.example.com',
          ),
        ),
      ),
    }),
  ],
  [check.isMap, check.fields({ secret: check.objectName })],
);

/** The TLS of a server, with everything decided. */
export interface ServerTls {
  /** The Secret with its certificate. */
  readonly secret: string;
  /** Who signs it; `undefined` where the Secret exists without this program. */
  readonly issuer: BackendIssuer | undefined;
}
