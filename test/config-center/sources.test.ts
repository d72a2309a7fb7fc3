import {
  ConfigCenter,
  type ConfigSource,
  Environment,
  ExternalBackend,
  StatefulBackend,
  StatelessService,
} from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { everyPublicAddress } from '../../lib/workload/address-ranges';
import type { WorkloadSource } from '../../lib/workload/workload';
import { findingsOf, manifestsOf, quietApp } from '../support/render';

type Variable = { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } };

/** What a service gets from a config centre outside. */
function given(sourceOf: (shop: Environment) => ConfigSource, use: object = {}) {
  const app = quietApp();
  const shop = new Environment(app, 'test');
  const source = sourceOf(shop);
  const central = new ConfigCenter(shop, 'central', { source });
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  orders.configure<object>(central as WorkloadSource<object>, use);
  const manifests = manifestsOf(orders);
  const find = (kind: string) => manifests.find((manifest) => manifest.kind === kind) as Manifest;
  const variables: Variable[] = find('Deployment').spec.template.spec.containers[0].env ?? [];
  const env = Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => {
      const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
      return [name, value ?? `secret ${secret}/${key}`];
    }),
  );
  const egress = find('NetworkPolicy').spec.egress;
  return { app, central, env, egress, findings: findingsOf(app) };
}

const inRange = [{ ipBlock: { cidr: '10.0.0.0/24' } }];
const at = (host: string, more: object = {}) => ({ host, cidrs: ['10.0.0.0/24'], ...more });
const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: 'TCP' }));

describe('Apollo', () => {
  test('needs nothing but the meta server', () => {
    const { env, egress, findings } = given(() => ({ apollo: { server: at('apollo.example.com') } }));
    expect(env).toEqual({
      APP_ID: 'orders',
      APOLLO_META: 'http://apollo.example.com:8080',
      APOLLO_BOOTSTRAP_ENABLED: 'true',
      APOLLO_BOOTSTRAP_NAMESPACES: 'application',
      APOLLO_CACHE_DIR: '/tmp/apollo',
    });
    expect(egress).toEqual([{ to: inRange, ports: tcp(8080) }]);
    expect(findings).toEqual([]);
  });

  test('tells its clients everything, and the key by reference', () => {
    const { env } = given(
      () => ({
        apollo: {
          server: at('apollo.example.com', { port: 443, https: true }),
          env: 'FAT',
          cluster: 'zone-a',
          namespaces: ['application', 'shop.common'],
          accessKey: { secret: 'apollo', key: 'access' },
        },
      }),
      { source: { appId: 'shop-orders' } },
    );
    expect(env).toEqual({
      APP_ID: 'shop-orders',
      APOLLO_META: 'https://apollo.example.com:443',
      ENV: 'FAT',
      APOLLO_CLUSTER: 'zone-a',
      IDC: 'zone-a',
      APOLLO_BOOTSTRAP_ENABLED: 'true',
      APOLLO_BOOTSTRAP_NAMESPACES: 'application,shop.common',
      APOLLO_CACHE_DIR: '/tmp/apollo',
      APOLLO_ACCESS_KEY_SECRET: 'secret apollo/access',
    });
  });

  test('lets a consumer read other namespaces', () => {
    const { env } = given(() => ({ apollo: { server: at('a.example.com'), namespaces: ['application'] } }), {
      source: { namespaces: ['orders'] },
    });
    expect(env.APOLLO_BOOTSTRAP_NAMESPACES).toBe('orders');
  });

  test('gives the key as a file where the consumer wants that', () => {
    const { env } = given(
      () => ({ apollo: { server: at('a.example.com'), accessKey: { secret: 'apollo', key: 'access' } } }),
      { secretsAs: 'files' },
    );
    expect(env.APOLLO_ACCESS_KEY_SECRET_FILE).toBe('/run/secrets/central/APOLLO_ACCESS_KEY_SECRET');
    expect(env).not.toHaveProperty('APOLLO_ACCESS_KEY_SECRET');
  });
});

