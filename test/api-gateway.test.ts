import { ApiGateway, type ApiGatewayProps, Environment, type RouteOptions, StatelessService } from '../lib';
import { bytes, millicores } from '../lib/kubernetes/quantity';
import { findingsOf, manifestsOf, quietApp, quietEnvironment, yamlOf } from './support/render';
import { schemaProblems } from './support/validate';
import './support/yaml-snapshot';

const minimal: ApiGatewayProps = { host: 'shop.example.com', tls: { secret: 'shop-tls' } };

/** A gateway in front of one service. */
const shopWith = (props: Partial<ApiGatewayProps> = {}) => {
  const shop = quietEnvironment();
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  const gateway = new ApiGateway(shop, 'gateway', { ...minimal, ...props });
  return { shop, orders, gateway };
};

/** The same with `/orders` led to the service. */
const routed = (props: Partial<ApiGatewayProps> = {}, options: RouteOptions<'http'> = {}) => {
  const made = shopWith(props);
  return { ...made, route: made.gateway.route('/orders', made.orders, options) };
};

const specOf = (gateway: ApiGateway) => manifestsOf(gateway).find(({ kind }) => kind === 'Ingress')?.spec;

test('needs nothing but a host, a certificate and a route', () => {
  expect(yamlOf(routed().gateway)).toMatchSnapshot();
});

test('uses every prop', () => {
  const props: Required<ApiGatewayProps> = {
    host: ['shop.example.com', '*.shop.example.com'],
    tls: { issuer: 'internal', issuerKind: 'Issuer', challenge: 'dns-01' },
    ingressClass: 'haproxy',
    controller: { name: 'other', namespace: 'edge', podLabels: { app: 'haproxy' } },
    annotations: { 'example.com/timeout': '10s' },
    overrides: {
      ingress: { metadata: { labels: { tier: 'edge' } } },
      certificate: { spec: { privateKey: { algorithm: 'ECDSA', size: 256 } } },
    },
  };
  const options: Required<RouteOptions<'http'>> = {
    port: 'http',
    exact: true,
    host: 'shop.example.com',
    timeout: '10s',
  };
  const { gateway, orders } = routed(props, options);
  gateway.route('/', orders);
  expect(findingsOf(gateway)).toEqual([]);
  expect(manifestsOf(gateway).flatMap(schemaProblems)).toEqual([]);
  expect(yamlOf(gateway)).toMatchSnapshot();
});

