import { Environment, MicroserviceApp, StatelessService } from './lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'staging', 'production'] as const) {
  const shop = new Environment(app, stage, { system: 'shop', registry: 'registry.example.com/shop' });
  const payments = new StatelessService(shop, 'payments', { image: 'payments:1.4.2', ports: { http: 8080, admin: 9000 } });
  const orders = new StatelessService(shop, 'orders', {
    image: 'orders:2.0.1',
    replicas: shop.pick({ test: 3, staging: 3, production: { from: 3, to: 10, cpuPercent: 70 } }),
  });
  orders.calls(payments, { timeout: '2s', retries: 1, idempotent: true });
}

app.synth();
