import { selectorOverlap } from '../../lib/rules/selector-overlap';
import { foreignDeployment, Shop } from '../support/rules';

test('says nothing where every workload has a label of its own', () => {
  const shop = Shop.create();
  shop.add('orders');
  shop.add('orders-api', { aliases: ['orders-old'] });
  shop.foreign('cart', foreignDeployment('cart'));
  expect(shop.says(selectorOverlap)).toEqual([]);
});

test('speaks of a workload that takes the pods of another', () => {
  const shop = Shop.create();
  shop.add('orders', { overrides: { deployment: { spec: { template: { metadata: { labels: { app: 'cart' } } } } } } });
  shop.foreign('cart', foreignDeployment('cart'));
  expect(shop.says(selectorOverlap)).toEqual([
    '[test/cart] error: selects app=cart, and so takes the pods of Deployment orders for its own',
  ]);
});

test('understands expressions', () => {
  const shop = Shop.create();
  const selector = { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] };
  shop.foreign('a', foreignDeployment('a', {}, { selector }));
  shop.foreign('b', foreignDeployment('b'));
  shop.foreign('c', foreignDeployment('c'));
  expect(shop.says(selectorOverlap)).toEqual([
    '[test/a] error: selects app In a|b, and so takes the pods of Deployment b for its own',
  ]);
});

test('speaks of a selector that is empty or misses its own pods', () => {
  const shop = Shop.create();
  shop.foreign('cart', foreignDeployment('cart', {}, { selector: {} }));
  shop.foreign('stock', foreignDeployment('stock', {}, { selector: { matchLabels: { app: 'store' } } }));
  expect(shop.says(selectorOverlap)).toEqual([
    '[test/cart] error: selects every pod of its namespace: its selector is empty',
    '[test/stock] error: selects app=store, but its own pods carry app=stock',
  ]);
});
