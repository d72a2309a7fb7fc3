import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment, ExternalBackend, type ExternalBackendProps, MicroserviceApp, StatelessService } from '../lib';
import { everyPublicAddress } from '../lib/workload/address-ranges';

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
    tls: { ca: { secret: 'database-ca', key: 'ca.pem' }, mode: 'verify-ca' },
    sasl: { mechanism: 'PLAIN' },
    alias: true,
    accounts: 'shared',
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
  test('is called by its own name, to which its certificate is made out', () => {
    expect(rendered({ host: 'db.example.com', ports: 3306 }).env).toMatchObject({
      ORDERS_DB_HOST: 'db.example.com',
      ORDERS_DB_PORT: '3306',
    });
    expect(rendered({ host: 'api.example.com', ports: { https: 443 } }).env.ORDERS_DB_URL).toBe(
      'https://api.example.com:443',
    );
  });

  test('needs nothing in the cluster', () => {
    const { backend, find } = rendered({ host: 'db.example.com', ports: 3306 });
    expect(find('Service', 'orders-db')).toBeUndefined();
    expect(backend.service).toBeUndefined();
  });

  test('has an alias in the cluster where one is asked for, and is called by its own name all the same', () => {
    const { find, env } = rendered({ host: 'db.example.com', ports: 3306, alias: true });
    expect(find('Service', 'orders-db')?.spec).toEqual({ type: 'ExternalName', externalName: 'db.example.com' });
    expect(env.ORDERS_DB_HOST).toBe('db.example.com');
  });

  test('may have any public address, so its callers may go there, on its port only', () => {
    expect(rendered({ host: 'db.example.com', ports: 3306 }).find('NetworkPolicy', 'orders')?.spec.egress[0]).toEqual({
      to: everyPublicAddress,
      ports: [{ port: 3306, protocol: 'TCP' }],
    });
    expect(everyPublicAddress).toEqual([
      {
        ipBlock: {
          cidr: '0.0.0.0/0',
          except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
        },
      },
      { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
    ]);
  });

  test('that is a Service of another namespace is found there and nowhere else', () => {
    const { find } = rendered({ host: 'db.data.svc.cluster.local', ports: 3306 });
    expect(find('NetworkPolicy', 'orders')?.spec.egress[0].to).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } },
    ]);
  });

  test('lies in the ranges that are named', () => {
    const { find } = rendered({ host: 'db.example.com', ports: 3306, cidrs: ['10.20.0.0/24'] });
    expect(find('NetworkPolicy', 'orders')?.spec.egress[0].to).toEqual([{ ipBlock: { cidr: '10.20.0.0/24' } }]);
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
    expect(find('NetworkPolicy', 'orders')?.spec.egress[0].to).toEqual([
      { ipBlock: { cidr: '10.0.0.7/32' } },
      { ipBlock: { cidr: 'fd00::7/128' } },
    ]);
  });

  test('can be offered under another port', () => {
    const { env, find } = rendered({ addresses: ['10.0.0.7'], ports: { mysql: { port: 3306, servicePort: 13_306 } } });
    expect(env.ORDERS_DB_PORT).toBe('13306');
    expect(find('NetworkPolicy', 'orders')?.spec.egress[0].ports).toEqual([{ port: 3306, protocol: 'TCP' }]);
  });
});

test('reading may go to another place', () => {
  const { find, backend } = rendered({ host: 'db.example.com', readOnly: { host: 'reader.example.com' }, ports: 3306 });
  expect(find('Service', 'orders-db-read')).toBeUndefined();
  expect(backend.readHost).toBe('reader.example.com');
  expect(
    rendered({ addresses: ['10.0.0.7'], readOnly: { addresses: ['10.0.0.8'] }, ports: 3306 }).backend.readHost,
  ).toBe('orders-db-read');
});

