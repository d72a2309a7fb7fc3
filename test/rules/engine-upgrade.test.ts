import { type Environment, StatefulBackend } from '../../lib';
import { saidAfter } from '../support/previous';

const credentials = { secret: 'store' };
const storage = '10Gi';
const engines = {
  mysql: (shop, image) => StatefulBackend.mysql(shop, 'store', { storage, credentials, image }),
  mariadb: (shop, image) => StatefulBackend.mariadb(shop, 'store', { storage, credentials, image }),
  postgres: (shop, image) => StatefulBackend.postgres(shop, 'store', { storage, credentials, image }),
  mongo: (shop, image) => StatefulBackend.mongodb(shop, 'store', { storage, credentials, image }),
  redis: (shop, image) => StatefulBackend.redis(shop, 'store', { storage, image }),
  kafka: (shop, image) => StatefulBackend.kafka(shop, 'store', { storage, image }),
  elasticsearch: (shop, image) => StatefulBackend.elasticsearch(shop, 'store', { storage, image }),
  etcd: (shop, image) => StatefulBackend.etcd(shop, 'store', { storage, image }),
  rabbitmq: (shop, image) => StatefulBackend.rabbitmq(shop, 'store', { storage, credentials, image }),
  zookeeper: (shop, image) => StatefulBackend.zookeeper(shop, 'store', { storage, image }),
  consul: (shop, image) => StatefulBackend.consul(shop, 'store', { storage, image }),
} satisfies Record<string, (shop: Environment, image: string) => unknown>;

function upgraded(from: string, to: string): string[] {
  const make = engines[from.split(':')[0] as keyof typeof engines];
  return saidAfter(
    'engine-upgrade',
    (shop) => make(shop, from),
    (shop) => make(shop, to.includes(':') ? to : `${from.split(':')[0]}:${to}`),
  );
}

const severityOf = (from: string, to: string) => upgraded(from, to).map((text) => /\] (\w+):/.exec(text)?.[1]);

test.each([
  ['mysql:8.4.4', '8.4.7'],
  ['postgres:17.4', '17.6-alpine'],
  ['postgres:17.4', 'registry.example.com/mirror/postgres:17.4'],
  ['postgres:17.4', '17'],
  ['redis:7.2.1', '7.4.2'],
  ['kafka:3.9.0', '3.9.1'],
  ['etcd:v3.5.17', 'v3.5.21'],
  ['mysql:8.4.4', 'stable'],
])('says nothing of %s that becomes %s', (from, to) => {
  expect(upgraded(from, to)).toEqual([]);
});

test.each([
  ['mysql:8.4.4', '9.1.0'],
  ['mysql:8.0.40', '8.4.4'],
  ['mariadb:10.11.2', '11.4.5'],
  ['mongo:7.0.1', '8.0.5'],
  ['redis:7.4.2', '8.0.1'],
  ['kafka:3.9.0', '4.1.0'],
  ['elasticsearch:8.19.0', '9.0.1'],
  ['etcd:v3.5.17', 'v3.6.1'],
  ['rabbitmq:3.13.7', '4.1.0'],
  ['zookeeper:3.8.4', '3.9.3'],
  ['consul:1.18.1', '1.20.6'],
])('warns of the step from %s to %s, which is supported', (from, to) => {
  expect(severityOf(from, to)).toEqual(['warning']);
});

test.each([
  ['postgres:16.2', '17.4'],
  ['mysql:8.0.40', '9.1.0'],
  ['mongo:6.0.1', '8.0.5'],
  ['kafka:3.2.0', '4.1.0'],
  ['elasticsearch:7.17.0', '9.0.1'],
  ['etcd:v3.4.1', 'v3.6.1'],
  ['rabbitmq:3.12.1', '4.1.0'],
  ['zookeeper:3.6.4', '3.9.3'],
  ['consul:1.15.1', '1.20.6'],
  ['redis:8.0.1', '7.4.2'],
  ['mysql:8.4.4', '8.0.40'],
])('refuses the step from %s to %s', (from, to) => {
  expect(severityOf(from, to)).toEqual(['error']);
});

test('says how it stays, and what the way is', () => {
  expect([...upgraded('postgres:16.2', '17.4'), ...upgraded('mysql:8.4.4', '8.0.40')]).toEqual([
    "[test/store/StatefulSet] error: postgres goes from 16.2 to 17.4, but supports no major version with its data in place: the server refuses a data directory of another major version: a second backend with the new version, filled by a restore of the newest backup, or pg_upgrade by hand -> image: 'postgres:16.2' keeps what runs; and then the versions between one after another, where there are any",
    "[test/store/StatefulSet] error: mysql goes from 8.4.4 to 8.0.40, and does not support a downgrade with its data in place -> image: 'mysql:8.4.4' keeps what runs; or the older version as a second backend, filled by a restore of a backup of its own",
  ]);
});

test('a default image that moves with the library is named', () => {
  const old = (shop: Environment) =>
    StatefulBackend.kafka(shop, 'store', { storage, image: 'docker.io/apache/kafka:2.8.1' });
  expect(saidAfter('engine-upgrade', old, (shop) => StatefulBackend.kafka(shop, 'store', { storage }))).toEqual([
    expect.stringContaining("image: 'docker.io/apache/kafka:2.8.1' keeps what runs"),
  ]);
});
