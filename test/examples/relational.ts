import { Backup, Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

const ordersDb = StatefulBackend.mysql(shop, 'orders-db', {
  storage: { size: '100Gi', storageClass: 'fast' },
  credentials: { secret: 'orders-db' },
  replicas: 3,
  maxConnections: 500,
});
const ledger = StatefulBackend.postgres(shop, 'ledger', {
  storage: '50Gi',
  credentials: { secret: 'ledger', keys: { password: 'app-password' } },
  settings: { work_mem: '16MB' },
});

const orders = new StatelessService(shop, 'orders', {
  image: 'orders:2.0.1',
  replicas: { from: 3, to: 12 },
  resources: { cpu: '250m' },
});
orders.uses(ordersDb, { connectionsPerPod: 20 });
orders.uses(ledger, { connectionsPerPod: 5 });

// Only reads, and so is led to orders-db-read and never to the primary.
const reports = new StatelessService(shop, 'reports', { image: 'reports:1.2.0' });
reports.uses(ordersDb, { access: 'read-only', connectionsPerPod: 10 });

// What cannot be made again is written out every night.
for (const store of [ordersDb, ledger]) {
  new Backup(store, 'backup', {
    schedule: '30 1 * * *',
    to: {
      bucket: 's3://shop-backups',
      identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
      cidrs: ['10.60.0.0/24'],
    },
  });
}

app.synth();
