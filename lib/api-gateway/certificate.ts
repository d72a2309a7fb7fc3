import type { Certificate } from '../../imports/cert-manager';
import type { Issuer } from './props';

/** A certificate for all hosts of a gateway. */
export function certificateSpec(
  hosts: readonly string[],
  secretName: string,
  { issuer, issuerKind = 'ClusterIssuer' }: Issuer,
): Certificate['spec'] {
  return {
    secretName,
    dnsNames: [...hosts],
    issuerRef: { name: issuer, kind: issuerKind, group: 'cert-manager.io' },
    // What every issuer signs and every client reads; a new one with every renewal, so that a leaked one ends by itself.
    privateKey: { algorithm: 'RSA', size: 2048, rotationPolicy: 'Always' },
    revisionHistoryLimit: 1,
  };
}