describe('a route', () => {
  test('leads a path and everything below it to the port of a service, by name', () => {
    expect(specOf(routed({ ingressClass: 'haproxy' }).gateway).rules).toEqual([
      {
        host: 'shop.example.com',
        http: {
          paths: [
            { path: '/orders', pathType: 'Prefix', backend: { service: { name: 'orders', port: { name: 'http' } } } },
          ],
        },
      },
    ]);
  });

  const paths = (gateway: ApiGateway) =>
    specOf(gateway).rules[0].http.paths.map(
      ({ path, pathType, backend }: { path: string; pathType: string; backend: { service: { name: string } } }) =>
        `${pathType} ${path} ${backend.service.name}`,
    );

  test('means whole elements of the path to Traefik, whatever its settings', () => {
    const { gateway, orders } = routed();
    gateway.route('/', orders);
    gateway.route('/archive/', orders);
    expect(paths(gateway)).toEqual([
      'Exact /orders orders',
      'Prefix /orders/ orders',
      'Prefix / orders',
      'Exact /archive orders',
      'Prefix /archive/ orders',
    ]);
  });

  test('leaves the path itself to an exact route of it', () => {
    const { shop, gateway } = routed();
    gateway.route('/orders', new StatelessService(shop, 'web', { image: 'web:1.0.0' }), { exact: true });
    expect(paths(gateway)).toEqual(['Prefix /orders/ orders', 'Exact /orders web']);
  });

  test('leads nothing but the path itself where it is exact', () => {
    expect(specOf(routed({}, { exact: true }).gateway).rules[0].http.paths[0].pathType).toBe('Exact');
  });

  test('holds for every host of the gateway', () => {
    const { gateway } = routed({ host: ['shop.example.com', 'example.com'] });
    expect(specOf(gateway).rules.map(({ host }: { host: string }) => host)).toEqual([
      'shop.example.com',
      'example.com',
    ]);
  });

  test('holds for one host where it says so, and a host without a route is not written', () => {
    const { gateway } = routed({ host: ['shop.example.com', 'example.com'] }, { host: 'example.com' });
    expect(specOf(gateway).rules.map(({ host }: { host: string }) => host)).toEqual(['example.com']);
  });

  test('says under which address it is found', () => {
    expect(routed().route.urls).toEqual(['https://shop.example.com/orders']);
    expect(routed({ tls: false }).route.urls).toEqual(['http://shop.example.com/orders']);
  });

  test('takes the only port that serves users, beside those for operators', () => {
    const { shop, gateway } = shopWith({ ingressClass: 'haproxy' });
    const ports = { web: 3000, management: 9000, metrics: 9001 };
    gateway.route('/', new StatelessService(shop, 'web', { image: 'web:1.0.0', ports }));
    expect(specOf(gateway).rules[0].http.paths[0].backend.service.port.name).toBe('web');
  });

  test('takes the only port of a service, or the one that is named', () => {
    const { shop, gateway } = shopWith({ ingressClass: 'haproxy' });
    const admin = new StatelessService(shop, 'admin', { image: 'admin:1.0.0', ports: { ui: 3000 } });
    const stock = new StatelessService(shop, 'stock', { image: 'stock:1.0.0', ports: { http: 8080, debug: 9999 } });
    gateway.route('/admin', admin);
    gateway.route('/stock', stock, { port: 'debug' });
    expect(
      specOf(gateway).rules[0].http.paths.map(
        (path: { backend: { service: { port: { name: string } } } }) => path.backend.service.port.name,
      ),
    ).toEqual(['ui', 'debug']);
  });

  test('does not compile with a port that the service does not have', () => {
    const { gateway, orders } = shopWith();
    // @ts-expect-error there is no such port
    gateway.route('/orders', orders, { port: 'grpc' });
    expect(findingsOf(gateway)).toEqual([`[test/gateway] route("/orders") 'port': must be one of http, got "grpc"`]);
  });

  test('lets the pods of the controller in, on its port and no other', () => {
    const { orders } = routed({ controller: { namespace: 'edge', podLabels: { app: 'traefik' } } });
    expect(orders.networkPolicy.toJson().spec.ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } },
            podSelector: { matchLabels: { app: 'traefik' } },
          },
        ],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('looks for the controller in the namespace that is called like the class', () => {
    const { orders } = routed({ ingressClass: 'haproxy' });
    expect(orders.networkPolicy.toJson().spec.ingress[0].from[0].namespaceSelector.matchLabels).toEqual({
      'kubernetes.io/metadata.name': 'haproxy',
    });
  });

  test('gives the pods the time that somebody outside waits, after they were told to stop', () => {
    const grace = (options: RouteOptions<'http'>) =>
      routed({}, options).orders.deployment.toJson().spec.template.spec.terminationGracePeriodSeconds;
    expect(grace({ timeout: '100s' })).toBe(5 + 100 + 5);
    expect(grace({})).toBe(5 + 30 + 5);
  });

  test('is part of the model, once for each host', () => {
    const { shop } = routed({ host: ['shop.example.com', 'example.com'] }, { timeout: '10s' });
    const { routes } = (shop.node.root as ReturnType<typeof quietApp>).system();
    expect(routes).toEqual(
      ['shop.example.com', 'example.com'].map((host) => ({
        path: 'test/gateway',
        environment: 'test',
        gateway: 'gateway',
        controller: 'traefik',
        host,
        match: { type: 'prefix', value: '/orders' },
        to: 'test/orders',
        port: 'http',
        timeoutSeconds: 10,
      })),
    );
  });
});

