import {
  Environment,
  ExternalBackend,
  LoggingSidecar,
  MicroserviceApp,
  MonitoredApp,
  StatelessService,
} from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production');

const logStore = new ExternalBackend(shop, 'log-store', {
  host: 'elasticsearch.example.com',
  cidrs: ['10.40.0.0/24'],
  ports: { https: { port: 9200, protocol: 'https' } },
  credentials: { secret: 'log-store' },
});

const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/shop/orders:2.0.1' });

// Filebeat beside the application: it writes JSON lines to /var/log/app, and they arrive with service, pod and node.
new LoggingSidecar(orders, 'logs', { output: { elasticsearch: logStore }, traceField: 'transactionId' });

// A ServiceMonitor and the way for Prometheus; alerts and a Grafana dashboard, which the environment shares.
new MonitoredApp(orders, 'monitoring', {
  alerts: { errorRatio: 0.01, latency: '500ms', runbook: 'https://runbooks.example.com/orders' },
});

app.synth();
