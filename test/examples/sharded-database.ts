import { Environment, MicroserviceApp, Migration, ShardedDatabase, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage);

  const ordersDb = ShardedDatabase.postgres(shop, 'orders-db', {
    provider: shop.pick({ test: 'statefulset', production: 'external' }),
    external: { host: 'orders.db.example.com', cidrs: ['10.50.0.0/24'], tls: true },
    shards: 2,
    tables: {
      orders: { shardBy: 'customer_id' },
      order_items: { shardBy: 'customer_id', with: 'orders' },
      currencies: 'every shard',
    },
    storage: '50Gi',
    credentials: { secret: 'orders-db' },
  });

  const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });
  orders.uses(ordersDb, { connectionsPerPod: 10 });

  // The schema is changed on every shard, and then the proxies start anew.
  for (const shard of ShardedDatabase.shardsOf(ordersDb)) {
    const schema = new Migration(shop, `${shard.name}-schema`, {
      image: 'registry.example.com/shop/orders-schema:2.0.1',
      args: ['migrate'],
      check: ['flyway', 'validate'],
    });
    schema.uses(shard, { env: 'DB' });
    if (ordersDb instanceof ShardedDatabase) ordersDb.waitsFor(schema);
  }
}

app.synth();
