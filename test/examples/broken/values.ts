import { Environment, MicroserviceApp, StatelessService } from '../../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');

new StatelessService(shop, 'cart', { image: 'registry.example.com/shop/cart:2.3.0', ports: 70000 });
new StatelessService(shop, 'user', { image: 'registry.example.com/shop/user: 1.8.3', startupTime: '0s' });
const orders = new StatelessService(shop, 'Orders', { image: 'registry.example.com/shop/orders:2.0.1' });
orders.deployment.patch({ spec: { template: { spec: { hostNetwork: false } } } });

app.synth();
