import { BlockList, isIP } from 'node:net';
import type { IPBlock, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';

/**
 * The ranges that no public address lies in, by the range that holds everything: private networks, the space that
 * carriers and clouds share, and link-local addresses, under which clouds answer with the credentials of a node.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
const notPublic = {
  '0.0.0.0/0': ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  '::/0': ['fc00::/7', 'fe80::/10'],
};

/** Every address of both families. */
export const EVERY_ADDRESS: readonly string[] = Object.keys(notPublic);

/** Every address as peers, for what is entered from outside: a balancer may pass packets on from anywhere. */
export const everyAddress: readonly NetworkPolicyPeer[] = EVERY_ADDRESS.map((cidr) => ({ ipBlock: { cidr } }));

/** Every public address as peers, for what is left to an unknown place: never the nodes, the cluster or the company. */
export const everyPublicAddress: readonly NetworkPolicyPeer[] = Object.entries(notPublic).map(([cidr, except]) => ({
  ipBlock: { cidr, except },
}));

/** One address as a range. */
export const rangeOf = (address: string): string => `${address}/${isIP(address) === 6 ? 128 : 32}`;

/**
 * Where a host is, for the policy of its callers: in the ranges that are named, else at its own address or in the
 * namespace that its name says, else at any public address.
 */
export function hostPeers(host: string, cidrs: readonly string[] | undefined): readonly NetworkPolicyPeer[] {
  if (cidrs !== undefined) return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  if (isIP(host) !== 0) return [{ ipBlock: { cidr: rangeOf(host) } }];
  const namespace = namespaceIn(host);
  if (namespace === undefined) return everyPublicAddress;
  return [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }];
}

/** The namespace of a Service by its name inside the cluster: `nacos.config.svc` is in `config`. */
const namespaceIn = (host: string): string | undefined => /\.([^.]+)\.svc(\.cluster\.local)?\.?$/.exec(host)?.[1];

/** The address ranges among peers. */
export const rangesOf = (peers: readonly NetworkPolicyPeer[]): string[] =>
  peers.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []);

/** Whether one range holds all of another, so that the other says nothing more. */
export function covers(outer: IPBlock, inner: IPBlock): boolean {
  const [, outerBits] = parsed(outer.cidr);
  const [, innerBits] = parsed(inner.cidr);
  const spared = (outer.except ?? []).filter((range) => overlaps(range, inner.cidr));
  // What both leave out is missing in neither.
  return (
    outerBits <= innerBits && overlaps(outer.cidr, inner.cidr) && spared.every((range) => inner.except?.includes(range))
  );
}

function overlaps(first: string, second: string): boolean {
  return holds(first, parsed(second)[0]) || holds(second, parsed(first)[0]);
}

function holds(range: string, address: string): boolean {
  const [network, bits] = parsed(range);
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(address, family);
}

function parsed(range: string): readonly [network: string, bits: number] {
  const [network = '', bits = ''] = range.split('/');
  return [network, Number(bits)];
}
