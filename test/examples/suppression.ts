import { Environment, MicroserviceApp, StatelessService, suppress } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'test');

const reports = new StatelessService(shop, 'reports', {
  image: 'registry.example.com/shop/reports:1.2.0',
  replicas: 1,
});
suppress(reports, 'disruption-deadlock', {
  reason: 'Nobody reads reports while a node of the test cluster is drained.',
  until: '2099-12-31',
});

app.synth();
