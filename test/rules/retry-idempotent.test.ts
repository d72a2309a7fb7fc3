import { retryIdempotent } from '../../lib/rules/retry-idempotent';
import { Shop } from '../support/rules';

test('says nothing of calls that are not retried, or that may be done twice', () => {
  const shop = Shop.create();
  const orders = shop.add('orders');
  orders.calls(shop.add('payments'), { timeout: '2s' });
  orders.calls(shop.add('stock'), { timeout: '2s', retries: 3, idempotent: true });
  expect(shop.says(retryIdempotent)).toEqual([]);
});

test('speaks of a retry that may do the same thing several times', () => {
  const shop = Shop.create();
  shop.add('orders').calls(shop.add('payments'), { timeout: '2s', retries: 2 });
  expect(shop.says(retryIdempotent)).toEqual([
    '[test/orders] error: orders calls payments again after a failure, 3 times at the most (1 + retries 2), but the call is not idempotent: what is asked for once may be done several times',
  ]);
});
