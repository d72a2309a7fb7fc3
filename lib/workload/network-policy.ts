import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1';
import { type Labels, selectorOf } from '../metadata/labels';
import type { PortProtocol } from '../model/system';
import { transport } from './ports';

/** Somebody who may connect, or to whom a connection may be made. No peers: everybody. */
export interface Opening {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly { readonly port: number; readonly protocol: PortProtocol }[];
}

/** Every egress policy cuts off DNS unless it says otherwise. */
const dns: NetworkPolicyEgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** The pods of one workload as a peer of another in the same namespace. */
export function podsOf(name: string): NetworkPolicyPeer {
  return { podSelector: { matchLabels: { ...selectorOf(name) } } };
}

/**
 * Who may talk to the pods of a workload and to whom they may talk: what was declared, and DNS.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicy(
  selector: Labels,
  inbound: readonly Opening[],
  outbound: readonly Opening[],
): NetworkPolicySpec {
  const ingress = byPorts(inbound).map(({ peers, ports }): NetworkPolicyIngressRule => ({ from: peers, ports }));
  return {
    podSelector: { matchLabels: { ...selector } },
    policyTypes: ['Ingress', 'Egress'],
    // Nobody, then; the API server drops an empty list, and would see a change at every apply.
    ingress: ingress.length === 0 ? undefined : ingress,
    egress: [dns, ...byPorts(outbound).map(({ peers, ports }): NetworkPolicyEgressRule => ({ to: peers, ports }))],
  };
}

interface Rule {
  readonly peers: NetworkPolicyPeer[] | undefined;
  readonly ports: NetworkPolicyPort[];
}

/** One rule for all who may use the same ports, sorted, so that a new caller is one line in the diff. */
function byPorts(openings: readonly Opening[]): Rule[] {
  const groups = new Map<string, { peers: Map<string, NetworkPolicyPeer>; ports: NetworkPolicyPort[] }>();
  for (const { peers, ports } of openings) {
    const rendered = ports.map(({ port, protocol }) => ({ port, protocol: transport(protocol) }));
    const key = `${peers.length === 0} ${JSON.stringify(rendered)}`;
    const group = groups.get(key) ?? { peers: new Map(), ports: rendered };
    for (const peer of peers) group.peers.set(JSON.stringify(peer), peer);
    groups.set(key, group);
  }
  return [...groups].sort(byKey).map(([, { peers, ports }]) => ({
    peers: peers.size === 0 ? undefined : [...peers].sort(byKey).map(([, peer]) => peer),
    ports,
  }));
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
