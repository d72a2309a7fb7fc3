import { ConfigCenter, Environment, MonitoredApp, StatefulBackend, StatelessService } from '../lib';
import { quietApp, quietEnvironment } from './support/render';

// What does not compile is shown by the compiler: a line below a mark that compiles after all is an error of its own.

const shop = quietEnvironment();
const image = 'orders:2.0.1';
const orders = new StatelessService(shop, 'orders', { image });
const payments = new StatelessService(shop, 'payments', { image, ports: { api: 8080, admin: 9000 } });
const ordersDb = new StatefulBackend(shop, 'orders-db', { image, ports: { sql: 3306 }, storage: '1Gi' });
const settings = new ConfigCenter(shop, 'settings', {
  startup: { LOG_LEVEL: 'info' },
  files: { 'app.yaml': {} },
  dynamic: { 'switches.json': {} },
  secrets: { TOKEN: { secret: 'orders', key: 'token' } },
});

/** Only the compiler reads these. */
export const unread = [
  () => orders.calls(payments, { port: 'api' }),
  // @ts-expect-error payments has no such port
  () => orders.calls(payments, { port: 'metrics' }),
  // @ts-expect-error orders has the port http alone
  () => payments.calls(orders, { port: 'api' }),
  // @ts-expect-error a duration has a unit
  () => orders.calls(payments, { timeout: '2' }),
  // @ts-expect-error there is no such option
  () => orders.calls(payments, { retry: 2 }),
  () => orders.uses(ordersDb, { port: 'sql' }),
  // @ts-expect-error the database has no such port
  () => orders.uses(ordersDb, { port: 'http' }),
  // @ts-expect-error a service is no backend
  () => orders.uses(payments),
  () =>
    orders.configure(settings, {
      startup: ['LOG_LEVEL'],
      files: ['app.yaml'],
      dynamic: ['switches.json'],
      secrets: ['TOKEN'],
    }),
  // @ts-expect-error there is no such value
  () => orders.configure(settings, { startup: ['LOG_LEVLE'] }),
  // @ts-expect-error it is a file that is read once, and no dynamic one
  () => orders.configure(settings, { dynamic: ['app.yaml'] }),
  // @ts-expect-error there is no such secret
  () => orders.configure(settings, { secrets: ['PASSWORD'] }),
  () => new MonitoredApp(payments, 'monitoring', { port: 'admin' }),
  // @ts-expect-error payments has no such port
  () => new MonitoredApp(payments, 'monitoring', { port: 'metrics' }),
  // @ts-expect-error a service needs an image
  () => new StatelessService(shop, 'web', {}),
  // @ts-expect-error there is no such property
  () => new StatelessService(shop, 'web', { image, replica: 3 }),
  // @ts-expect-error a range has an end
  () => new StatelessService(shop, 'web', { image, replicas: { from: 2 } }),
  // @ts-expect-error a probe asks one thing
  () => new StatelessService(shop, 'web', { image, readiness: {} }),
  // @ts-expect-error properties are not changed
  () => delete orders.ports.http,
  // @ts-expect-error a field of the Kubernetes API is spelled otherwise
  () => orders.deployment.patch({ spec: { minReadySecond: 5 } }),
  () => new Environment<'test' | 'production'>(quietApp(), 'test').pick({ test: 1, production: 3 }),
  // @ts-expect-error one environment has no value
  () => new Environment<'test' | 'production'>(quietApp(), 'test').pick({ test: 1 }),
  // @ts-expect-error there is no such version
  () => new Environment(quietApp(), 'test', { kubernetesVersion: '1.12' }),
];

test('ports are known by their names', () => {
  const names: ('api' | 'admin')[] = Object.keys(payments.ports) as (keyof typeof payments.ports)[];
  expect(names).toEqual(['api', 'admin']);
});

test('a picked value has the type of its values', () => {
  const picked: 1 | 3 = new Environment<'test' | 'production'>(quietApp(), 'test').pick({ test: 1, production: 3 });
  expect(picked).toBe(1);
});