describe('the certificate', () => {
  test('is a Secret that exists', () => {
    const { gateway } = routed();
    expect(specOf(gateway).tls).toEqual([{ hosts: ['shop.example.com'], secretName: 'shop-tls' }]);
    expect(gateway.certificate).toBeUndefined();
  });

  test('is made by cert-manager for all hosts where an issuer is named', () => {
    const { gateway } = routed({ host: ['shop.example.com', 'example.com'], tls: { issuer: 'letsencrypt' } });
    expect(specOf(gateway).tls[0].secretName).toBe('gateway-tls');
    expect(gateway.certificate?.toJson().spec).toMatchObject({
      secretName: 'gateway-tls',
      dnsNames: ['shop.example.com', 'example.com'],
      issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' },
    });
  });

  const http01 = { tls: { issuer: 'letsencrypt' } } as const;

  test('is proven by pods that the controller may reach, and nothing else may', () => {
    const { gateway } = routed({ ...http01, controller: { podLabels: { app: 'traefik' } } });
    expect(gateway.solverPolicy?.toJson()).toMatchObject({
      metadata: { name: 'gateway-acme-solver' },
      spec: {
        podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } },
                podSelector: { matchLabels: { app: 'traefik' } },
              },
            ],
            ports: [{ port: 8089, protocol: 'TCP' }],
          },
        ],
      },
    });
  });

  const quota = (props: Partial<ApiGatewayProps>) => {
    const { hard } = manifestsOf(routed(props).shop).find(({ kind }) => kind === 'ResourceQuota')?.spec ?? {};
    const { pods, 'requests.cpu': cpu, 'requests.memory': memory, 'limits.cpu': cpuLimit } = hard;
    return [Number(pods), millicores(cpu), bytes(memory) / 1024 ** 2, millicores(cpuLimit)];
  };
  const more = (props: Partial<ApiGatewayProps>) => {
    const without = quota({ tls: { secret: 'shop-tls' } });
    return quota(props).map((amount, index) => amount - (without[index] as number));
  };

  test('has room in the quota for the pod of each host that is proven: 10m CPU, limited to 100m, and 64Mi', () => {
    expect(more({ host: ['shop.example.com', 'example.com'], ...http01 })).toEqual([2, 2 * 10, 2 * 64, 2 * 100]);
  });

  test.each(['dns-01', false] as const)('needs neither policy nor room with challenge: %s', (challenge) => {
    const props = { tls: { issuer: 'letsencrypt', challenge } };
    expect(routed(props).gateway.solverPolicy).toBeUndefined();
    expect(more(props)).toEqual([0, 0, 0, 0]);
  });

  test('is part of the model, with its Secret, its issuer and how the hosts are proven', () => {
    const { shop } = routed(http01);
    expect((shop.node.root as ReturnType<typeof quietApp>).system().certificates).toEqual([
      {
        path: 'test/gateway',
        environment: 'test',
        name: 'gateway',
        secret: 'gateway-tls',
        issuer: 'letsencrypt',
        issuerKind: 'ClusterIssuer',
        challenge: 'http-01',
        hosts: ['shop.example.com'],
      },
    ]);
  });

  test('of a wildcard cannot be proven over HTTP', () => {
    expect(findingsOf(routed({ host: '*.shop.example.com', ...http01 }).gateway)).toEqual([
      "[test/gateway] 'tls.challenge': must be dns-01 for *.shop.example.com, or false for an issuer that asks for no proof, got http-01: a server can prove a name and no wildcard",
    ]);
  });

  test('is missing where TLS ends before the gateway', () => {
    expect(specOf(routed({ tls: false }).gateway)).not.toHaveProperty('tls');
  });
});

