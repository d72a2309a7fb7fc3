import { ConfigCenter, Environment, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage);

  const settings = new ConfigCenter(shop, 'settings', {
    // Fixed when a process starts: environment variables. A change restarts exactly the pods that use the key.
    startup: { LOG_LEVEL: shop.pick({ test: 'debug', production: 'info' }), CURRENCY: 'EUR' },
    // Read once, at the start. A change restarts exactly the pods that use the file.
    files: { 'shipping.yaml': { carriers: ['north', 'south'], freeFrom: 50 } },
    // Read again while the process runs. A change restarts nobody.
    dynamic: { 'switches.json': { recommendations: true, reviews: stage === 'production' } },
    // Only where to find them: in a Secret, or in a store that External Secrets Operator reads.
    secrets: {
      DB_PASSWORD: { secret: 'orders-db', key: 'password' },
      PSP_KEY: { externalSecret: { store: 'vault', key: `shop/${stage}/psp`, property: 'key' } },
    },
  });

  const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });
  orders.configure(settings, {
    startup: ['LOG_LEVEL', 'CURRENCY'],
    files: ['shipping.yaml'],
    dynamic: ['switches.json'],
    secrets: ['DB_PASSWORD', 'PSP_KEY'],
  });
}

app.synth();