describe('TLS', () => {
  const used = (props: ExternalBackendProps) => {
    const { app, shop } = shopApp();
    const backend = new ExternalBackend(shop, 'orders-db', props);
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    orders.uses(backend as ExternalBackend<string>);
    const pod = app.system().objects.find(({ manifest }) => manifest.kind === 'Deployment')?.manifest.spec
      .template.spec;
    const env: { name: string; value: string }[] = pod.containers[0].env;
    return {
      pod,
      tls: app.system().backends[0]?.tls,
      env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    };
  };
  const place = { host: 'db.example.com', ports: 3306 } as const;

  test('is told to its users', () => {
    expect(used({ ...place, tls: true }).env).toMatchObject({ ORDERS_DB_TLS: 'true' });
  });

  test('gives its users the certificate of its authority', () => {
    const { env, pod } = used({ ...place, tls: { ca: { secret: 'database-ca', key: 'root.pem' } } });
    expect(env.ORDERS_DB_CA_FILE).toBe('/run/tls/orders-db/ca.crt');
    expect(pod.volumes).toContainEqual({
      name: 'orders-db-ca',
      secret: { secretName: 'database-ca', defaultMode: 0o444, items: [{ key: 'root.pem', path: 'ca.crt' }] },
    });
  });

  test('gives callers the certificate of its authority, too', () => {
    const { env } = rendered({ host: 'api.example.com', ports: { https: 443 }, tls: { ca: { secret: 'partner-ca' } } });
    expect(env).toMatchObject({ ORDERS_DB_TLS: 'true', ORDERS_DB_CA_FILE: '/run/tls/orders-db/ca.crt' });
  });

  test('may be that of one port alone', () => {
    const ports = { mysql: { port: 3306, tls: true }, admin: 33_060 } as const;
    expect(used({ host: 'db.example.com', ports }).env.ORDERS_DB_TLS).toBe('true');
    expect(used({ host: 'db.example.com', ports: { admin: ports.admin, mysql: ports.mysql } }).env).not.toHaveProperty(
      'ORDERS_DB_TLS',
    );
  });

  test('stands in the model, and so does that there is none', () => {
    expect(used({ ...place, tls: { ca: { secret: 'database-ca' } } }).tls).toEqual({
      ca: { secret: 'database-ca', key: 'ca.crt' },
      certificate: undefined,
    });
    expect(used(place).tls).toBe(false);
    expect(used({ host: 'logs.example.com', ports: { https: 443 } }).tls).toBeTruthy();
  });

  test('of a Kafka stands in the words of its clients', () => {
    const sasl = { mechanism: 'SCRAM-SHA-256', credentials: { secret: 'kafka' } } as const;
    expect(used({ ...place, tls: true, sasl }).env).toMatchObject({
      ORDERS_DB_SECURITY_PROTOCOL: 'SASL_SSL',
      ORDERS_DB_SASL_MECHANISM: 'SCRAM-SHA-256',
      ORDERS_DB_USERNAME_FILE: '/run/secrets/orders-db/username',
    });
  });
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
  const { backend, find } = rendered({ host: 'db.example.com', ports: 3306, alias: true });
  backend.service?.patch({ spec: { externalName: 'other.example.com' } });
  expect(backend.service?.toJson().spec.externalName).toBe('other.example.com');
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
  [{ host: 'db.example.com', ports: 1, tls: 'yes' }, '\'tls\': must be true, false or { ca, mode }, got "yes"'],
  [
    { host: 'db.example.com', ports: 1, tls: { mode: 'prefer' } },
    '\'tls.mode\': must be one of "verify-full", "verify-ca", "require", got "prefer"',
  ],
  [{ host: 'db.example.com', ports: 1, tls: { ca: {} } }, "'tls.ca.secret': must be set"],
  [
    { host: 'db.example.com', ports: 1, credentials: { secret: 'a' }, sasl: { credentials: { secret: 'b' } } },
    "'sasl.credentials': must not be set where 'credentials' is: its users have one account",
  ],
  [
    { host: 'db.example.com', ports: 1, annotations: { note: 'a' } },
    "'annotations': must be left out: a host has no Service, unless 'alias' makes one",
  ],
  [
    { host: 'db.example.com', ports: 1, overrides: { service: {} } },
    "'overrides.service': must be left out: a host has no Service, unless 'alias' makes one",
  ],
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
