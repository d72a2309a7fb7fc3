import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';
import { proofs } from '../engines/proofs';

interface Row {
  /** With all that it needs, and with a Secret where it can have one. */
  readonly make: (shop: Environment, credentials: Credentials | undefined) => StatefulBackend<string>;
  /** What happens when a member is lost: nothing in a manifest says so. */
  readonly takesOver: string;
  /** Whether it has a Secret where none is named. @defaultValue false */
  readonly ownSecret?: boolean;
  /** What is to be said where no member is played. @defaultValue no */
  readonly unproven?: string;
}

const it = 'it';
const storage = '10Gi';
const database = (shop: Environment) =>
  StatefulBackend.mysql(shop, 'database', { storage, credentials: { secret: 'database' } });

const nobody = 'nobody: the first member takes the writes, for good';
const vote = 'the members, by a vote';

const engines: Readonly<Record<string, Row>> = {
  mysql: {
    make: (shop, credentials) => StatefulBackend.mysql(shop, it, { storage, credentials } as never),
    takesOver: nobody,
  },
  mariadb: {
    make: (shop, credentials) => StatefulBackend.mariadb(shop, it, { storage, credentials } as never),
    takesOver: nobody,
  },
  postgres: {
    make: (shop, credentials) => StatefulBackend.postgres(shop, it, { storage, credentials } as never),
    takesOver: nobody,
  },
  'redis-single': {
    make: (shop, credentials) => StatefulBackend.redis(shop, it, { storage, credentials }),
    takesOver: 'nobody: it comes back with its volume',
    ownSecret: true,
  },
  'redis-sentinel': {
    make: (shop, credentials) => StatefulBackend.redis(shop, it, { storage, credentials, topology: 'sentinel' }),
    takesOver: 'the sentinels, by a vote',
    ownSecret: true,
  },
  'redis-cluster': {
    make: (shop, credentials) => StatefulBackend.redis(shop, it, { storage, credentials, topology: 'cluster' }),
    takesOver: 'the replica of a shard, by a vote of the others',
    ownSecret: true,
  },
  memcached: { make: (shop) => StatefulBackend.memcached(shop, it, {}), takesOver: 'nobody: what it held is gone' },
  kafka: { make: (shop) => StatefulBackend.kafka(shop, it, { storage }), takesOver: vote },
  rabbitmq: {
    make: (shop, credentials) => StatefulBackend.rabbitmq(shop, it, { storage, credentials } as never),
    takesOver: vote,
  },
  zookeeper: {
    make: (shop, credentials) => StatefulBackend.zookeeper(shop, it, { storage, credentials }),
    takesOver: vote,
  },
  etcd: { make: (shop, credentials) => StatefulBackend.etcd(shop, it, { storage, credentials }), takesOver: vote },
  consul: { make: (shop) => StatefulBackend.consul(shop, it, { storage }), takesOver: vote },
  eureka: {
    make: (shop) => StatefulBackend.eureka(shop, it, { image: 'registry.example.com/eureka:2.0.0' }),
    takesOver: 'all are alike, and copy to each other',
  },
  elasticsearch: {
    make: (shop) => StatefulBackend.elasticsearch(shop, it, { storage }),
    takesOver: vote,
    unproven: 'no; its server reads its settings',
  },
  mongodb: {
    make: (shop, credentials) => StatefulBackend.mongodb(shop, it, { storage, credentials } as never),
    takesOver: vote,
  },
  nacos: {
    make: (shop, credentials) =>
      StatefulBackend.nacos(shop, it, { storage, database: database(shop), credentials } as never),
    takesOver: `${vote}; its config is in a MySQL`,
  },
  apollo: {
    make: (shop) => StatefulBackend.apollo(shop, it, { database: database(shop) }),
    takesOver: 'all are alike; its config is in a MySQL',
  },
};

/** The engines as they are: what can be read from what they write is read from it. */
export function engineTable(): string {
  const rows = Object.entries(engines).map(([name, { make, takesOver, unproven = 'no', ownSecret = false }]) => {
    const { members, votes, ports, keys } = factsOf(make);
    const needsSecret = ownSecret || (keys.length > 0 && !isRight(make));
    const secret = keys.length === 0 ? '–' : `${needsSecret ? '' : 'if there is one: '}${keys.join(', ')}`;
    const version = proofs[name]?.version;
    const proven = proofs[name] === undefined ? unproven : `yes${version === undefined ? '' : `, version ${version}`}`;
    return `| ${name} | ${members}${votes ? ', odd' : ''} | ${ports.join(', ')} | ${secret} | ${takesOver} | ${proven} |`;
  });
  const head = ['engine', 'members', 'ports', 'keys of its Secret', 'who takes over', 'run from its manifests'];
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n');
}

function playing(make: Row['make'], credentials: Credentials | undefined) {
  const app = new MicroserviceApp({ outdir: mkdtempSync(join(tmpdir(), 'engine-')), quiet: true });
  const shop = new Environment(app, 'production');
  new StatelessService(shop, 'user', { image: 'registry.example.com/user:1.0.0' }).uses(make(shop, credentials));
  return app;
}

const isRight = (make: Row['make']): boolean =>
  playing(make, undefined)
    .findings()
    .every(({ rule }) => rule !== 'invalid');

function factsOf(make: Row['make']) {
  const secret = 'accounts';
  const { objects, backends } = playing(make, { secret }).system();
  const manifests = objects.map(({ manifest }) => manifest);
  const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === it);
  const backend = backends.find(({ name }) => name === it);
  const ports: { name: string; port: number }[] = service?.spec.ports ?? [];
  const volumes: { secret?: { secretName: string; items: { key: string }[] } }[] = manifests.flatMap(
    ({ spec }) => spec?.template?.spec.volumes ?? [],
  );
  const items = volumes.flatMap((volume) => (volume.secret?.secretName === secret ? volume.secret.items : []));
  return {
    members: backend?.members,
    votes: backend?.quorum,
    ports: ports.filter(({ name }) => name !== 'metrics').map(({ port }) => port),
    keys: [...new Set(items.map(({ key }) => key))],
  };
}
