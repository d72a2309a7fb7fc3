import { Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

const events = StatefulBackend.kafka(shop, 'events', {
  storage: '200Gi',
  retentionHours: 72,
  partitions: 24,
  // Created by a Job, three copies each.
  topics: { orders: {}, payments: { partitions: 6, retention: '720h' } },
  // The administrator. Clients sign in, and everything is encrypted.
  credentials: { secret: 'events' },
  tls: { issuer: 'shop-ca' },
});
const tasks = StatefulBackend.rabbitmq(shop, 'tasks', { storage: '10Gi', credentials: { secret: 'tasks' } });

const orders = new StatelessService(shop, 'orders', { image: 'orders:2.0.1' });
orders.uses(events, { topics: ['orders'] });
orders.uses(tasks);

// Six pods with four consumers each: as many as there are partitions, and a rule says when there are more.
const billing = new StatelessService(shop, 'billing', { image: 'billing:1.1.0', replicas: 6 });
billing.uses(events, { topics: ['orders'], consumersPerPod: 4 });

app.synth();
