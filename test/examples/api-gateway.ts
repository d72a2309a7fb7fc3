import { ApiGateway, Environment, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');

const web = new StatelessService(shop, 'web', { image: 'registry.example.com/shop/web:5.2.0' });
const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });

const gateway = new ApiGateway(shop, 'gateway', {
  host: 'shop.example.com',
  tls: { issuer: 'letsencrypt' },
  ingressClass: 'traefik',
});
gateway.route('/', web);
gateway.route('/api/orders', orders, { timeout: '10s' });

app.synth();
