import { accounts, accountsNeeds } from './accounts';
import { etcdBackup } from './backup/etcd';
import { mariadbBackup, mysqlBackup } from './backup/mysql';
import { postgresBackup } from './backup/postgres';
import { rcloneImage } from './backup/rclone';
import { redisBackup } from './backup/redis';
import { type BackedUpEngine, backupProof } from './backup/story';
import { consul, consulNeeds } from './consul';
import { elasticsearchNeeds, elasticsearchSettings } from './elasticsearch';
import { etcd } from './etcd';
import { kafka, kafkaNeeds } from './kafka';
import { memcached } from './memcached';
import { mariadb, mysql, mysqlNeeds } from './mysql';
import type { Network } from './node/network';
import { type Packages, unpacked } from './packages';
import { postgres } from './postgres';
import { rabbitmq } from './rabbitmq';
import { rabbitmqAccounts } from './rabbitmq-accounts';
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
  /** What is played where that is not the version of the image. */
  readonly version?: string;
  /** Whether it takes minutes, so that only `npm run verify engines` has the time for it. @defaultValue false */
  readonly long?: boolean;
}

const debian =
  (...names: readonly Packages[]) =>
  async (): Promise<void> => {
    for (const name of names) await unpacked(name);
  };

const backup = (engine: BackedUpEngine): Proof => ({
  play: (network) => backupProof(network, engine),
  needs: () => Promise.all([engine.images(), rcloneImage()]),
});

/** Every engine that can be had without its image, run as its manifests say. */
export const proofs: Readonly<Record<string, Proof>> = {
  'redis-single': { play: redisSingle, needs: debian('redis'), version: '7.0' },
  'redis-sentinel': { play: redisSentinel, needs: debian('redis'), version: '7.0', long: true },
  'redis-cluster': { play: redisCluster, needs: debian('redis'), version: '7.0', long: true },
  mariadb: { play: mariadb, needs: debian('mariadb'), version: '10.11' },
  mysql: { play: mysql, needs: mysqlNeeds, version: '9.7', long: true },
  postgres: { play: postgres, needs: debian('postgres'), version: '15' },
  'accounts-mariadb': { play: accounts('mariadb'), needs: accountsNeeds('mariadb'), long: true },
  'accounts-mysql': { play: accounts('mysql'), needs: accountsNeeds('mysql'), long: true },
  'accounts-postgres': { play: accounts('postgres'), needs: accountsNeeds('postgres'), long: true },
  'standby-mariadb': { play: standbyMariadb, needs: debian('mariadb'), long: true },
  'standby-postgres': { play: standbyPostgres, needs: debian('postgres'), long: true },
  memcached: { play: memcached, needs: debian('memcached'), version: '1.6.18' },
  rabbitmq: { play: rabbitmq, needs: debian('rabbitmq'), version: '3.10', long: true },
  'accounts-rabbitmq': { play: rabbitmqAccounts, needs: debian('rabbitmq'), version: '3.10', long: true },
  etcd: { play: etcd, needs: debian('etcd'), version: '3.4' },
  'elasticsearch-settings': { play: elasticsearchSettings, needs: elasticsearchNeeds, version: '8.19' },
  consul: { play: consul, needs: consulNeeds, long: true },
  kafka: { play: kafka, needs: kafkaNeeds, long: true },
  'sharded-mariadb': { ...sharded(flavours.mariadb), long: true },
  'sharded-postgres': { ...sharded(flavours.postgres), long: true },
  'backup-mariadb': { ...backup(mariadbBackup), long: true },
  'backup-mysql': { ...backup(mysqlBackup), long: true },
  'backup-postgres': backup(postgresBackup),
  'backup-redis': { ...backup(redisBackup), long: true },
  'backup-etcd': { ...backup(etcdBackup), long: true },
  zookeeper: { play: zookeeper, needs: zookeeperNeeds, long: true },
};
