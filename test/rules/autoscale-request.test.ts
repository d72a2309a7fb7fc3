import { autoscaleRequest } from '../../lib/rules/autoscale-request';
import { Shop } from '../support/rules';

test('is silent where the CPU request is declared, or where CPU does not decide', () => {
  const shop = Shop.create();
  shop.add('orders', { replicas: { from: 2, to: 10 }, resources: { cpu: '500m' } });
  shop.add('cart', { replicas: { from: 2, to: 10, memoryPercent: 80 } });
  shop.add('web', { replicas: 3 });
  expect(shop.says(autoscaleRequest)).toEqual([]);
});

test('warns of a service that scales on the default request, also beside a sidecar', () => {
  const shop = Shop.create({ resources: { cpu: '200m' } });
  shop.add('orders', { replicas: { from: 2, to: 10, cpuPercent: 65 } });
  shop.add('cart', { replicas: { from: 2, to: 10 }, sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }] });
  expect(shop.says(autoscaleRequest)).toEqual([
    '[test/orders/Deployment] warning: scales at 65 % of a CPU request that it does not declare: 65 % of the default 200m = 130m a pod, so it scales on what the default says and not on its load',
    '[test/cart/Deployment] warning: scales at 70 % of a CPU request that it does not declare: 70 % of the default 200m = 140m a pod, so it scales on what the default says and not on its load',
  ]);
});
