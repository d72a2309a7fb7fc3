import {
  Backup,
  ConfigCenter,
  Environment,
  MicroserviceApp,
  Migration,
  StatefulBackend,
  StatelessService,
} from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

// Nacos and Apollo keep what they hold in a MySQL, and want their tables there before they start.
const nacosDb = StatefulBackend.mysql(shop, 'nacos-db', { storage: '5Gi', credentials: { secret: 'nacos-db' } });
const nacosTables = new Migration(shop, 'nacos-tables', { image: 'nacos-tables:3.2.3', check: ['flyway', 'validate'] });
nacosTables.uses(nacosDb);
const nacos = StatefulBackend.nacos(shop, 'nacos', {
  storage: '5Gi',
  database: nacosDb,
  credentials: { secret: 'nacos' },
});
nacos.waitsFor(nacosTables);

const apolloDb = StatefulBackend.mysql(shop, 'apollo-db', { storage: '5Gi', credentials: { secret: 'apollo-db' } });
const apollo = StatefulBackend.apollo(shop, 'apollo', { database: apolloDb });
// Where people change values: one for all environments, so it is a service like others. It alone may reach that port.
const portal = new StatelessService(shop, 'portal', { image: 'apollo-portal:2.5.2' });
portal.calls(apollo, { port: 'admin' });

// Who reads from them is told address, account and names as its client wants them.
const flags = new ConfigCenter(shop, 'flags', { source: { nacos: { server: nacos, dataIds: ['flags.yaml'] } } });
const limits = new ConfigCenter(shop, 'limits', { source: { apollo: { server: apollo } } });
const orders = new StatelessService(shop, 'orders', { image: 'orders:2.0.1' });
orders.configure(flags, {});
orders.configure(limits, { source: { namespaces: ['application', 'orders.limits'] } });

// What cannot be made again is written out every night.
for (const store of [nacosDb, apolloDb]) {
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
