import type { NetworkPolicyPeer, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import type { Certificate } from '../../imports/cert-manager';
import type { ApiGatewaySettings, Issuer } from './props';

/** The certificate that an issuer makes for a gateway, with everything decided; `undefined` where there is none. */
export function issuedBy(tls: ApiGatewaySettings['tls']): Required<Issuer> | undefined {
  if (tls === false || !('issuer' in tls)) return undefined;
  return { ...tls, issuerKind: tls.issuerKind ?? 'ClusterIssuer', challenge: tls.challenge ?? 'http-01' };
}

/** What is wrong although every property for itself is right. */
export function challengeProblems(hosts: readonly string[], tls: ApiGatewaySettings['tls']): string[] {
  const wildcards = hosts.filter((host) => host.startsWith('*.'));
  if (issuedBy(tls)?.challenge !== 'http-01' || wildcards.length === 0) return [];
  return [
    `'tls.challenge': must be dns-01 for ${wildcards.join(', ')}, or false for an issuer that asks for no proof, got http-01: a server can prove a name and no wildcard`,
  ];
}

/** A certificate for all hosts of a gateway. */
export function certificateSpec(
  hosts: readonly string[],
  secretName: string,
  { issuer, issuerKind = 'ClusterIssuer' }: Omit<Issuer, 'challenge'>,
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

/** The port on which the pod of a challenge answers. */
const SOLVER_PORT = 8089;

/**
 * Lets the controller reach the pods that cert-manager starts in the namespace to prove hosts over HTTP-01. They
 * connect to nothing.
 * @see https://cert-manager.io/docs/configuration/acme/http01/
 */
export function solverPolicySpec(controller: NetworkPolicyPeer): NetworkPolicySpec {
  return {
    podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [controller], ports: [{ port: SOLVER_PORT, protocol: 'TCP' }] }],
  };
}