describe('Nacos', () => {
  test('opens the port to which clients stay connected, too', () => {
    const { env, egress } = given(() => ({ nacos: { server: at('nacos.example.com') } }));
    expect(egress).toEqual([{ to: inRange, ports: tcp(8848, 9848) }]);
    expect(env).toEqual({
      NACOS_SERVER_ADDR: 'nacos.example.com:8848',
      NACOS_GROUP: 'DEFAULT_GROUP',
      SPRING_CLOUD_NACOS_SERVER_ADDR: 'nacos.example.com:8848',
      SPRING_CLOUD_NACOS_CONFIG_GROUP: 'DEFAULT_GROUP',
    });
  });

  test('tells its clients everything, and credentials by reference', () => {
    const { env } = given(
      () => ({
        nacos: {
          server: at('nacos.example.com', { https: true }),
          namespace: 'shop',
          group: 'SHOP',
          dataIds: ['common.yaml'],
          credentials: { username: { secret: 'nacos', key: 'u' }, password: { secret: 'nacos', key: 'p' } },
        },
      }),
      { source: { group: 'ORDERS', dataIds: ['common.yaml', 'orders.yaml'] } },
    );
    expect(env).toEqual({
      NACOS_SERVER_ADDR: 'https://nacos.example.com:8848',
      NACOS_NAMESPACE: 'shop',
      NACOS_GROUP: 'ORDERS',
      NACOS_DATA_IDS: 'common.yaml,orders.yaml',
      NACOS_USERNAME: 'secret nacos/u',
      NACOS_PASSWORD: 'secret nacos/p',
      SPRING_CLOUD_NACOS_SERVER_ADDR: 'https://nacos.example.com:8848',
      SPRING_CLOUD_NACOS_CONFIG_NAMESPACE: 'shop',
      SPRING_CLOUD_NACOS_CONFIG_GROUP: 'ORDERS',
      SPRING_CLOUD_NACOS_USERNAME: 'secret nacos/u',
      SPRING_CLOUD_NACOS_PASSWORD: 'secret nacos/p',
      SPRING_CONFIG_IMPORT: 'optional:nacos:common.yaml,optional:nacos:orders.yaml',
    });
  });

  test('a consumer starts without its data ids, unless the center or the consumer says that it must not', () => {
    const imported = (center: object, use: object = {}) =>
      given(() => ({ nacos: { server: at('n.example.com'), dataIds: ['orders.yaml'], ...center } }), { source: use })
        .env.SPRING_CONFIG_IMPORT;
    expect(imported({})).toBe('optional:nacos:orders.yaml');
    expect(imported({ optional: false })).toBe('nacos:orders.yaml');
    expect(imported({ optional: false }, { optional: true })).toBe('optional:nacos:orders.yaml');
    expect(imported({}, { optional: false })).toBe('nacos:orders.yaml');
  });

  test('consumers find each other in the namespace and group of the center, where that is wanted', () => {
    const source = { server: at('n.example.com'), namespace: 'shop', group: 'SHOP' };
    const found = (center: object, use: object = {}) =>
      given(() => ({ nacos: { ...source, ...center } }), { source: use }).env;
    expect(found({ discovery: true }, { group: 'ORDERS' })).toMatchObject({
      SPRING_CLOUD_NACOS_SERVER_ADDR: 'n.example.com:8848',
      SPRING_CLOUD_NACOS_DISCOVERY_NAMESPACE: 'shop',
      SPRING_CLOUD_NACOS_DISCOVERY_GROUP: 'SHOP',
    });
    expect(found({}, { discovery: true })).toHaveProperty('SPRING_CLOUD_NACOS_DISCOVERY_GROUP', 'SHOP');
    expect(found({})).not.toHaveProperty('SPRING_CLOUD_NACOS_DISCOVERY_GROUP');
  });

  test.each<[object, object]>([
    [
      { accessKey: { secret: 'n', key: 'a' }, secretKey: { secret: 'n', key: 's' } },
      {
        NACOS_ACCESS_KEY: 'secret n/a',
        NACOS_SECRET_KEY: 'secret n/s',
        SPRING_CLOUD_NACOS_CONFIG_ACCESS_KEY: 'secret n/a',
        SPRING_CLOUD_NACOS_CONFIG_SECRET_KEY: 'secret n/s',
        SPRING_CLOUD_NACOS_DISCOVERY_ACCESS_KEY: 'secret n/a',
        SPRING_CLOUD_NACOS_DISCOVERY_SECRET_KEY: 'secret n/s',
      },
    ],
    [{ token: { secret: 'n', key: 't' } }, { NACOS_ACCESS_TOKEN: 'secret n/t' }],
  ])('takes %j', (credentials, expected) => {
    const { env } = given(() => ({ nacos: { server: at('n.example.com'), credentials } }) as ConfigSource);
    expect(env).toMatchObject(expected);
  });

  test.each(['statefulset', 'external'] as const)('takes the account of a backend, %s too', (provider) => {
    const { env, findings } = given((shop) => {
      const database = StatefulBackend.mysql(shop, 'db', { storage: '5Gi', credentials: { secret: 'db' } });
      const server = StatefulBackend.nacos(shop, 'nacos', {
        provider,
        external: { host: 'nacos.example.com' },
        storage: '5Gi',
        credentials: { secret: 'nacos', keys: { password: 'user-password' } },
        database,
      });
      return { nacos: { server } };
    });
    expect(env.NACOS_SERVER_ADDR).toBe(provider === 'external' ? 'nacos.example.com:8848' : 'nacos:8848');
    expect(env.NACOS_USERNAME).toBe('secret nacos-orders/username');
    expect(env.SPRING_CLOUD_NACOS_PASSWORD).toBe('secret nacos-orders/password');
    expect(findings).toEqual([]);
  });

  test('wants both ports of something that it calls', () => {
    const { findings } = given((shop) => ({
      nacos: { server: new ExternalBackend(shop, 'nacos', { host: 'nacos.example.com', ports: { http: 8848 } }) },
    }));
    expect(findings).toEqual([
      '[test/orders] configure(central): must find port 9848 on nacos too, where clients of nacos stay connected (8848 + 1000), but it has only 8848',
    ]);
  });

  test('calls both ports of a backend, and nobody waits for it', () => {
    const { app, env, egress, findings } = given((shop) => ({
      nacos: {
        server: new ExternalBackend(shop, 'nacos', {
          addresses: ['10.0.0.7'],
          ports: { http: 8848, grpc: { port: 9848, protocol: 'grpc' } },
        }),
      },
    }));
    expect(findings).toEqual([]);
    expect(env).toMatchObject({ NACOS_SERVER_ADDR: 'nacos:8848' });
    expect(egress).toEqual([{ to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: tcp(8848, 9848) }]);
    expect(app.system().calls).toMatchObject([
      { from: 'test/orders', to: 'test/nacos', port: 'http', synchronous: false },
    ]);
  });
});

