import { Backup, Environment, LoggingSidecar, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage, {
    registry: 'registry.example.com/shop',
    backendTls: { issuer: 'shop-ca' },
  });

  // Without accounts in test; over TLS and with an account in production. The sidecar follows.
  const logStore = StatefulBackend.elasticsearch(shop, 'log-store', {
    provider: shop.pick({ test: 'statefulset', production: 'external' }),
    external: {
      host: 'logs.example.com',
      cidrs: ['10.40.0.0/24'],
      ports: { http: { port: 443, protocol: 'https' } },
      credentials: { secret: 'log-store' },
    },
    storage: '50Gi',
  });
  const reviews = StatefulBackend.mongodb(shop, 'reviews', { storage: '20Gi', credentials: { secret: 'reviews' } });

  new Backup(reviews, 'backup', {
    schedule: '30 1 * * *',
    to: {
      bucket: 's3://shop-backups',
      identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
      cidrs: ['10.60.0.0/24'],
    },
  });

  const catalogue = new StatelessService(shop, 'catalogue', { image: 'catalogue:4.0.2' });
  catalogue.uses(reviews, { connectionsPerPod: 10 });
  new LoggingSidecar(catalogue, 'logs', { output: { elasticsearch: logStore } });
}

app.synth();
