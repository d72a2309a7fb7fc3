/**
 * An online shop in three environments: what `npm run synth` turns into `dist/`.
 *
 * Every construct of the library appears once in earnest. Read it from top to bottom: what differs between the
 * environments, what the shop stands on, its services, who calls whom, what comes in from outside, and what watches.
 */
import {
  ApiGateway,
  Backup,
  ConfigCenter,
  Environment,
  ExternalBackend,
  LoggingSidecar,
  MicroserviceApp,
  Migration,
  MonitoredApp,
  ScheduledJob,
  ShardedDatabase,
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
    // Engines that know TLS get certificates from the CA of the cluster; their users verify them.
    backendTls: { issuer: 'shop-ca' },
    probes: { readiness: { http: '/readyz' }, liveness: { http: '/livez' } },
    monitoring: { labels: { release: 'kube-prometheus-stack' }, runbook: 'https://wiki.example.com/shop/runbooks' },
    nodes: { zones: 3, allocatable: { cpu: '7500m', memory: '28Gi' } },
  });

  // How far a service that meets customers may grow. The others follow with fewer.
  const facing = shop.pick({ test: 3, staging: 3, production: { from: 4, to: 20, cpuPercent: 65 } });
  const inner = shop.pick({ test: 3, staging: 3, production: { from: 3, to: 12, cpuPercent: 70 } });

  // What the shop stands on. In the cluster where it is tried; in production run by those who do nothing else. The
  // services see no difference.
  const provider = shop.pick({ test: 'statefulset', staging: 'statefulset', production: 'external' });
  const managed = { cidrs: ['10.30.0.0/24'], maxConnections: 1000, tls: { ca: { secret: 'mysql-ca' } } };
  const resources = shop.pick({ test: { cpu: '100m', memory: '1Gi' }, staging: {}, production: {} });
  const ordersDb = ShardedDatabase.mysql(shop, 'orders-db', {
    provider,
    external: { host: 'orders.mysql.example.com', ...managed },
    shards: 2,
    tables: {
      orders: { shardBy: 'customer_id' },
      order_items: { shardBy: 'customer_id', with: 'orders' },
      currencies: 'every shard',
    },
    proxy: { image: 'shardingsphere-proxy:5.5.2-mysql' },
    storage: shop.pick({ test: '5Gi', staging: '20Gi', production: '500Gi' }),
    credentials: { secret: 'orders-db' },
  });
  const shopDb = StatefulBackend.mysql(shop, 'shop-db', {
    provider,
    external: { host: 'shop.mysql.example.com', ...managed },
    storage: shop.pick({ test: '5Gi', staging: '20Gi', production: '200Gi' }),
    credentials: { secret: 'shop-db' },
  });
  const events = StatefulBackend.kafka(shop, 'events', {
    provider,
    external: { host: 'kafka.example.com', cidrs: ['10.31.0.0/24'], partitions: 12, ports: 9093, tls: true },
    credentials: { secret: 'events' },
    topics: { orders: { partitions: 12 } },
    storage: shop.pick({ test: '5Gi', staging: '20Gi', production: '500Gi' }),
    resources,
  });
  const logStore = StatefulBackend.elasticsearch(shop, 'log-store', {
    provider,
    external: {
      host: 'logs.example.com',
      cidrs: ['10.40.0.0/24'],
      ports: { http: { port: 443, protocol: 'https' } },
      credentials: { secret: 'log-store' },
    },
    storage: shop.pick({ test: '10Gi', staging: '50Gi', production: '1Ti' }),
    retentionDays: shop.pick({ test: 7, staging: 14, production: 90 }),
    resources,
  });

  // These two are small, and in the cluster everywhere. Nacos keeps in a database what the business changes by itself.
  const sessions = StatefulBackend.redis(shop, 'sessions', {
    topology: 'sentinel',
    tls: { issuer: 'backends' },
    storage: shop.pick({ test: '1Gi', staging: '1Gi', production: '8Gi' }),
  });
  const campaignsDb = StatefulBackend.mysql(shop, 'campaigns-db', {
    provider,
    external: { host: 'campaigns.mysql.example.com', ...managed },
    storage: '2Gi',
    credentials: { secret: 'campaigns-db' },
  });
  const nacos = StatefulBackend.nacos(shop, 'nacos', {
    database: campaignsDb,
    storage: '2Gi',
    credentials: { secret: 'nacos' },
    resources,
  });

  // What must not be lost is written out every night, wherever it is, and encrypted before it leaves.
  new Backup(shopDb, 'backup', {
    schedule: '30 1 * * *',
    timeZone: 'Europe/Berlin',
    to: {
      bucket: 's3://shop-backups',
      region: 'eu-central-1',
      identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
      // The interface endpoints of S3 and STS in our own network.
      cidrs: ['10.32.0.0/24'],
    },
    // The role cannot delete: a lifecycle rule of the bucket does.
    keep: 'bucket-lifecycle',
    encryption: { secret: 'backup-encryption' },
  });

  // What others run for us in every environment, each its own.
  const psp = new ExternalBackend(shop, 'payment-provider', {
    host: shop.pick({
      test: 'sandbox.psp.example.com',
      staging: 'sandbox.psp.example.com',
      production: 'api.psp.example.com',
    }),
    ports: { https: { port: 443, protocol: 'https' } },
    // The ranges that the provider promises; its sandbox may be anywhere.
    cidrs: shop.pick({ test: undefined, staging: undefined, production: ['203.0.113.0/24'] }),
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
      PSP_KEY: { externalSecret: { store: 'vault', key: `shop/${stage}/psp`, property: 'key' } },
    },
  });
  // Prices and banners of a campaign, which the business changes without a deployment.
  const campaigns = new ConfigCenter(shop, 'campaigns', {
    source: { nacos: { server: nacos, group: 'shop' } },
  });

  // The services: one image each, and what is not the default.
  const web = new StatelessService(shop, 'web', {
    image: 'web:5.2.0',
    // Everything on `http` is public. Metrics and probes have a port of their own, to which no route leads.
    ports: { http: 8080, management: 9090 },
    replicas: facing,
    resources: { cpu: '200m' },
    priority: 'critical',
  });
  const user = new StatelessService(shop, 'user', { image: 'user:1.8.3', replicas: inner, resources: { cpu: '200m' } });
  const catalogue = new StatelessService(shop, 'catalogue', {
    image: 'catalogue:4.0.2',
    replicas: facing,
    resources: { cpu: '200m' },
  });
  const cart = new StatelessService(shop, 'cart', { image: 'cart:2.3.0', replicas: inner, resources: { cpu: '200m' } });
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
    resources: { cpu: '200m' },
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

  // What runs to an end: schemas before those who need them, the report of a day in the night after it.
  const campaignsSchema = new Migration(shop, 'campaigns-schema', {
    image: 'campaigns-schema:2.4.3',
    args: ['migrate'],
    check: ['flyway', 'validate'],
  });
  const dailyReport = new ScheduledJob(shop, 'daily-report', {
    image: 'daily-report:1.3.0',
    schedule: '30 4 * * *',
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
  payment.calls(psp, { timeout: '5s' });

  // Who keeps what where, and how much of it each pod takes.
  for (const client of [web, cart]) client.uses(sessions);
  for (const owner of [user, catalogue, payment, inventory, logistics]) owner.uses(shopDb, { connectionsPerPod: 8 });
  order.uses(ordersDb, { connectionsPerPod: 20 });
  for (const shard of ShardedDatabase.shardsOf(ordersDb)) {
    const schema = new Migration(shop, `${shard.name}-schema`, {
      image: 'order-schema:3.1.4',
      args: ['migrate'],
      check: ['flyway', 'validate'],
    });
    schema.uses(shard, { env: 'ORDERS_DB', connectionsPerPod: 1 });
    // Proxies read the schema when they start; where there are none, the service does.
    (ordersDb instanceof ShardedDatabase ? ordersDb : order).waitsFor(schema);
  }
  campaignsSchema.uses(campaignsDb);
  nacos.waitsFor(campaignsSchema);
  dailyReport.uses(ordersDb, { access: 'read-only', connectionsPerPod: 4 });
  for (const writer of [order, payment]) writer.uses(events, { topics: ['orders'] });
  for (const reader of [logistics, notification]) reader.uses(events, { topics: ['orders'], consumersPerPod: 4 });

  // What each reads from the config centre. A key that does not exist does not compile.
  web.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'], dynamic: ['switches.json'] });
  user.configure(settings, { startup: ['LOG_LEVEL'] });
  catalogue.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'], dynamic: ['switches.json'] });
  cart.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'] });
  order.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY', 'ORDER_HISTORY_DAYS'] });
  payment.configure(settings, { startup: ['LOG_LEVEL', 'CURRENCY'], secrets: ['PSP_KEY'] });
  inventory.configure(settings, { startup: ['LOG_LEVEL'] });
  logistics.configure(settings, { startup: ['LOG_LEVEL'], files: ['shipping.yaml'] });
  notification.configure(settings, { startup: ['LOG_LEVEL'] });
  dailyReport.configure(settings, { startup: ['CURRENCY', 'ORDER_HISTORY_DAYS'] });
  for (const service of [web, catalogue, order]) {
    service.configure(campaigns, { source: { dataIds: [`${service.name}.yaml`] } });
  }

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

  // Logs of the services, and metrics and alerts of everything: services, backends, jobs and certificates.
  for (const service of [web, user, catalogue, cart, order, payment, inventory, logistics, notification]) {
    new LoggingSidecar(service, 'logs', { output: { elasticsearch: logStore } });
  }
  MonitoredApp.watchAll(shop);
}

app.synth();
