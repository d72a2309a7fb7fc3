import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment, ExternalBackend, type ExternalBackendProps, MicroserviceApp, StatelessService } from '../lib';

const shopApp = () => {
  const app = new MicroserviceApp({ outdir: mkdtempSync(join(tmpdir(), 'external-')), quiet: true });
  return { app, shop: new Environment(app, 'production') };
};

/** What the backend and its caller render, by kind and name. */
const rendered = (props: ExternalBackendProps) => {
  const { app, shop } = shopApp();
  const backend = new ExternalBackend(shop, 'orders-db', props);
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  orders.calls(backend as ExternalBackend<string>, { port: Object.keys(backend.ports)[0] });
  const manifests = app.system().objects.map(({ manifest }) => manifest);
  const find = (kind: string, name: string) =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const variables: { name: string; value: string }[] =
    find('Deployment', 'orders')?.spec.template.spec.containers[0].env ?? [];
  return { app, backend, find, env: Object.fromEntries(variables.map(({ name, value }) => [name, value])) };
};

const messages = (props: object, id = 'orders-db') => {
  const { app, shop } = shopApp();
  new ExternalBackend(shop, id, props as ExternalBackendProps);
  return app.findings().map(({ path, message }) => `[${path}] ${message}`);
};

const yamlOf = (id: string, props: ExternalBackendProps) => {
  const { app, shop } = shopApp();
  new ExternalBackend(shop, id, props);
  const yaml = app.synthYaml();
  return yaml
    .split('---\n')
    .filter((text) => text.includes('component: external'))
    .join('---\n');
};

test('needs nothing but a place and a port', () => {
  expect(yamlOf('orders-db', { host: 'db.example.com', ports: 3306 })).toMatchSnapshot();
});

test('uses every prop', () => {
  const props: Required<ExternalBackendProps> = {
    host: undefined as unknown as string,
    addresses: ['10.0.0.7', '10.0.0.8', 'fd00::7'],
    ports: { mysql: { port: 3306, servicePort: 13_306, protocol: 'tcp' }, admin: 33_062 },
    readOnly: { addresses: ['10.0.0.9'] },
    cidrs: ['10.0.0.0/24', 'fd00::/64'],
    credentials: { secret: 'orders-db', keys: { password: 'mysql-password' }, as: 'env' },
    variables: { DATABASE: 'orders' },
    maxConnections: 500,
    partitions: 12,
    annotations: { note: 'run by the database team' },
    overrides: {
      service: { spec: { internalTrafficPolicy: 'Cluster' } },
      endpointSlice: { metadata: { labels: { zone: 'a' } } },
    },
  };
  expect(yamlOf('orders-db', props)).toMatchSnapshot();
});

describe('a host', () => {
  test('becomes a name inside the cluster', () => {
    expect(rendered({ host: 'db.example.com', ports: 3306 }).find('Service', 'orders-db')?.spec).toMatchObject({
      type: 'ExternalName',
      externalName: 'db.example.com',
    });
  });

  test('is called by the name inside the cluster, the same in every environment', () => {
    expect(rendered({ host: 'db.example.com', ports: 3306 }).env).toMatchObject({
      ORDERS_DB_HOST: 'orders-db',
      ORDERS_DB_PORT: '3306',
    });
  });

  test('is called by its own name where HTTP is spoken, or its certificate would not fit', () => {
    expect(rendered({ host: 'api.example.com', ports: { https: 443 } }).env.ORDERS_DB_URL).toBe(
      'https://api.example.com:443',
    );
  });

  test('may have any address, so its callers may go anywhere, on its port only', () => {
    expect(rendered({ host: 'db.example.com', ports: 3306 }).find('NetworkPolicy', 'orders')?.spec.egress[1]).toEqual({
      to: [{ ipBlock: { cidr: '0.0.0.0/0' } }],
      ports: [{ port: 3306, protocol: 'TCP' }],
    });
  });

  test('lies in the ranges that are named', () => {
    const { find } = rendered({ host: 'db.example.com', ports: 3306, cidrs: ['10.20.0.0/24'] });
    expect(find('NetworkPolicy', 'orders')?.spec.egress[1].to).toEqual([{ ipBlock: { cidr: '10.20.0.0/24' } }]);
  });
});

