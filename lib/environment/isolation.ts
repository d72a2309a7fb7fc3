import type { ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NetworkPolicy, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { type DnsProps, dnsEgress } from './dns';

/** The policies of all pods of an environment: no connection that is not declared, but everywhere name resolution. */
export function isolation(scope: Construct, metadata: (name: string) => ApiObjectMetadata, dns: DnsProps | undefined) {
  const policy = (id: string, name: string, spec: NetworkPolicySpec) =>
    new KubernetesObject<NetworkPolicy>(scope, id, kinds.NetworkPolicy, metadata(name), () => ({ spec }));
  return {
    defaultDeny: policy('DefaultDeny', 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    allowDns: policy('AllowDns', 'allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [dnsEgress(dns)] }),
  };
}