describe('Consul', () => {
  test('needs nothing but the agent', () => {
    const { env, egress } = given(() => ({ consul: { server: at('consul.example.com') } }));
    expect(env).toEqual({
      CONSUL_HTTP_ADDR: 'consul.example.com:8500',
      SPRING_CONFIG_IMPORT: 'consul:',
      SPRING_CLOUD_CONSUL_HOST: 'consul.example.com',
      SPRING_CLOUD_CONSUL_PORT: '8500',
      SPRING_CLOUD_CONSUL_SCHEME: 'http',
    });
    expect(egress).toEqual([{ to: inRange, ports: tcp(8500) }]);
  });

  const everything: ConfigSource = {
    consul: {
      server: at('consul.example.com', { port: 8501, https: true }),
      prefixes: ['config/shop'],
      datacenter: 'dc1',
      token: { externalSecret: { store: 'vault', key: 'consul' } },
    },
  };

  test('tells its clients everything, and where the file with the token is', () => {
    const { env, central } = given(() => everything, { source: { prefixes: ['config/shop', 'config/orders'] } });
    expect(env).toEqual({
      CONSUL_HTTP_ADDR: 'consul.example.com:8501',
      CONSUL_HTTP_SSL: 'true',
      CONSUL_HTTP_TOKEN_FILE: '/run/secrets/central/CONSUL_HTTP_TOKEN',
      CONSUL_DATACENTER: 'dc1',
      CONSUL_PREFIXES: 'config/shop,config/orders',
      SPRING_CONFIG_IMPORT: 'consul:',
      SPRING_CLOUD_CONSUL_HOST: 'consul.example.com',
      SPRING_CLOUD_CONSUL_PORT: '8501',
      SPRING_CLOUD_CONSUL_SCHEME: 'https',
      SPRING_CLOUD_CONSUL_CONFIG_PREFIXES: 'config/shop,config/orders',
    });
    expect(central.externalSecret?.toJson().spec.data).toEqual([
      { secretKey: 'CONSUL_HTTP_TOKEN', remoteRef: { key: 'consul' } },
    ]);
  });

  test('gives the token to clients that read only their environment', () => {
    const { env } = given(() => everything, { secretsAs: 'env' });
    expect(env).toMatchObject({
      CONSUL_HTTP_TOKEN: 'secret central-secrets/CONSUL_HTTP_TOKEN',
      SPRING_CLOUD_CONSUL_CONFIG_ACL_TOKEN: 'secret central-secrets/CONSUL_HTTP_TOKEN',
    });
  });
});

