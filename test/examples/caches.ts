import { Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

// Must not be lost: three members with sentinels, each write on the disk.
const sessions = StatefulBackend.redis(shop, 'sessions', {
  topology: 'sentinel',
  storage: '8Gi',
  credentials: { secret: 'sessions' },
  fsync: 'always',
});
// Too much for one: three shards, each with a replica; what is old makes room.
const prices = StatefulBackend.redis(shop, 'prices', { topology: 'cluster', storage: '4Gi', eviction: 'allkeys-lru' });
// May be lost at any time.
const pages = StatefulBackend.memcached(shop, 'pages', { replicas: 3, resources: { memory: '512Mi' } });

const web = new StatelessService(shop, 'web', { image: 'web:5.2.0' });
for (const cache of [sessions, prices]) web.uses(cache);
web.uses(pages);

app.synth();
