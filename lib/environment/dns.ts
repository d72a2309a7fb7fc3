import type { NetworkPolicyEgressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import * as check from '../checks/values';
import { rangeOf } from '../workload/address-ranges';

/** A kind of cluster, for where its pods resolve names. */
export type DnsPlatform = 'kube-dns' | 'gke' | 'eks' | 'aks' | 'openshift';

/** The name resolution of a kind of cluster under another address. */
export interface ClusterDns {
  /** @defaultValue kube-dns */
  readonly platform?: DnsPlatform;
  /**
   * The address that `nameserver` has in `/etc/resolv.conf` of the pods. It must be known where a cache on the node
   * answers under it (NodeLocal DNSCache with kube-proxy in the mode iptables, EKS Auto Mode).
   * @defaultValue that with which the platform is installed: 10.96.0.10, on EKS 10.100.0.10 and 172.20.0.10, on AKS
   * 10.0.0.10
   */
  readonly clusterIp?: string;
}

/** Where names are resolved, in the form of a NetworkPolicy. */
export interface DnsPeers {
  readonly peers: readonly NetworkPolicyPeer[];
  /** Each over UDP and TCP, numbered as on the pods of the resolver. @defaultValue 53 */
  readonly ports?: readonly number[];
}

export type DnsProps = DnsPlatform | ClusterDns | DnsPeers;

interface Platform {
  /** Its pods. A cache on the node has an address of the node, which no selector of pods matches. */
  readonly pods: NetworkPolicyPeer;
  /** Link-local addresses of caches on the node, and of resolvers of the cloud. */
  readonly addresses: readonly string[];
  /** The usual addresses of the Service. A cache on the node takes it over, before it is translated to pods. */
  readonly clusterIps: readonly string[];
  readonly port: number;
}

const NODE_LOCAL = '169.254.20.10';

const pods = (namespace: string, label: string, ...values: string[]): NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector:
    values.length === 1
      ? { matchLabels: { [label]: values[0] as string } }
      : { matchExpressions: [{ key: label, operator: 'In', values }] },
});
// With Cilium and on GKE the cache on the node is a pod of its own.
const kubeSystem = pods('kube-system', 'k8s-app', 'kube-dns', 'node-local-dns');

/**
 * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-networking.html
 * @see https://learn.microsoft.com/azure/aks/localdns-custom
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/networking_operators/dns-operator
 */
const platforms: Readonly<Record<DnsPlatform, Platform>> = {
  'kube-dns': { pods: kubeSystem, addresses: [NODE_LOCAL], clusterIps: ['10.96.0.10'], port: 53 },
  gke: { pods: kubeSystem, addresses: [NODE_LOCAL, '169.254.169.254'], clusterIps: [], port: 53 },
  eks: { pods: kubeSystem, addresses: [NODE_LOCAL], clusterIps: ['10.100.0.10', '172.20.0.10'], port: 53 },
  aks: { pods: kubeSystem, addresses: ['169.254.10.10', '169.254.10.11'], clusterIps: ['10.0.0.10'], port: 53 },
  openshift: {
    pods: pods('openshift-dns', 'dns.operator.openshift.io/daemonset-dns', 'default'),
    addresses: [],
    clusterIps: [],
    port: 5353,
  },
};

const platformCheck = check.oneOf(...Object.keys(platforms));

export const dnsCheck = check.either(
  `one of ${Object.keys(platforms).join(', ')}, { platform, clusterIp } or { peers, ports }`,
  [check.isText, platformCheck],
  [
    (value) => check.isMap(value) && 'peers' in value,
    check.fields({
      peers: check.someOf(
        check.fields({
          podSelector: check.optional(check.plainMap),
          namespaceSelector: check.optional(check.plainMap),
          ipBlock: check.optional(check.plainMap),
        }),
      ),
      ports: check.optional(check.withoutRepeats(check.someOf(check.portNumber))),
    }),
  ],
  [check.isMap, check.fields({ platform: check.optional(platformCheck), clusterIp: check.optional(check.ipAddress) })],
);

/** What a pod must be allowed to do so that it can resolve names. */
export function dnsEgress(given: DnsProps = {}): NetworkPolicyEgressRule {
  if (typeof given === 'object' && 'peers' in given) return rule(given.peers, given.ports ?? [53]);
  const { platform = 'kube-dns', clusterIp }: ClusterDns = typeof given === 'string' ? { platform: given } : given;
  const { pods, addresses, clusterIps, port } = platforms[platform] ?? platforms['kube-dns'];
  const ranges = [...addresses, ...(clusterIp === undefined ? clusterIps : [clusterIp])].map(rangeOf);
  return rule([pods, ...ranges.map((cidr) => ({ ipBlock: { cidr } }))], [port]);
}

function rule(peers: readonly NetworkPolicyPeer[], ports: readonly number[]): NetworkPolicyEgressRule {
  return {
    to: [...peers],
    ports: ports.flatMap((port) => [
      { port, protocol: 'UDP' },
      { port, protocol: 'TCP' },
    ]),
  };
}
