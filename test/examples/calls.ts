import { Environment, ExternalBackend, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage);

  // The same variables in every environment, and behind them each has a database of its own, outside the cluster.
  const database = new ExternalBackend(shop, 'orders-db', {
    host: shop.pick({ test: 'mysql.test.example.com', production: 'mysql.example.com' }),
    cidrs: [shop.pick({ test: '10.10.0.0/24', production: '10.30.0.0/24' })],
    ports: { mysql: { port: 3306, protocol: 'tcp' } },
    credentials: { secret: 'orders-db' },
    // Verified by its host name; without 'ca' by the public authorities that images trust.
    tls: { ca: { secret: 'database-ca' } },
  });

  const payments = new StatelessService(shop, 'payments', {
    image: 'registry.example.com/shop/payments:1.4.2',
    ports: { http: 8080, admin: 9000 },
  });
  const mails = new StatelessService(shop, 'mails', { image: 'registry.example.com/shop/mails:1.0.0' });
  const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });

  orders.calls(payments, { port: 'http', timeout: '2s', retries: 1, idempotent: true });
  orders.calls(mails, { synchronous: false, optional: true });
  orders.uses(database, { connectionsPerPod: 20, database: 'orders' });
}

app.synth();
