import type { RouteRecord, System } from '../../lib/model/system';
import { routeConflict } from '../../lib/rules/route-conflict';

const route = (changes: Partial<RouteRecord> = {}): RouteRecord => ({
  path: 'test/gateway',
  environment: 'test',
  gateway: 'gateway',
  controller: 'traefik',
  host: 'shop.example.com',
  match: { type: 'prefix', value: '/orders' },
  to: 'test/orders',
  port: 'http',
  timeoutSeconds: undefined,
  ...changes,
});

const check = (...routes: RouteRecord[]) => [...routeConflict.check({ routes } as unknown as System)];

test.each<[string, Partial<RouteRecord>]>([
  ['another path', { match: { type: 'prefix', value: '/payments' } }],
  ['a longer path, in whatever order', { match: { type: 'prefix', value: '/orders/archive' } }],
  ['the same path, exact', { match: { type: 'exact', value: '/orders' } }],
  ['another host', { host: 'admin.example.com' }],
  ['another environment', { environment: 'production' }],
  ['a gateway of another make, as a reserve', { path: 'test/reserve', controller: 'haproxy' }],
])('is silent on %s', (_, changes) => {
  expect(check(route(), route({ to: 'test/web', ...changes }))).toEqual([]);
});

test('speaks when a host and path lead to two services', () => {
  expect(check(route(), route({ to: 'test/web' }))).toEqual([
    {
      path: 'test/gateway',
      message:
        'shop.example.com/orders (prefix) leads to orders:http and to web:http; the controller follows one of them, and nobody knows which',
      fix: 'take one of the two away, or give one another path or host',
    },
  ]);
});

test('speaks when the second stands in another gateway', () => {
  const [violation] = check(route(), route({ path: 'test/admin', to: 'test/web' }));
  expect(violation?.path).toBe('test/admin');
  expect(violation?.message).toContain('leads to orders:http through gateway and to web:http');
});

test('takes a prefix with and without a slash at its end for the same', () => {
  expect(check(route(), route({ match: { type: 'prefix', value: '/orders/' } }))).toHaveLength(1);
  expect(
    check(
      route({ match: { type: 'exact', value: '/orders' } }),
      route({ match: { type: 'exact', value: '/orders/' } }),
    ),
  ).toEqual([]);
});
