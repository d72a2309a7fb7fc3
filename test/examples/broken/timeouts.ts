import { Environment, MicroserviceApp, StatelessService } from '../../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');

const web = new StatelessService(shop, 'web', { image: 'registry.example.com/shop/web:5.2.0' });
const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });
const payments = new StatelessService(shop, 'payments', { image: 'registry.example.com/shop/payments:1.4.2' });

web.calls(orders, { timeout: '2s' });
orders.calls(payments, { timeout: '3s', retries: 2 });

app.synth();
