import { spawnSync } from 'node:child_process';
import { etcd } from './etcd';
import { mariadb } from './mariadb';
import { memcached } from './memcached';
import { Network } from './node/network';
import { everything, unpacked } from './packages';
import { postgres } from './postgres';
import { rabbitmq } from './rabbitmq';
import { redisCluster, redisSentinel, redisSingle } from './redis';
import { zookeeper } from './zookeeper';

/** `npm run engines`, or with the names of some: every known engine that Debian has, run as its manifests say. */
const proofs: Readonly<Record<string, (network: Network) => Promise<boolean>>> = {
  'redis-single': redisSingle,
  'redis-sentinel': redisSentinel,
  'redis-cluster': redisCluster,
  mariadb,
  postgres,
  memcached,
  rabbitmq,
  etcd,
  zookeeper,
};

async function main(wanted: readonly string[]): Promise<number> {
  const network = new Network();
  await network.open();
  let wrong = 0;
  for (const [name, proof] of Object.entries(proofs)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const started = Date.now();
    try {
      if (!(await proof(network))) wrong += 1;
    } catch (error) {
      wrong += 1;
      console.log(`${name} failed: ${(error as Error).stack}`);
    }
    console.log(`${name} seconds ${Math.round((Date.now() - started) / 1_000)}`);
  }
  return wrong === 0 ? 0 : 1;
}

/** Into a network and a mount namespace of its own, so that nothing of the machine is touched. */
async function enter(): Promise<number> {
  // There is no way out from inside, so everything is fetched before.
  for (const name of everything) await unpacked(name);
  const { status } = spawnSync(
    'unshare',
    [
      '--net',
      '--mount',
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      // The first process of a namespace inherits every orphan; a shell buries them.
      ...['sh', '-c', '"$@"; exit $?', 'sh'],
      process.execPath,
      ...process.execArgv,
      ...process.argv.slice(1),
    ],
    { stdio: 'inherit', env: { ...process.env, ENGINES_INSIDE: '1' } },
  );
  return status ?? 1;
}

const work = process.env.ENGINES_INSIDE === undefined ? enter() : main(process.argv.slice(2));
work.then((code) => process.exit(code));
