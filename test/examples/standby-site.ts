import { Environment, ExternalBackend, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const common = { storage: '100Gi', credentials: { secret: 'orders-db' } } as const;

// In one cluster the database that takes writes. A balancer lets the other site in, and nobody else.
const east = new Environment(app, 'east', { registry: 'registry.example.com/shop' });
StatefulBackend.postgres(east, 'orders-db', { ...common, followers: ['10.9.0.0/16'] });

// In another cluster its copy, two members as well.
const west = new Environment(app, 'west', { registry: 'registry.example.com/shop' });
const ordersDbEast = new ExternalBackend(west, 'orders-db-east', {
  addresses: ['10.8.0.7'],
  ports: { postgres: 5432 },
});
const ordersDb = StatefulBackend.postgres(west, 'orders-db', {
  ...common,
  site: 1,
  follows: ordersDbEast,
});

// Who only reads need not wait for a disaster.
const reports = new StatelessService(west, 'reports', { image: 'reports:1.2.0' });
reports.uses(ordersDb, { access: 'read-only', connectionsPerPod: 10 });

app.synth();
