/**
 * An online shop in three environments: what `npm run synth` turns into `dist/`.
 *
 * Every construct of the library appears once in earnest. Read it from top to bottom: what differs between the
 * environments, what the shop stands on, its services, who calls whom, what comes in from outside, and what watches.
 */
import {
  ApiGateway,
  ConfigCenter,
  Environment,
  ExternalBackend,
  LoggingSidecar,
  MicroserviceApp,
  Migration,
  MonitoredApp,
  ScheduledJob,
  StatefulBackend,
  StatelessService,
} from './lib';

export const app = new MicroserviceApp();

for (const stage of ['test', 'staging', 'production'] as const) {
  const shop = new Environment(app, stage, {
    system: 'shop',
    owner: { team: 'shop', email: 'shop@example.com' },
    registry: 'registry.example.com/shop',
    imagePullSecrets: ['registry-credentials'],
    deployOrder: 'argo-cd',
  });

  // How far a service that meets customers may grow. The others follow with fewer.
  const facing = shop.pick({ test: 3, staging: 3, production: { from: 4, to: 20, cpuPercent: 65 } });
  const inner = shop.pick({ test: 3, staging: 3, production: { from: 3, to: 12, cpuPercent: 70 } });

  // What the shop stands on. The same name leads to another database in each environment.
  const database = new ExternalBackend(shop, 'shop-db', {
    host: shop.pick({
      test: 'mysql.test.example.com',
      staging: 'mysql.staging.example.com',
      production: 'mysql.production.example.com',
    }),
    cidrs: [shop.pick({ test: '10.10.0.0/24', staging: '10.20.0.0/24', production: '10.30.0.0/24' })],
    ports: { mysql: { port: 3306, protocol: 'tcp' } },
  });
  const psp = new ExternalBackend(shop, 'payment-provider', {
    host: shop.pick({
      test: 'sandbox.psp.example.com',
      staging: 'sandbox.psp.example.com',
      production: 'api.psp.example.com',
    }),
    ports: { https: { port: 443, protocol: 'https' } },
  });
  const logStore = new ExternalBackend(shop, 'log-store', {
    host: `elasticsearch.${stage}.example.com`,
    cidrs: ['10.40.0.0/24'],
    ports: { https: { port: 9200, protocol: 'https' } },
  });
  const sessions = StatefulBackend.redis(shop, 'sessions', {
    topology: 'sentinel',
    storage: shop.pick({ test: '1Gi', staging: '1Gi', production: '8Gi' }),
  });

  const settings = new ConfigCenter(shop, 'settings', {
    startup: {
      LOG_LEVEL: shop.pick({ test: 'debug', staging: 'info', production: 'info' }),
      CURRENCY: 'EUR',
      ORDER_HISTORY_DAYS: '90',
    },
    files: {
      'shipping.yaml': { carriers: ['north', 'south'], freeFrom: 50 },
    },
    // Re-read while the process runs: what to leave out in a sales rush.
    dynamic: {
      'switches.json': { recommendations: true, reviews: true, orderTracking: true },
    },
    secrets: {
      DB_PASSWORD: { secret: 'shop-db', key: 'password' },
      PSP_KEY: { externalSecret: { store: 'vault', key: `shop/${stage}/psp`, property: 'key' } },
    },
  });

  // The services: one image each, and what is not the default.
  const web = new StatelessService(shop, 'web', { image: 'web:5.2.0', replicas: facing, priority: 'critical' });
  const user = new StatelessService(shop, 'user', { image: 'user:1.8.3', replicas: inner });
  const catalogue = new StatelessService(shop, 'catalogue', { image: 'catalogue:4.0.2', replicas: facing });
  const cart = new StatelessService(shop, 'cart', { image: 'cart:2.3.0', replicas: inner });
  const order = new StatelessService(shop, 'order', {
    image: 'order:3.1.4',
    replicas: inner,
    priority: 'critical',
    startupTime: '90s',
    resources: { cpu: '250m', memory: '512Mi' },
  });
  const payment = new StatelessService(shop, 'payment', {
    image: 'payment:1.4.2',
    replicas: inner,
    priority: 'critical',
  });
  const inventory = new StatelessService(shop, 'inventory', {
    image: 'inventory:2.2.1',
    ports: { http: 8080, grpc: { port: 9090, protocol: 'grpc' } },
    aliases: ['com.example.inventory.StockService'],
  });
  const logistics = new StatelessService(shop, 'logistics', { image: 'logistics:1.0.9' });
  const notification = new StatelessService(shop, 'notification', {
    image: 'notification:2.6.0',
    priority: 'optional',
  });

  // What runs to an end: the schema of a new version before its service, the report of a day in the night after it.
  const orderSchema = new Migration(shop, 'order-schema', {
    image: 'order-schema:3.1.4',
    args: ['migrate'],
    check: ['flyway', 'validate'],
  });
  const dailyReport = new ScheduledJob(shop, 'daily-report', {
    image: 'daily-report:1.3.0',
    schedule: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    activeDeadline: '2h',
    priority: 'optional',
  });

  // Who calls whom, and how long they wait.
  web.calls(catalogue, { timeout: '800ms', retries: 1, idempotent: true });
  web.calls(user, { timeout: '500ms', retries: 1, idempotent: true });
  web.calls(cart, { timeout: '800ms' });
  web.calls(order, { timeout: '10s' });
  catalogue.calls(inventory, { port: 'grpc', timeout: '300ms', optional: true });
  cart.calls(catalogue, { timeout: '600ms', retries: 1, idempotent: true });
  order.calls(payment, { timeout: '6s' });
  order.calls(inventory, { port: 'grpc', timeout: '1s', retries: 1, idempotent: true });
  order.calls(logistics, { timeout: '2s', optional: true });
  order.calls(notification, { synchronous: false, optional: true });
  logistics.calls(notification, { synchronous: false, optional: true });
  payment.calls(psp, { timeout: '5s' });
  for (const owner of [user, catalogue, order, payment, inventory, logistics, orderSchema, dailyReport]) {
    owner.calls(database);
  }
  for (const client of [web, cart]) client.uses(sessions);
  order.waitsFor(orderSchema);

  // What each reads from the config centre. A key that does not exist does not compile.
  web.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'], dynamic: ['switches.json'] });
  user.configure(settings, { startup: ['LOG_LEVEL'], secrets: ['DB_PASSWORD'] });
  catalogue.configure(settings, {
    startup: ['LOG_LEVEL', 'CURRENCY'],
    dynamic: ['switches.json'],
    secrets: ['DB_PASSWORD'],
  });
  cart.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'] });
  order.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY', 'ORDER_HISTORY_DAYS'], secrets: ['DB_PASSWORD'] });
  payment.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'], secrets: ['DB_PASSWORD', 'PSP_KEY'] });
  inventory.configure(settings, { startup: ['LOG_LEVEL'], secrets: ['DB_PASSWORD'] });
  logistics.configure(settings, { startup: ['LOG_LEVEL'], files: ['shipping.yaml'], secrets: ['DB_PASSWORD'] });
  notification.configure(settings, { startup: ['LOG_LEVEL'] });
  orderSchema.configure(settings, { secrets: ['DB_PASSWORD'] });
  dailyReport.configure(settings, { startup: ['CURRENCY', 'ORDER_HISTORY_DAYS'], secrets: ['DB_PASSWORD'] });

  // What comes in from outside.
  const gateway = new ApiGateway(shop, 'gateway', {
    host: shop.pick({
      test: 'test.shop.example.com',
      staging: 'staging.shop.example.com',
      production: 'shop.example.com',
    }),
    tls: { issuer: 'letsencrypt' },
  });
  gateway.route('/', web, { timeout: '30s' });
  gateway.route('/api/orders', order, { timeout: '12s' });
  gateway.route('/api/catalogue', catalogue, { timeout: '2s' });

  // What watches.
  for (const service of [web, user, catalogue, cart, order, payment, inventory, logistics, notification]) {
    new LoggingSidecar(service, 'logs', { output: { elasticsearch: logStore } });
    new MonitoredApp(service, 'monitoring');
  }
}

app.synth();
