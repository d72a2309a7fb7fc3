import { imageVersion, pulledImage, qualifiedImage } from '../../lib/workload/image';

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

const digest = `sha256:${'0'.repeat(64)}`;
const own = 'registry.example.com/shop';

test.each([
  ['redis:8', 'registry.example.com/shop/redis:8'],
  ['docker.io/library/redis:8', 'mirror.example.com/all/docker.io/library/redis:8'],
  ['quay.io/prometheus/node-exporter:1', 'mirror.example.com/all/quay.io/prometheus/node-exporter:1'],
  ['registry.example.com/shop/orders:1', 'registry.example.com/shop/orders:1'],
  ['mirror.example.com/all/docker.io/library/redis:8', 'mirror.example.com/all/docker.io/library/redis:8'],
])('one mirror keeps the registry in the path: %s is pulled from %s', (image, found) => {
  expect(pulledImage(image, { registry: own, mirror: 'mirror.example.com/all', digests: {} })).toBe(found);
});

test.each([
  ['redis:8', 'mirror.example.com/hub/library/redis:8'],
  ['apache/kafka:4', 'mirror.example.com/hub/apache/kafka:4'],
  ['docker.io/library/redis:8', 'mirror.example.com/hub/library/redis:8'],
  ['quay.io/prometheus/node-exporter:1', 'quay.io/prometheus/node-exporter:1'],
])('a mirror for each registry replaces it: %s is pulled from %s', (image, found) => {
  const mirror = { 'docker.io': 'mirror.example.com/hub' };
  expect(pulledImage(image, { registry: undefined, mirror, digests: {} })).toBe(found);
});

test('a digest pins an image under the name that the program knows, also in a mirror', () => {
  const sources = { registry: own, mirror: 'mirror.example.com/all', digests: { 'docker.io/library/redis:8': digest } };
  expect(pulledImage('docker.io/library/redis:8', sources)).toBe(
    `mirror.example.com/all/docker.io/library/redis:8@${digest}`,
  );
  expect(pulledImage(`docker.io/library/redis:9@${digest}`, sources)).toBe(
    `mirror.example.com/all/docker.io/library/redis:9@${digest}`,
  );
});