describe('plain HTTP', () => {
  const annotationsOf = (props: Partial<ApiGatewayProps>) =>
    routed(props).gateway.ingress.toJson().metadata.annotations;
  const traefik = {
    'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
    'traefik.ingress.kubernetes.io/router.tls': 'true',
  };

  test('is not served by Traefik where there is a certificate, under whatever class', () => {
    expect(annotationsOf({})).toEqual(traefik);
    expect(annotationsOf({ ingressClass: 'traefik-internal' })).toEqual(traefik);
    expect(annotationsOf({ ingressClass: 'edge', controller: { name: 'traefik' } })).toEqual(traefik);
  });

  test('is redirected by ingress-nginx', () => {
    expect(annotationsOf({ ingressClass: 'nginx' })).toEqual({ 'nginx.ingress.kubernetes.io/ssl-redirect': 'true' });
  });

  test('is served where TLS ends before the gateway', () => {
    expect(annotationsOf({ tls: false })).toBeUndefined();
  });

  test('is served where an annotation of the program says so', () => {
    const both = { 'traefik.ingress.kubernetes.io/router.entrypoints': 'web,websecure' };
    expect(annotationsOf({ annotations: both })).toMatchObject(both);
  });
});

test('does not bring a class that is retired', () => {
  expect(specOf(routed().gateway).ingressClassName).toBe('traefik');
});

