import { ConfigCenter, Environment, ExternalBackend, StatelessService } from '../../lib';
import { quietApp } from '../support/render';

/** What must not compile is the test; that it ran without an error is not. */
test('a key that does not exist does not compile', () => {
  const app = quietApp();
  for (const stage of ['test', 'production'] as const) {
    const shop = new Environment(app, stage);
    const settings = new ConfigCenter(shop, 'settings', {
      startup: { LOG_LEVEL: shop.pick({ test: 'debug', production: undefined }), WORKERS: 4 },
      files: { 'app.yaml': { a: 1 } },
      secrets: { DB_PASSWORD: { secret: 'db', key: 'password' } },
    });
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    orders.configure(settings, { startup: ['LOG_LEVEL'], files: ['app.yaml'], secrets: ['DB_PASSWORD'] });
    // @ts-expect-error there is no such startup value
    orders.configure(settings, { startup: ['LOG_LEVL'] });
    // @ts-expect-error a file is no startup value
    orders.configure(settings, { startup: ['app.yaml'] });
    // @ts-expect-error there are no dynamic files
    orders.configure(settings, { dynamic: ['app.yaml'] });
    // @ts-expect-error there is no such secret
    orders.configure(settings, { secrets: ['DB_USER'] });
    // @ts-expect-error there is no source
    orders.configure(settings, { source: { appId: 'orders' } });
    // @ts-expect-error there is no such property
    orders.configure(settings, { start: [] });
    // @ts-expect-error the value of a secret has no place here
    new ConfigCenter(shop, 'wrong', { secrets: { DB_PASSWORD: 'hunter2' } });
    // @ts-expect-error a startup value is text, a number, true or false
    new ConfigCenter(shop, 'wrong-too', { startup: { A: { b: 1 } } });
  }
});

test('what a consumer says to a source follows from the source', () => {
  const shop = new Environment(quietApp(), 'test');
  const server = new ExternalBackend(shop, 'apollo', { host: 'apollo.example.com', ports: { http: 8080 } });
  const central = new ConfigCenter(shop, 'central', { source: { apollo: { server } } });
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  orders.configure(central, { source: { appId: 'orders', namespaces: ['application'] } });
  // @ts-expect-error data ids are a matter of Nacos
  orders.configure(central, { source: { dataIds: ['orders.yaml'] } });
  // @ts-expect-error a source is of one make
  new ConfigCenter(shop, 'wrong', { source: { disconf: { server } } });
});
