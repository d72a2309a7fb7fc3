import { Environment, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');

const inventory = new StatelessService(shop, 'inventory', {
  image: 'registry.example.com/shop/inventory:3.1.0',
  ports: { http: 8080, grpc: { port: 9090, protocol: 'grpc' } },
  aliases: ['com.example.inventory.StockService'],
});

const orders = new StatelessService(shop, 'orders', {
  image: 'registry.example.com/shop/orders:2.0.1',
  replicas: { from: 3, to: 12, cpuPercent: 70 },
  resources: { cpu: '250m', memory: '512Mi' },
  startupTime: '90s',
  readiness: { http: '/actuator/health/readiness' },
  liveness: { http: '/actuator/health/liveness' },
  env: { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=75' },
  writablePaths: { '/var/cache/orders': '256Mi' },
  priority: 'critical',
  // Whatever has no property of its own, in the field names of the Kubernetes API.
  overrides: { deployment: { spec: { template: { spec: { schedulerName: 'packing' } } } } },
});

// One declaration: INVENTORY_TARGET in the process, the network policy on both sides, facts for the rules.
orders.calls(inventory, { port: 'grpc', timeout: '500ms', retries: 2, idempotent: true });

app.synth();
