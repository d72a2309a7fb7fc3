import { callGraph, Environment, ExternalBackend, MicroserviceApp, StatelessService } from '../../lib';

function shopIn(stage: string) {
  const app = new MicroserviceApp({ quiet: true });
  const shop = new Environment(app, stage);
  const other = new Environment(app, 'other');
  new StatelessService(other, 'elsewhere', { image: 'elsewhere:1.0.0' });
  const database = new ExternalBackend(shop, 'db', { host: 'db.example.com', ports: 5432 });
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  const mails = new StatelessService(shop, 'mails', { image: 'mails:1.0.0' });
  orders.uses(database);
  orders.calls(mails, { timeout: '2s', optional: true });
  return callGraph(app.system(), stage).split('\n');
}

test('draws who calls whom, with how long they wait; what they can do without is dotted', () => {
  expect(shopIn('production')).toEqual(
    expect.arrayContaining(['flowchart LR', '  orders --> db', '  orders -.->|2 s| mails', '  db[[db]]']),
  );
});

test('draws one environment and nothing of the others', () => {
  expect(shopIn('production').join()).not.toContain('elsewhere');
});
