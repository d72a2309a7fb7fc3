import {
  Backup,
  BatchJob,
  ConfigCenter,
  Environment,
  MicroserviceApp,
  Migration,
  ScheduledJob,
  StatefulBackend,
  StatelessService,
} from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

const database = StatefulBackend.mysql(shop, 'orders-db', { storage: '50Gi', credentials: { secret: 'orders-db' } });
const settings = new ConfigCenter(shop, 'settings', { startup: { ORDER_HISTORY_DAYS: 90 } });

// A new version of the schema is a new Job; a Job that ran already is never changed.
const schema = new Migration(shop, 'orders-schema', {
  image: 'orders-schema:2.0.1',
  args: ['migrate'],
  check: ['flyway', 'validate'],
});
schema.uses(database, { database: 'orders' });

// Its pods ask with the check of the migration until it says yes, and only then start.
const orders = new StatelessService(shop, 'orders', { image: 'orders:2.0.1' });
orders.uses(database, { database: 'orders' });
orders.waitsFor(schema);

// Every night at half past four in Berlin, which every day has once; a run that still works is not met by the next.
const report = new ScheduledJob(shop, 'daily-report', {
  image: 'report:1.3.0',
  schedule: '30 4 * * *',
  timeZone: 'Europe/Berlin',
  activeDeadline: '2h',
});
report.uses(database, { access: 'read-only', database: 'orders' });
report.configure(settings, { startup: ['ORDER_HISTORY_DAYS'] });

// Once, in ten numbered parts of which four run at a time.
const backfill = new BatchJob(shop, 'backfill', {
  image: 'backfill:1.0.0',
  completionMode: 'Indexed',
  completions: 10,
  parallelism: 4,
});
backfill.uses(database, { database: 'orders' });

// What cannot be made again is written out every night.
new Backup(database, 'backup', {
  schedule: '30 1 * * *',
  to: {
    bucket: 's3://shop-backups',
    identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
    cidrs: ['10.60.0.0/24'],
  },
});

app.synth();
