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

  // Every night at half past one in Berlin; an alert tells when the newest is older than it should be. In production the
  // pods have an identity in place of keys, what they send is encrypted, and only a rule of the bucket deletes it.
  new Backup(database, 'backup', {
    schedule: '30 1 * * *',
    timeZone: 'Europe/Berlin',
    to: shop.pick({
      test: { volume: '100Gi' },
      production: {
        bucket: 's3://shop-backups',
        region: 'eu-central-1',
        identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
        cidrs: ['10.60.0.0/24'],
      },
    }),
    keep: shop.pick({ test: { last: 2 }, production: 'bucket-lifecycle' }),
    encryption: { secret: 'backup-encryption' },
    alerts: { runbook: 'https://runbooks.example.com/backups' },
  });
}

app.synth();
