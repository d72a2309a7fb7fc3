import { imageVersion, qualifiedImage } from '../../lib/workload/image';

test.each([
  ['orders:1', 'registry.example.com/shop/orders:1'],
  ['team/orders:1', 'registry.example.com/shop/team/orders:1'],
  ['other.example.com/orders:1', 'other.example.com/orders:1'],
  ['localhost/orders:1', 'localhost/orders:1'],
  ['localhost:5000/orders', 'localhost:5000/orders'],
])('%s is found at %s', (image, found) => expect(qualifiedImage(image, 'registry.example.com/shop')).toBe(found));

test.each([
  ['orders:1.4.2', '1.4.2'],
  ['registry.example.com:5000/orders', undefined],
  ['registry.example.com:5000/orders:2', '2'],
  [`orders:1.4.2@sha256:${'0'.repeat(64)}`, '1.4.2'],
  [`orders:${'x'.repeat(62)}--y`, 'x'.repeat(62)],
])('%s has the version %s', (image, version) => expect(imageVersion(image)).toBe(version));
