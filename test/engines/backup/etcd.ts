import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulBackend } from '../../../lib';
import { cached } from '../../verify/cache';
import type { Client } from '../node/set';
import { unpacked } from '../packages';
import type { BackedUpEngine } from './story';

const endpoints = [0, 1, 2].map((ordinal) => `http://registry-${ordinal}.registry-peers:2379`).join(',');
const etcdctl = `ETCDCTL_API=3 etcdctl --dial-timeout=2s --command-timeout=10s --endpoints=${endpoints}`;

async function ask(client: Client, script: string): Promise<string> {
  const { code, stdout, stderr } = await client.run(script);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Debian's 3.4 has one program for what are two since 3.5; the words are the same. */
async function image() {
  const etcdutl = await cached('engine-etcdutl-1', (folder) => {
    for (const name of ['usr/bin', 'etc', 'var']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'usr/bin/etcdutl'), '#!/bin/sh\nETCDCTL_API=3 exec etcdctl "$@"\n', { mode: 0o755 });
  });
  return { 'quay.io/coreos/etcd': { packages: [etcdutl, await unpacked('etcd')] } };
}

const put = (count: number, value: string) =>
  `for i in $(seq 1 ${count}); do printf 'put "k/%s it'"'"'s $x" "${value} %s"\\n' "$i" "$i"; done | sed 's/$//' > /tmp/puts; ` +
  `{ printf '\\n'; cat /tmp/puts; printf '\\n\\n'; } | split --lines=100 --filter="{ printf '\\n'; cat; printf '\\n\\n'; } | ${etcdctl} txn" - > /dev/null`;

export const etcdBackup: BackedUpEngine = {
  name: 'etcd',
  set: 'registry',
  offline: true,
  make: (shop) => StatefulBackend.etcd(shop, 'registry', { storage: '10Gi' }),
  images: image,
  secrets: {},
  async fill(_, client) {
    await ask(client, put(2_000, 'one'));
    // What is bound to a lease goes with it, also after a restore.
    await ask(
      client,
      `lease=$(${etcdctl} lease grant 100000 | cut -d ' ' -f 2); ${etcdctl} put --lease=$lease leased x`,
    );
  },
  async change(_, client) {
    await ask(client, `${put(500, 'two')}; ${etcdctl} del --prefix 'k/9'; ${etcdctl} put later x`);
  },
  async swell(_, client) {
    const value = '$(head -c 600000 /dev/urandom | base64 -w 0)';
    await ask(client, `for i in $(seq 1 60); do echo "${value}" | ${etcdctl} put much/$i > /dev/null; done`);
  },
  async rows(_, client) {
    const text = await ask(client, `${etcdctl} get --prefix '' --write-out=json`);
    const { kvs = [] } = JSON.parse(text) as { kvs?: Record<string, unknown>[] };
    const leases = await ask(client, `${etcdctl} lease list`);
    return [
      ...kvs.map((each) => JSON.stringify(each)),
      ...leases
        .split('\n')
        .slice(1)
        .map((lease) => `lease ${lease}`),
    ];
  },
};
