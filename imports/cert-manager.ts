import type { ObjectMeta } from 'kubernetes-types/meta/v1';

/** The kind under which cert-manager knows which certificate to keep. */
export const certificateKind = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' } as const;

/**
 * A certificate that cert-manager asks for, stores in a Secret and renews. The fields that this library writes.
 * @see https://cert-manager.io/docs/usage/certificate/
 */
export interface Certificate {
  readonly apiVersion: typeof certificateKind.apiVersion;
  readonly kind: typeof certificateKind.kind;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    /** The Secret that it makes, with `tls.crt` and the private half beside it. */
    readonly secretName: string;
    readonly commonName?: string;
    readonly dnsNames?: readonly string[];
    readonly issuerRef: {
      readonly name: string;
      readonly kind?: CertificateIssuerKind;
      readonly group?: string;
    };
    readonly privateKey?: {
      readonly algorithm?: 'RSA' | 'ECDSA' | 'Ed25519';
      readonly size?: number;
      /** In which form the private half is stored. */
      readonly encoding?: 'PKCS1' | 'PKCS8';
      /** Whether a renewed certificate gets a new private half. */
      readonly rotationPolicy?: 'Always' | 'Never';
    };
    /** What the certificate may be used for: `server auth`, `client auth`. */
    readonly usages?: readonly string[];
    /** How many earlier requests for it are kept. */
    readonly revisionHistoryLimit?: number;
  };
}

/** Whether an issuer serves its namespace or the whole cluster. */
export type CertificateIssuerKind = 'Issuer' | 'ClusterIssuer';
