import { BlockList, isIP } from 'node:net';

/** What the API server refuses as the address of an endpoint: it would mean another machine on every node. */
const local = new BlockList();
local.addSubnet('127.0.0.0', 8);
local.addSubnet('169.254.0.0', 16);
local.addSubnet('224.0.0.0', 4);
local.addAddress('0.0.0.0');
local.addAddress('::', 'ipv6');
local.addAddress('::1', 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');
local.addSubnet('ff00::', 8, 'ipv6');

/**
 * Whether an endpoint can have this address.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#custom-endpointslices
 */
export function isReachable(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !local.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Addresses of both families, each with those that are of it; a family without any is left out. */
export function byFamily(
  addresses: readonly string[],
): { readonly family: 'IPv4' | 'IPv6'; readonly addresses: string[] }[] {
  return ([4, 6] as const)
    .map((version) => ({
      family: `IPv${version}` as const,
      addresses: addresses.filter((address) => isIP(address) === version),
    }))
    .filter((group) => group.addresses.length > 0);
}
