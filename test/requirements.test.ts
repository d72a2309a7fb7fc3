import { ApiObject } from 'cdk8s';
import { ConfigCenter, Environment, ExternalBackend, Migration, StatefulBackend, StatelessService } from '../lib';
import { requirementsAsJson, requirementsAsMarkdown, requirementsAsText } from '../lib/report/requirements';
import { quietApp } from './support/render';

function requirements(fill: (shop: Environment<'production'>) => void) {
  const app = quietApp();
  const shop = new Environment(app, 'production', { imagePullSecrets: ['registry-credentials'] });
  fill(shop);
  return app.requirements()[0] as ReturnType<typeof app.requirements>[number];
}
const image = 'registry.example.com/orders:2.0.1';

test('list every Secret that nothing makes, with its keys and who reads it', () => {
  const { secrets } = requirements((shop) => {
    const db = StatefulBackend.postgres(shop, 'orders-db', { storage: '10Gi', credentials: { secret: 'orders-db' } });
    const settings = new ConfigCenter(shop, 'settings', {
      secrets: {
        PSP_KEY: { externalSecret: { store: 'vault', key: 'psp' } },
        SMTP: { secret: 'smtp', key: 'password' },
      },
    });
    const env = { TOKEN: { secretKeyRef: { name: 'tokens', key: 'api' } } };
    const orders = new StatelessService(shop, 'orders', { image, env });
    orders.uses(db);
    orders.configure(settings, { secrets: ['PSP_KEY', 'SMTP'] });
  });
  expect(secrets).toContainEqual({
    name: 'registry-credentials',
    type: 'kubernetes.io/dockerconfigjson',
    keys: ['.dockerconfigjson'],
    readers: ['every workload'],
  });
  expect(secrets).toContainEqual({
    name: 'orders-db-orders',
    type: undefined,
    keys: ['password', 'username'],
    readers: ['Deployment orders', 'Job orders-db-accounts'],
  });
  expect(secrets).toContainEqual({ name: 'smtp', type: undefined, keys: ['password'], readers: ['Deployment orders'] });
  expect(secrets).toContainEqual({ name: 'tokens', type: undefined, keys: ['api'], readers: ['Deployment orders'] });
  // External Secrets makes it.
  expect(secrets.map(({ name }) => name)).not.toContain('settings-secrets');
});

test('list custom resources with their controllers, and the stores and classes that others make', () => {
  const { customResources, references, capabilities } = requirements((shop) => {
    const settings = new ConfigCenter(shop, 'settings', {
      secrets: { PSP_KEY: { externalSecret: { store: 'vault', key: 'psp' } } },
    });
    const orders = new StatelessService(shop, 'orders', {
      image,
      replicas: { from: 2, to: 4 },
      resources: { cpu: '1' },
      volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 'fast' } as never } } }],
    });
    orders.configure(settings, { secrets: ['PSP_KEY'] });
    new ApiObject(shop, 'odd', { apiVersion: 'example.com/v1', kind: 'Odd', metadata: { name: 'odd' } });
  });
  expect(customResources).toEqual([
    { apiVersion: 'example.com/v1', kinds: ['Odd'], controller: undefined },
    {
      apiVersion: 'external-secrets.io/v1',
      kinds: ['ExternalSecret'],
      controller: 'External Secrets Operator 0.16 or newer',
    },
  ]);
  expect(references).toContainEqual({ kind: 'SecretStore', name: 'vault', by: ['ExternalSecret settings-secrets'] });
  expect(capabilities).toContain('metrics-server, for the autoscalers');
});

test('list what is outside: addresses, and the accounts that no Job of ours creates', () => {
  const { addresses, accounts } = requirements((shop) => {
    const db = StatefulBackend.postgres(shop, 'orders-db', {
      provider: 'external',
      external: { host: 'db.example.com', cidrs: ['10.20.0.0/24'] },
      storage: '10Gi',
      credentials: { secret: 'orders-db' },
    });
    new ExternalBackend(shop, 'psp', { host: 'psp.example.com', ports: { https: 443 }, cidrs: ['192.0.2.0/24'] });
    new StatelessService(shop, 'orders', { image }).uses(db);
    new Migration(shop, 'schema', { image }).uses(db);
  });
  expect(addresses.map(({ name, hosts, ranges }) => [name, hosts, ranges])).toEqual([
    ['orders-db', ['db.example.com'], ['10.20.0.0/24']],
    ['psp', ['psp.example.com'], ['192.0.2.0/24']],
  ]);
  expect(accounts).toEqual([
    { backend: 'orders-db', user: 'orders', secret: 'orders-db-orders', database: 'orders_db', rights: 'write' },
    { backend: 'orders-db', user: 'schema', secret: 'orders-db-schema', database: 'orders_db', rights: 'schema' },
  ]);
});

test('list what each image must provide', () => {
  const { images } = requirements((shop) => {
    new StatelessService(shop, 'orders', {
      image,
      readiness: { http: '/ready' },
      writablePaths: { '/var/cache': '1Gi' },
    });
  });
  expect(images).toEqual([
    {
      image,
      usedBy: ['Deployment orders'],
      uid: 10_001,
      writablePaths: ['/tmp', '/var/cache'],
      probes: ['readiness GET /ready on http', 'startup GET /ready on http'],
    },
  ]);
});

test('print as text, as a checklist, and for programs', () => {
  const all = [requirements((shop) => new StatelessService(shop, 'orders', { image }))];
  expect(requirementsAsText(all)).toMatch(
    /^production: namespace production, Kubernetes 1\.30 or newer\n {2}Cluster\n/,
  );
  expect(requirementsAsMarkdown(all)).toContain(
    '- [ ] registry-credentials of type kubernetes.io/dockerconfigjson: .dockerconfigjson (read by every workload)',
  );
  expect(JSON.parse(requirementsAsJson(all)).requirements[0].secrets[0].name).toBe('registry-credentials');
});