test.each(['statefulset', 'external'] as const)('Consul is asked where it is, whoever runs it: %s', (provider) => {
  const { env, egress, findings } = given((shop) => {
    const external = { host: 'consul.example.com', ports: { http: { port: 8501, protocol: 'https' } } } as const;
    const server = StatefulBackend.consul(shop, 'consul', { provider, external, storage: '5Gi' });
    return { consul: { server, prefixes: ['config/shop'] } };
  });
  const [address, tls] = provider === 'external' ? ['consul.example.com:8501', 'true'] : ['consul:8500', undefined];
  expect(env).toMatchObject({ CONSUL_HTTP_ADDR: address, CONSUL_PREFIXES: 'config/shop' });
  expect(env.CONSUL_HTTP_SSL).toBe(tls);
  expect(egress[0].ports).toEqual(tcp(provider === 'external' ? 8501 : 8500));
  expect(findings).toEqual([]);
});

test('an address is part of the model, with those who ask it', () => {
  const { app } = given(() => ({ nacos: { server: at('nacos.example.com') } }));
  const { externals, calls, configs } = app.system();
  expect(externals).toEqual([
    {
      path: 'test/central',
      environment: 'test',
      name: 'central',
      ports: [
        { name: 'nacos', port: 8848, protocol: 'http' },
        { name: 'nacos-9848', port: 9848, protocol: 'tcp' },
      ],
      ranges: ['10.0.0.0/24'],
      hosts: ['nacos.example.com'],
    },
  ]);
  expect(calls).toMatchObject([{ from: 'test/orders', to: 'test/central', port: 'nacos', synchronous: false }]);
  expect(configs).toMatchObject([{ name: 'central', source: 'nacos' }]);
});

test('an address without ranges opens its ports to any public address', () => {
  const { egress } = given(() => ({ consul: { server: { host: 'consul.example.com' } } }));
  expect(egress).toEqual([{ to: everyPublicAddress, ports: tcp(8500) }]);
});