describe('reports', () => {
  const wrongProps: [title: string, props: object, message: string][] = [
    [
      'no host',
      { host: undefined },
      `[test/gateway] 'host': must be a host name such as shop.example.com, or a list of them, got nothing`,
    ],
    [
      'an address',
      { host: '10.0.0.1' },
      `[test/gateway] 'host': must be a host name such as shop.example.com or *.shop.example.com, got "10.0.0.1"`,
    ],
    [
      'a host that is no name',
      { host: 'Shop_1.example.com' },
      `[test/gateway] 'host': must be a host name such as shop.example.com or *.shop.example.com, got "Shop_1.example.com"`,
    ],
    [
      'every host',
      { host: '*' },
      `[test/gateway] 'host': must be a host name such as shop.example.com or *.shop.example.com, got "*"`,
    ],
    ['an empty list of hosts', { host: [] }, `[test/gateway] 'host': must be a list, not empty, got []`],
    [
      'no word about TLS',
      { tls: undefined },
      `[test/gateway] 'tls': must be one of { secret }, { issuer } or false, got nothing`,
    ],
    [
      'TLS from nowhere',
      { tls: true },
      `[test/gateway] 'tls': must be one of { secret }, { issuer } or false, got true`,
    ],
    [
      'a Secret that cannot be',
      { tls: { secret: 'Shop TLS' } },
      `[test/gateway] 'tls.secret': must be a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters, got "Shop TLS"`,
    ],
    [
      'an unknown kind of issuer',
      { tls: { issuer: 'a', issuerKind: 'Vault' } },
      `[test/gateway] 'tls.issuerKind': must be one of "Issuer", "ClusterIssuer", got "Vault"`,
    ],
    [
      'a class that cannot be',
      { ingressClass: 'a b' },
      `[test/gateway] 'ingressClass': must be a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters, got "a b"`,
    ],
    [
      'a controller in no namespace',
      { controller: { namespace: '*' } },
      `[test/gateway] 'controller.namespace': must be lower-case letters, digits and dashes, starting with a letter, at most 63 characters, got "*"`,
    ],
    [
      'a property that does not exist',
      { hosts: 'a.example.com' },
      `[test/gateway] 'hosts': must not be set, there is no such property; did you mean 'host'?`,
    ],
  ];
  test.each(wrongProps)('%s', (_, props, message) => {
    expect(findingsOf(routed(props as ApiGatewayProps).gateway)).toEqual([message]);
  });

  const path = (value: unknown) =>
    `[test/gateway] route(${JSON.stringify(value)}) 'path': must be a path that starts with /, without '//', '/./', '/../' and '%2F', got ${JSON.stringify(value)}`;
  test.each(['orders', '', '/a//b', '/a/../b', '/a/..', '/a%2fb', '/a b', '/"\n', 7])('the path %j', (value) => {
    const { gateway, orders } = shopWith();
    gateway.route(value as string, orders);
    expect(findingsOf(gateway)).toEqual([path(value)]);
  });

  test.each(['/api/*', '/orders/(.*)', '/orders/:id', '/orders/{id}', '^/orders', '/orders$', '/a?b=c', '/{{ x }}'])(
    'the pattern %j, with what to write instead',
    (value) => {
      const { gateway, orders } = shopWith();
      gateway.route(value, orders);
      expect(findingsOf(gateway)).toEqual([
        `[test/gateway] route(${JSON.stringify(value)}) 'path': must be a plain path without patterns such as '*', '(…)', ':id' or '{id}': '/orders' leads everything below it as well, and 'exact' nothing below it, got ${JSON.stringify(value)}`,
      ]);
    },
  );

  const wrongOptions: [title: string, options: object, message: string][] = [
    [
      'a host that the gateway does not have',
      { host: 'other.example.com' },
      `'host': must be one of shop.example.com, got other.example.com`,
    ],
    [
      'a timeout that is none',
      { timeout: '10' },
      `'timeout': must be a duration above zero, such as 250ms, 2s, 5m or 1h, got "10"`,
    ],
    ['an exact that is neither', { exact: 'yes' }, `'exact': must be true or false, got "yes"`],
    ['an option that does not exist', { retries: 3 }, `'retries': must not be set, there is no such property`],
  ];
  test.each(wrongOptions)('%s', (_, options, message) => {
    expect(findingsOf(routed({}, options).gateway)).toEqual([`[test/gateway] route("/orders") ${message}`]);
  });

  test.each([
    ['grpc', 'a GRPCRoute of the Gateway API'],
    ['https', 'a BackendTLSPolicy of the Gateway API'],
    ['tcp', 'a TCPRoute of the Gateway API'],
    ['udp', 'a UDPRoute of the Gateway API'],
  ] as const)('%s, which an Ingress cannot express, with what can', (protocol, instead) => {
    const { shop, gateway } = shopWith();
    gateway.route(
      '/stock',
      new StatelessService(shop, 'stock', { image: 'stock:1.0.0', ports: { api: { port: 9090, protocol } } }),
    );
    expect(findingsOf(gateway)).toEqual([
      `[test/gateway] route("/stock") 'port': must speak http, got api, which speaks ${protocol}: an Ingress cannot say so, ${instead} can`,
    ]);
  });

  test('a service without a port', () => {
    const { shop, gateway } = shopWith();
    gateway.route('/worker', new StatelessService(shop, 'worker', { image: 'worker:1.0.0', ports: {} }));
    expect(findingsOf(gateway)).toEqual([
      `[test/gateway] route("/worker") 'port': must be of a service that has one, but this has none, got nothing`,
    ]);
  });

  test('a service of another environment', () => {
    const app = quietApp();
    const other = new StatelessService(new Environment(app, 'other'), 'orders', { image: 'orders:1.0.0' });
    const gateway = new ApiGateway(new Environment(app, 'test'), 'gateway', minimal);
    gateway.route('/orders', other);
    expect(findingsOf(gateway)).toEqual([
      `[test/gateway] route("/orders") 'to': must be in the same environment test, but the service is in other`,
    ]);
  });

  test('a gateway that leads nowhere', () => {
    expect(findingsOf(shopWith().gateway)).toEqual([
      '[test/gateway] route: must be called at least once: without a route nothing leads anywhere',
    ]);
  });

  test('a name that no object can have', () => {
    const { shop, orders } = shopWith();
    const gateway = new ApiGateway(shop, 'Gate_Way', minimal);
    gateway.route('/orders', orders);
    expect(findingsOf(gateway)[0]).toBe(
      `[test/Gate_Way] 'id': must be lower-case letters, digits and dashes, starting with a letter, at most 63 characters, got "Gate_Way"`,
    );
  });

  test('a path that leads to two services, through whatever gateway', () => {
    const { shop, gateway } = routed();
    const web = new StatelessService(shop, 'web', { image: 'web:1.0.0' });
    const other = new ApiGateway(shop, 'other', minimal);
    other.route('/orders', web);
    expect(findingsOf(gateway)).toEqual([
      '[test/other] route-conflict: shop.example.com/orders (prefix) leads to orders:http through gateway and to web:http; the controller follows one of them, and nobody knows which',
    ]);
  });
});
