import { Environment, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');
const payments = new StatelessService(shop, 'payments', { image: 'registry.example.com/shop/payments:1.4.2' });
const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });
orders.calls(payments, { timeout: '2s', retries: 1, idempotent: true });
app.synth();
