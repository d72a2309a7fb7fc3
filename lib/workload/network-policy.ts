import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1';
import { type Labels, selectorOf } from '../metadata/labels';
import type { PortProtocol } from '../model/system';
import { covers } from './address-ranges';
import { transport } from './ports';

/** An allowed connection; no peers means any peer. */
export interface Opening {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly { readonly port: number; readonly protocol: PortProtocol }[];
}

/** The pods of one workload as a peer of another in the same namespace. */
export function podsOf(name: string): NetworkPolicyPeer {
  return { podSelector: { matchLabels: { ...selectorOf(name) } } };
}

/**
 * Which connections the pods of a workload may accept and make: those that were declared.
 *
 * @param dns - where names are resolved, unless another policy of the namespace allows that for all pods
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicy(
  selector: Labels,
  inbound: readonly Opening[],
  outbound: readonly Opening[],
  dns: NetworkPolicyEgressRule | undefined,
): NetworkPolicySpec {
  const ingress = byPeers(inbound).map(({ peers, ports }): NetworkPolicyIngressRule => ({ from: peers, ports }));
  const egress = byPeers(outbound).map(({ peers, ports }): NetworkPolicyEgressRule => ({ to: peers, ports }));
  return {
    podSelector: { matchLabels: { ...selector } },
    policyTypes: ['Ingress', 'Egress'],
    // Nothing is allowed, then; the API server drops an empty list, and would see a change at every apply.
    ingress: listOrNone(ingress),
    egress: listOrNone(dns === undefined ? egress : [dns, ...egress]),
  };
}

const listOrNone = <Item>(list: Item[]): Item[] | undefined => (list.length === 0 ? undefined : list);

interface Rule {
  readonly peers: NetworkPolicyPeer[] | undefined;
  readonly ports: NetworkPolicyPort[];
}

/** A peer, or any peer, and the ports that it may use, by protocol and number. */
interface Access {
  readonly peer: NetworkPolicyPeer | undefined;
  readonly ports: Map<string, NetworkPolicyPort>;
}

/** One rule for all peers that may use the same ports, so that each peer stands once, and a new caller is one line in the diff. */
function byPeers(openings: readonly Opening[]): Rule[] {
  const accesses = new Map<string, Access>();
  for (const { peers, ports } of openings) {
    for (const peer of peers.length === 0 ? [undefined] : peers) {
      const key = JSON.stringify(peer) ?? '';
      const access: Access = accesses.get(key) ?? { peer, ports: new Map() };
      accesses.set(key, access);
      for (const port of ports) {
        const { number, protocol } = { number: port.port, protocol: transport(port.protocol) };
        access.ports.set(`${String(number).padStart(5, '0')}/${protocol}`, { port: number, protocol });
      }
    }
  }
  const sorted = [...accesses].sort(byKey).map(([, access]) => access);
  dropCovered(sorted);
  const groups = new Map<string, { peers: NetworkPolicyPeer[]; isAny: boolean; ports: NetworkPolicyPort[] }>();
  for (const { peer, ports } of sorted) {
    if (ports.size === 0) continue;
    const numbers = [...ports].sort(byKey);
    const key = `${numbers.map(([number]) => number)} ${peer === undefined}`;
    const group = groups.get(key) ?? { peers: [], isAny: peer === undefined, ports: numbers.map(([, port]) => port) };
    groups.set(key, group);
    if (peer !== undefined) group.peers.push(peer);
  }
  return [...groups].sort(byKey).map(([, { peers, isAny, ports }]) => ({ peers: isAny ? undefined : peers, ports }));
}

/** A port that any peer may use, or a wider range, is not opened once more to a peer or to a part of the range. */
function dropCovered(accesses: readonly Access[]): void {
  const wide = accesses.filter(({ peer }) => peer === undefined || peer.ipBlock !== undefined);
  for (const access of accesses) {
    for (const other of wide) {
      if (other === access || !includes(other.peer, access.peer)) continue;
      for (const port of other.ports.keys()) access.ports.delete(port);
    }
  }
}

function includes(wide: NetworkPolicyPeer | undefined, peer: NetworkPolicyPeer | undefined): boolean {
  if (wide === undefined || peer === undefined) return wide === undefined;
  return wide.ipBlock !== undefined && peer.ipBlock !== undefined && covers(wide.ipBlock, peer.ipBlock);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
