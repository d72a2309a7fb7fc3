import { Backup, Environment, MicroserviceApp, StatefulBackend } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage);

  const database = StatefulBackend.postgres(shop, 'orders-db', {
    provider: shop.pick({ test: 'statefulset', production: 'external' }),
    external: { host: 'postgres.example.com', cidrs: ['10.50.0.0/24'], tls: true },
    storage: '50Gi',
    credentials: { secret: 'orders-db' },
  });

  // Every night at half past one in Berlin. Somebody is told when the newest is older than it should be.
  new Backup(database, 'backup', {
    schedule: '30 1 * * *',
    timeZone: 'Europe/Berlin',
    to: shop.pick({
      test: { volume: '20Gi' },
      production: {
        bucket: 's3://shop-backups',
        region: 'eu-central-1',
        credentials: { secret: 'backups' },
        cidrs: ['10.60.0.0/24'],
      },
    }),
    keep: { last: 7, days: 30 },
    alerts: { runbook: 'https://runbooks.example.com/backups' },
  });
}

app.synth();
