import { StatefulBackend } from '../../lib';
import type { Network } from './node/network';
import { unpacked } from './packages';
import { quorumProof } from './quorum';
import { rendered } from './render';

export async function etcd(network: Network): Promise<boolean> {
  const endpoints = [0, 1, 2].map((ordinal) => `http://registry-${ordinal}.registry-peers:2379`).join(',');
  const etcdctl = 'ETCDCTL_API=3 etcdctl --dial-timeout=1s --command-timeout=3s';
  const status = `${etcdctl} --endpoints=${endpoints} endpoint status --write-out=fields 2> /dev/null`;
  return quorumProof(network, {
    name: 'etcd',
    set: 'registry',
    manifests: rendered((shop) => {
      StatefulBackend.etcd(shop, 'registry', { storage: '10Gi' });
    }),
    images: { 'quay.io/coreos/etcd': { packages: [await unpacked('etcd')] } },
    // Debian's 3.4 is not healthy without a leader, whatever it is asked; the image has 3.5, which is.
    livesAlone: false,
    write: (value, member) =>
      `${etcdctl} --endpoints=${member ? `http://${member}:2379` : endpoints} put "w/${value}" x`,
    read: (member) => `${etcdctl} --endpoints=http://${member}:2379 get --prefix w/ --keys-only | sed -n 's,^w/,,p'`,
    async leader(_, client) {
      const text = (await client.run(status)).stdout;
      const found = text
        .split(/(?=^"ClusterID")/m)
        .map((part) => ({
          id: /^"MemberID" : (\d+)/m.exec(part)?.[1],
          leader: /^"Leader" : (\d+)/m.exec(part)?.[1],
          ordinal: Number(/^"Endpoint" : "http:\/\/registry-(\d)/m.exec(part)?.[1]),
        }))
        .find(({ id, leader }) => id !== undefined && id === leader);
      return found?.ordinal;
    },
    async members(_, client) {
      const health = `${etcdctl} --endpoints=${endpoints} endpoint health 2>&1`;
      return (await client.run(health)).stdout.split('\n').filter((line) => line.includes('is healthy')).length;
    },
  });
}
