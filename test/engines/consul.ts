import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StatefulBackend } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { cached } from '../verify/cache';
import { pinned } from '../verify/go-modules';
import { isSkipped } from '../verify/skipped';
import { tools } from '../verify/tools';
import type { Network } from './node/network';
import { unpacked } from './packages';
import { quorumProof } from './quorum';
import { rendered, versionOf } from './render';

const IMAGE = 'docker.io/hashicorp/consul';

const manifests = (): Manifest[] =>
  rendered((shop) => {
    StatefulBackend.consul(shop, 'registry', { storage: '10Gi' });
  });

export const consulNeeds = (): Promise<unknown> => Promise.all([unpacked('curl'), installed()]);

/** Built from the source of the version in the manifest, which Debian has too old. */
async function installed(): Promise<string> {
  const wanted = versionOf(manifests(), IMAGE);
  const [source] = pinned('consul').filter(({ path }) => path === 'github.com/hashicorp/consul');
  if (source?.version !== `v${wanted}`) throw new Error(`the source of Consul is ${source?.version}, not ${wanted}`);
  const built = await tools('consul');
  if (isSkipped(built)) throw new Error(built.skipped);
  return cached(`engine-${basename(built)}`, (folder) => {
    mkdirSync(join(folder, 'usr/bin'), { recursive: true });
    copyFileSync(join(built, 'consul'), join(folder, 'usr/bin/consul'));
  });
}

export async function consul(network: Network): Promise<boolean> {
  const url = (member: string | undefined, path: string) => `'http://${member ?? 'registry'}:8500/v1/${path}'`;
  const curl = 'curl --silent --show-error --connect-timeout 1 --max-time 4';
  return quorumProof(network, {
    name: 'consul',
    set: 'registry',
    manifests: manifests(),
    images: { [IMAGE]: { packages: [await installed(), await unpacked('curl')] } },
    saysGoodbye: true,
    write: (value, member) => `[ "$(${curl} --request PUT --data x ${url(member, 'kv/w/')}"${value}")" = true ]`,
    // Asked of the leader, who makes sure that it still is the one.
    read: (member) =>
      `${curl} --fail ${url(member, 'kv/w/?keys=&consistent=')} > /tmp/keys && tr ',' '\\n' < /tmp/keys | sed -n 's,.*"w/\\(.*\\)".*,\\1,p'`,
    async leader(set, client) {
      const address = (await client.run(`${curl} ${url(undefined, 'status/leader')}`)).stdout;
      const found = set.pods.findIndex((pod) => address.includes(`"${pod.address}:`));
      return found < 0 ? undefined : found;
    },
    async members(_, client) {
      const { stdout } = await client.run(`${curl} ${url(undefined, 'operator/autopilot/health')}`);
      const { Servers: servers } = stdout.startsWith('{') ? JSON.parse(stdout) : { Servers: [] };
      return (servers ?? []).filter(({ Healthy: healthy }: { Healthy: boolean }) => healthy).length;
    },
  });
}
