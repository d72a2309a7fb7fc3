import { etcd } from './etcd';
import { kafka, kafkaNeeds } from './kafka';
import { mariadb } from './mariadb';
import { memcached } from './memcached';
import type { Network } from './node/network';
import { type Packages, unpacked } from './packages';
import { postgres } from './postgres';
import { rabbitmq } from './rabbitmq';
import { redisCluster, redisSentinel, redisSingle } from './redis';
import { sharded } from './sharded';
import * as flavours from './sharding/flavours';
import { standbyMariadb, standbyPostgres } from './standby';
import { zookeeper, zookeeperNeeds } from './zookeeper';

export interface Proof {
  /** Tells its figures, and returns whether all are as they must be. */
  play(network: Network): Promise<boolean>;
  /** Fetches what stands in for the image of its engine; fails where that cannot be had. */
  needs(): Promise<unknown>;
  /** Whether it takes minutes, so that only `npm run verify engines` has the time for it. @defaultValue false */
  readonly long?: boolean;
}

const debian =
  (...names: readonly Packages[]) =>
  async (): Promise<void> => {
    for (const name of names) await unpacked(name);
  };

/** Every engine that can be had without its image, run as its manifests say. */
export const proofs: Readonly<Record<string, Proof>> = {
  'redis-single': { play: redisSingle, needs: debian('redis') },
  'redis-sentinel': { play: redisSentinel, needs: debian('redis') },
  'redis-cluster': { play: redisCluster, needs: debian('redis') },
  mariadb: { play: mariadb, needs: debian('mariadb') },
  postgres: { play: postgres, needs: debian('postgres') },
  'standby-mariadb': { play: standbyMariadb, needs: debian('mariadb') },
  'standby-postgres': { play: standbyPostgres, needs: debian('postgres') },
  memcached: { play: memcached, needs: debian('memcached') },
  rabbitmq: { play: rabbitmq, needs: debian('rabbitmq'), long: true },
  etcd: { play: etcd, needs: debian('etcd') },
  kafka: { play: kafka, needs: kafkaNeeds, long: true },
  'sharded-mariadb': { ...sharded(flavours.mariadb), long: true },
  'sharded-postgres': { ...sharded(flavours.postgres), long: true },
  zookeeper: { play: zookeeper, needs: zookeeperNeeds, long: true },
};
