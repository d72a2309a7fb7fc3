import { Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage);

  // In the cluster in test, a managed service in production. The services that use it do not see the difference.
  const sessions = StatefulBackend.redis(shop, 'sessions', {
    provider: shop.pick({ test: 'statefulset', production: 'external' }),
    external: { host: 'redis.example.com', cidrs: ['10.50.0.0/24'], tls: true },
    topology: 'sentinel',
    storage: '1Gi',
  });

  // An engine that the library does not know.
  const files = new StatefulBackend(shop, 'files', {
    image: 'registry.example.com/shop/files:1.0.3',
    ports: 9000,
    replicas: 3,
    storage: { data: { size: '50Gi', path: '/var/lib/files' } },
  });

  const web = new StatelessService(shop, 'web', { image: 'registry.example.com/shop/web:5.2.0' });
  web.uses(sessions);
  web.uses(files);
}

app.synth();