test('takes a service of the environment for a server, and opens the policy on both sides', () => {
  const app = quietApp();
  const shop = new Environment(app, 'test');
  const server = new StatelessService(shop, 'consul', { image: 'consul:1.22.0', ports: { ui: 8500, dns: 8600 } });
  const central = new ConfigCenter(shop, 'central', { source: { consul: { server, port: 'ui' } } });
  new StatelessService(shop, 'orders', { image: 'orders:1.0.0' }).configure(central, {});
  expect(findingsOf(app)).toEqual([]);
  expect(server.networkPolicy.toJson().spec.ingress).toEqual([
    { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'orders' } } }], ports: tcp(8500) },
  ]);
});

const wrong = (source: object, use: object = {}) => given(() => source as ConfigSource, use).findings;

test.each<[string, object, string]>([
  [
    'two makes at once',
    { apollo: { server: at('a.b') }, nacos: {} },
    "'source.nacos': must not be set, there is no such property",
  ],
  ['no server', { apollo: {} }, "'source.apollo.server': must be set"],
  [
    'a server by URL',
    { apollo: { server: 'http://a.b' } },
    '\'source.apollo.server\': must be something that can be called, or { host, … }, got "http://a.b"',
  ],
  [
    'a host that is a URL',
    { apollo: { server: { host: 'http://a.b' } } },
    '\'source.apollo.server.host\': must be a host name or an IPv4 address, got "http://a.b"',
  ],
  [
    'a port out of range',
    { consul: { server: { host: 'a.b', port: 0 } } },
    "'source.consul.server.port': must be between 1 and 65535, inclusive, got 0",
  ],
  [
    'a range that is none',
    { consul: { server: { host: 'a.b', cidrs: ['10.0.0.0'] } } },
    '\'source.consul.server.cidrs.0\': must be an address range such as 10.0.0.0/8, got "10.0.0.0"',
  ],
  [
    'a token in the open',
    { consul: { server: at('a.b'), token: 'abc' } },
    "'source.consul.token': must be { secret, key } or { externalSecret: { store, key } }, got text",
  ],
  [
    'half of an account',
    { nacos: { server: at('a.b'), credentials: { username: { secret: 's', key: 'k' } } } },
    "'source.nacos.credentials.password': must be set",
  ],
  [
    'an optional that is text',
    { nacos: { server: at('a.b'), optional: 'yes' } },
    '\'source.nacos.optional\': must be true or false, got "yes"',
  ],
  [
    'a discovery that is a number',
    { nacos: { server: at('a.b'), discovery: 1 } },
    "'source.nacos.discovery': must be true or false, got 1",
  ],
  [
    'a data id with a comma',
    { nacos: { server: at('a.b'), dataIds: ['a,b'] } },
    '\'source.nacos.dataIds.0\': must be letters, digits, dots, dashes, colons and underscores, at most 255 characters, got "a,b"',
  ],
  [
    'a folder with a slash in front',
    { consul: { server: at('a.b'), prefixes: ['/config'] } },
    '\'source.consul.prefixes.0\': must be a folder such as config/shop, without a slash at the front, got "/config"',
  ],
])('reports %s', (_, source, message) => {
  expect(wrong(source)).toEqual([`[test/central] ${message}`]);
});

test('reports what a consumer says wrongly at the consumer', () => {
  expect(wrong({ apollo: { server: at('a.b') } }, { source: { appId: '', dataIds: [] } })).toEqual([
    '[test/orders] configure(central) \'source.appId\': must be text, not empty, got ""',
    "[test/orders] configure(central) 'source.dataIds': must not be set, there is no such property",
  ]);
});

test('reports a port that the server does not have', () => {
  const { findings } = given((shop) => ({
    consul: {
      server: new ExternalBackend(shop, 'consul', { host: 'c.example.com', ports: { http: 8500 } }),
      port: 'api',
    },
  }));
  expect(findings).toEqual(['[test/orders] calls(consul) \'port\': must be one of http, got "api"']);
});