describe('addresses', () => {
  test('become endpoints of a Service that selects no pods', () => {
    const { find } = rendered({ addresses: ['10.0.0.7', '10.0.0.8'], ports: { mysql: 3306 } });
    expect(find('Service', 'orders-db')?.spec).not.toHaveProperty('selector');
    expect(find('EndpointSlice', 'orders-db-ipv4')).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'orders-db' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.7'] }, { addresses: ['10.0.0.8'] }],
      ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
    });
  });

  test('of two families are in two slices', () => {
    const { backend } = rendered({ addresses: ['10.0.0.7', 'fd00::7'], ports: 3306 });
    expect(backend.endpointSlices.map(({ name }) => name)).toEqual(['orders-db-ipv4', 'orders-db-ipv6']);
  });

  test('are all that its callers may reach', () => {
    const { find } = rendered({ addresses: ['10.0.0.7', 'fd00::7'], ports: 3306 });
    expect(find('NetworkPolicy', 'orders')?.spec.egress[1].to).toEqual([
      { ipBlock: { cidr: '10.0.0.7/32' } },
      { ipBlock: { cidr: 'fd00::7/128' } },
    ]);
  });

  test('can be offered under another port', () => {
    const { env, find } = rendered({ addresses: ['10.0.0.7'], ports: { mysql: { port: 3306, servicePort: 13_306 } } });
    expect(env.ORDERS_DB_PORT).toBe('13306');
    expect(find('NetworkPolicy', 'orders')?.spec.egress[1].ports).toEqual([{ port: 3306, protocol: 'TCP' }]);
  });
});

test('reading may go to another place', () => {
  const { find, backend } = rendered({ host: 'db.example.com', readOnly: { host: 'reader.example.com' }, ports: 3306 });
  expect(find('Service', 'orders-db-read')?.spec.externalName).toBe('reader.example.com');
  expect(backend.readHost).toBe('orders-db-read');
});

test('stands in the model', () => {
  const { app } = rendered({ addresses: ['10.0.0.7'], ports: { mysql: 3306 } });
  expect(app.system().externals).toEqual([
    expect.objectContaining({
      path: 'production/orders-db',
      environment: 'production',
      ports: [{ name: 'mysql', port: 3306, protocol: 'tcp' }],
      ranges: ['10.0.0.7/32'],
    }),
  ]);
});

test('a patch survives', () => {
  const { backend, find } = rendered({ host: 'db.example.com', ports: 3306 });
  backend.service.patch({ spec: { externalName: 'other.example.com' } });
  expect(backend.service.toJson().spec.externalName).toBe('other.example.com');
  expect(find('Service', 'orders-db')?.spec.externalName).toBe('db.example.com');
});

test('a port that it does not have does not compile', () => {
  const { shop } = shopApp();
  const backend = new ExternalBackend(shop, 'orders-db', { host: 'db.example.com', ports: { mysql: 3306 } });
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  // @ts-expect-error there is no such port
  orders.calls(backend, { port: 'postgres' });
});

test.each<[object, string]>([
  [{ ports: 3306 }, "'host': must be set, or 'addresses': where is it?"],
  [
    { host: 'db.example.com', addresses: ['10.0.0.7'], ports: 1 },
    "'addresses': must not be set where 'host' is: it is in one place",
  ],
  [{ host: '10.0.0.7', ports: 1 }, '\'host\': must be a host name such as shop.example.com, got "10.0.0.7"'],
  [{ host: 'db.example.com' }, "'ports': must be a port number, or ports by name, got nothing"],
  [{ host: 'db.example.com', ports: 70_000 }, "'ports': must be between 1 and 65535, inclusive, got 70000"],
  [{ addresses: [], ports: 1 }, "'addresses': must be a list, not empty, got []"],
  [
    { addresses: ['127.0.0.1'], ports: 1 },
    '\'addresses.0\': must be an IP address such as 10.0.0.7, not of this machine (127.0.0.1), of a link (169.254.0.1) or of many (224.0.0.1), got "127.0.0.1"',
  ],
  [
    { host: 'db.example.com', ports: 1, cidrs: ['10.0.0.0'] },
    '\'cidrs.0\': must be an address range such as 10.0.0.0/8, got "10.0.0.0"',
  ],
  [
    { host: 'db.example.com', ports: { mysql: { port: 3306, servicePort: 1 } } },
    "'ports.mysql.servicePort': must be 3306 or left out, got 1: a host is found by name, and nothing translates its ports",
  ],
  [{ host: 'db.example.com', ports: 1, readOnly: {} }, "'readOnly.host': must be set, or 'readOnly.addresses'"],
  [{ host: 'db.example.com', ports: 1, credentials: {} }, "'credentials.secret': must be set"],
  [
    { host: 'db.example.com', ports: 1, addresse: [] },
    "'addresse': must not be set, there is no such property; did you mean 'addresses'?",
  ],
])('refuses %j', (props, message) => {
  expect(messages(props)).toContain(`[production/orders-db] ${message}`);
});

test('refuses a name that is too long for its Services', () => {
  expect(messages({ host: 'db.example.com', ports: 1 }, 'd'.repeat(59))[0]).toContain('at most 58 characters');
});
