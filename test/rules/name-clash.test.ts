import { Chart } from 'cdk8s';
import { Environment, StatelessService } from '../../lib';
import { nameClash } from '../../lib/rules/name-clash';
import { quietApp } from '../support/render';
import { foreignDeployment, Shop } from '../support/rules';

test('says nothing of the same names in several environments, even with one namespace', () => {
  const app = quietApp();
  for (const stage of ['test', 'production']) {
    const environment = new Environment(app, stage, { namespace: 'shop' });
    new StatelessService(environment, 'orders', { image: 'orders:1.0.0' });
  }
  for (const cluster of ['east', 'west'])
    new StatelessService(new Chart(app, cluster), 'orders', { image: 'orders:1.0.0' });
  expect([...nameClash.check(app.system())]).toEqual([]);
});

test('speaks of one object that is written twice, whatever its version', () => {
  const shop = Shop.create();
  shop.add('orders');
  shop.foreign('again', { ...foreignDeployment('orders'), apiVersion: 'apps/v1beta1' });
  expect(shop.says(nameClash)).toEqual([
    '[test/again] error: is Deployment orders in namespace test, and so is test/orders/Deployment: whichever is applied last replaces the other',
  ]);
});

test('speaks of two Services with one DNS name', () => {
  const shop = Shop.create();
  shop.add('orders');
  shop.add('purchases', { aliases: ['orders'] });
  expect(shop.says(nameClash)).toEqual([
    '[test/purchases/Alias-orders] error: is Service orders in namespace test, and with it the DNS name orders.test.svc, and so is test/orders/Service: whichever is applied last replaces the other',
  ]);
});
