import { StatefulBackend } from '../../lib';
import { Figures } from './figures';
import type { Network } from './node/network';
import { PlayedSet } from './node/set';
import { unpacked } from './packages';
import { rendered } from './render';

export async function memcached(network: Network): Promise<boolean> {
  const figures = new Figures('memcached');
  const manifests = rendered((shop) => {
    StatefulBackend.memcached(shop, 'pages', {});
  });
  const images = { 'docker.io/library/memcached': { packages: [await unpacked('memcached')] } };
  const set = new PlayedSet({ manifests, name: 'pages', images }, network);
  try {
    await set.start();
    const client = await set.client();
    const ask = async (ordinal: number, words: string) => {
      const script = `exec 3<>/dev/tcp/pages-${ordinal}.pages-peers/11211; printf '${words}quit\\r\\n' >&3; cat <&3`;
      return (await client.run(`bash -c "${script}"`)).stdout;
    };
    let stored = 0;
    for (const ordinal of [0, 1, 2]) {
      if ((await ask(ordinal, `set key 0 0 1\\r\\n${ordinal}\\r\\n`)).startsWith('STORED')) stored += 1;
    }
    figures.is('members that store', stored, 3);
    const values = async () => {
      const found = await Promise.all([0, 1, 2].map((ordinal) => ask(ordinal, 'get key\\r\\n')));
      return found.filter((text, ordinal) => text.includes(`\r\n${ordinal}\r\n`)).length;
    };
    figures.is('members with values of their own', await values(), 3);
    await set.lose(1);
    await set.ready(1);
    figures.is('members that still know theirs when one was lost', await values(), 2);
    figures.is('members alive', (await Promise.all(set.pods.map((pod) => pod.isAlive()))).filter(Boolean).length, 3);
    await set.rollingRestart();
    figures.is('pods killed at their end', set.killed, 0);
    return figures.allRight;
  } finally {
    await set.close();
  }
}
