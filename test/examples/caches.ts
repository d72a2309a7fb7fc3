import { Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', {
  registry: 'registry.example.com/shop',
  backendTls: { issuer: 'shop-ca' },
});

// Must not be lost: three members with sentinels, each write on the disk, every connection encrypted.
const sessions = StatefulBackend.redis(shop, 'sessions', {
  topology: 'sentinel',
  storage: '8Gi',
  tls: { issuer: 'backends' },
  fsync: 'always',
});
// Too much for one: three shards, each with a replica; what is old makes room.
const prices = StatefulBackend.redis(shop, 'prices', { topology: 'cluster', storage: '4Gi', eviction: 'allkeys-lru' });
// May be lost at any time.
const pages = StatefulBackend.memcached(shop, 'pages', { replicas: 3, resources: { memory: '512Mi' } });

const web = new StatelessService(shop, 'web', { image: 'web:5.2.0' });
web.uses(sessions);
web.uses(prices, { access: 'read-only' });
web.uses(pages);

app.synth();
