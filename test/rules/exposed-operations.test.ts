import { ApiGateway, MonitoredApp, type StatelessServiceProps } from '../../lib';
import { exposedOperations } from '../../lib/rules/exposed-operations';
import { Shop } from '../support/rules';

type Props = Partial<StatelessServiceProps<string>>;
const management = { http: 8080, management: 9090 };
const probes = { readiness: { http: '/readyz' }, liveness: { http: '/livez' } };

function entered(path: string, props: Props = {}, port?: string) {
  const shop = Shop.create({ probes });
  const web = shop.add<string>('web', props);
  new MonitoredApp(web, 'monitoring');
  const gateway = new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' } });
  gateway.route(path, web, { port });
  return { shop, gateway, web, says: () => shop.says(exposedOperations) };
}

const public_ = (purpose: string, path: string) =>
  `[test/gateway/Ingress] warning: shop.example.com/ leads outsiders to port 8080 of web, which also answers ${path}: its ${purpose} are public`;

test('says nothing where metrics and probes have a port of their own', () => {
  expect(entered('/', { ports: management }).says()).toEqual([]);
});

test('says nothing where no route covers the paths', () => {
  expect(entered('/api').says()).toEqual([]);
});

test('finds the metrics and the probes behind a route to everything', () => {
  expect(entered('/').says().sort()).toEqual([
    public_('probes', '/livez'),
    public_('metrics', '/metrics'),
    public_('probes', '/readyz'),
  ]);
});

test('finds them behind a route that takes its prefix away', () => {
  const { gateway, says } = entered('/api');
  gateway.ingress.patch({
    metadata: { annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': 'edge-strip-api@kubernetescrd' } },
  });
  expect(says()).toHaveLength(3);
});

test('finds a route to a port that is for operators', () => {
  expect(entered('/db', { ports: management }, 'management').says()).toEqual([
    '[test/gateway/Ingress] warning: shop.example.com/db leads outsiders to the port management of web, which is for operators',
  ]);
});

test.each(['/actuator', '/web/actuator/health', '/admin', '/debug/pprof', '/h2-console'])(
  'finds the path %s, which is for operators',
  (path) => {
    expect(entered(path).says()).toEqual([
      `[test/gateway/Ingress] warning: shop.example.com${path} leads outsiders to a path that is for operators`,
    ]);
  },
);

test('says nothing of a path that only begins like one for operators', () => {
  expect(entered('/administration').says()).toEqual([]);
});

test('finds the metrics behind pods that Prometheus finds by their annotations', () => {
  const shop = Shop.create();
  const web = shop.add('web');
  new MonitoredApp(web, 'monitoring', { via: 'annotations' });
  new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' } }).route('/', web);
  expect(shop.says(exposedOperations)).toEqual([public_('metrics', '/metrics')]);
});

test('finds the metrics behind a balancer, unless they have a port of their own', () => {
  const balanced = (props: Props) => {
    const shop = Shop.create();
    new MonitoredApp(shop.add<string>('web', { serviceType: 'LoadBalancer', ...props }), 'monitoring');
    return shop.says(exposedOperations);
  };
  expect(balanced({ ports: management })).toEqual([]);
  expect(balanced({})).toEqual([
    '[test/web/Service] warning: the Service web of type LoadBalancer leads outsiders to port 8080, which also answers /metrics: its metrics are public',
  ]);
});
