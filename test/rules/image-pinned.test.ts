import { imagePinned } from '../../lib/rules/image-pinned';
import { Shop } from '../support/rules';

const digest = `sha256:${'0'.repeat(64)}`;

test('says nothing of tags, in production either, nor of digests everywhere', () => {
  for (const stage of ['test', 'production'] as const) {
    const tags = Shop.create({}, stage);
    tags.add('orders', { image: 'registry.example.com:5000/orders:2.0.1' });
    expect(tags.says(imagePinned)).toEqual([]);
    const digests = Shop.create({}, stage);
    digests.add('orders', { image: `orders:2.0.1@${digest}` });
    digests.add('cart', { image: `cart@${digest}` });
    expect(digests.says(imagePinned)).toEqual([]);
  }
});

test('speaks of an image without a tag, or with one that moves', () => {
  const shop = Shop.create();
  shop.add('orders', { image: 'registry.example.com:5000/orders' });
  shop.add('cart', { sidecars: [{ name: 'proxy', image: 'proxy:latest' }] });
  expect(shop.says(imagePinned)).toEqual([
    '[test/orders/Deployment] error: orders runs registry.example.com:5000/orders with no tag, which means latest: pods of one revision may run different programs, and there is no way back',
    '[test/cart/Deployment] error: proxy runs proxy:latest with the tag latest: pods of one revision may run different programs, and there is no way back',
  ]);
});

test('warns of an image without a digest only where production has digests', () => {
  const fill = (shop: Shop) => {
    shop.add('orders', { image: `orders:2.0.1@${digest}` });
    shop.add('cart', { image: 'cart:1.0.0' });
    return shop.says(imagePinned);
  };
  expect(fill(Shop.create())).toEqual([]);
  expect(fill(Shop.create({ production: false }, 'production'))).toEqual([]);
  expect(fill(Shop.create({ production: true }))).toHaveLength(1);
  expect(fill(Shop.create({}, 'production'))).toEqual([
    '[production/cart/Deployment] warning: cart runs cart:1.0.0 without a digest, while 1 of the 2 images of production have one',
  ]);
});
