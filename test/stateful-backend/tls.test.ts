import { Environment, type EnvironmentProps, StatefulBackend, StatelessService } from '../../lib';
import type { BackendTls } from '../../lib/model/backend-tls';
import { backendPorts } from '../../lib/stateful-backend/generic';
import type { Engine } from '../../lib/stateful-backend/plan';
import { planOf } from '../../lib/stateful-backend/plan-of';
import { type EngineProps, engineChecks } from '../../lib/stateful-backend/props';
import { serverTls } from '../../lib/stateful-backend/tls';
import { findingsOf, manifestsOf, quietApp } from '../support/render';

/** An engine that listens with TLS where it is asked to. */
const store: Engine<EngineProps, 'store'> = {
  name: 'store',
  checks: engineChecks,
  externalPorts: { store: 7000 },
  plan: ({ tls }, place) =>
    planOf({
      engine: 'store',
      pods: { image: 'registry.example.com/store:1.0.0' },
      ports: backendPorts({ store: 7000 }),
      replicas: 2,
      probes: { readiness: undefined, liveness: undefined, startupSeconds: 60 },
      requestSeconds: undefined,
      flushSeconds: 0,
      updatePartition: 0,
      annotations: undefined,
      overrides: {},
      variables: () => ({ HOST: place.name }),
      readPorts: ['store'],
      tls: serverTls(tls, place),
    }),
};

function played(tls: BackendTls | undefined, environment: EnvironmentProps = {}, engine = store) {
  const app = quietApp();
  const shop = new Environment(app, 'test', environment);
  const backend = new StatefulBackend(shop, 'orders-db', tls === undefined ? {} : { tls }, engine);
  const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/orders:1.0.0' });
  orders.uses(backend);
  const objects = manifestsOf(shop);
  const find = (kind: string, name: string) =>
    objects.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  return { app, find, pod: find('Deployment', 'orders')?.spec.template.spec, findings: findingsOf(shop) };
}

describe('with an issuer', () => {
  const { app, find, pod } = played({ issuer: 'shop-ca', dnsNames: ['db.example.com'] });

  test('cert-manager keeps a certificate in a Secret of the same name', () => {
    expect(find('Certificate', 'orders-db-tls')?.spec).toMatchObject({
      secretName: 'orders-db-tls',
      issuerRef: { name: 'shop-ca', kind: 'ClusterIssuer', group: 'cert-manager.io' },
      privateKey: { encoding: 'PKCS8', rotationPolicy: 'Always' },
    });
  });

  test('it holds every name by which users and members connect', () => {
    expect(find('Certificate', 'orders-db-tls')?.spec.dnsNames).toEqual([
      'orders-db',
      'orders-db.test',
      'orders-db.test.svc',
      'orders-db.test.svc.cluster.local',
      'orders-db-read',
      'orders-db-read.test',
      'orders-db-read.test.svc',
      'orders-db-read.test.svc.cluster.local',
      'orders-db-0.orders-db-peers',
      'orders-db-1.orders-db-peers',
      '*.orders-db-peers',
      '*.orders-db-peers.test',
      '*.orders-db-peers.test.svc',
      '*.orders-db-peers.test.svc.cluster.local',
      'localhost',
      'db.example.com',
    ]);
  });

  test('members are servers and clients of each other', () => {
    expect(find('Certificate', 'orders-db-tls')?.spec.usages).toEqual(
      expect.arrayContaining(['server auth', 'client auth']),
    );
  });

  test('the server finds it under /run/tls, readable by its group alone', () => {
    const { volumes, containers } = find('StatefulSet', 'orders-db')?.spec.template.spec ?? {};
    expect(volumes).toContainEqual({ name: 'tls', secret: { secretName: 'orders-db-tls', defaultMode: 0o440 } });
    expect(containers[0].volumeMounts).toContainEqual({ name: 'tls', mountPath: '/run/tls', readOnly: true });
  });

  test('its users are told that there is TLS, and how to verify it', () => {
    expect(pod.containers[0].env).toEqual(
      expect.arrayContaining([
        { name: 'ORDERS_DB_TLS', value: 'true' },
        { name: 'ORDERS_DB_CA_FILE', value: '/run/tls/orders-db/ca.crt' },
      ]),
    );
  });

  test('its users mount the certificate of the CA and no private key', () => {
    expect(pod.volumes).toContainEqual({
      name: 'orders-db-ca',
      secret: { secretName: 'orders-db-tls', defaultMode: 0o444, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
    expect(pod.containers[0].volumeMounts).toContainEqual({
      name: 'orders-db-ca',
      mountPath: '/run/tls/orders-db',
      readOnly: true,
    });
  });

  test('the model knows the Secret, its issuer and what verifies it', () => {
    expect(app.system().backends[0]?.tls).toEqual({
      ca: { secret: 'orders-db-tls', key: 'ca.crt' },
      certificate: { secret: 'orders-db-tls', issuer: { name: 'shop-ca', kind: 'ClusterIssuer' } },
    });
  });
});

test('a Secret that exists is mounted, and no certificate is asked for', () => {
  const { find } = played({ secret: 'db-cert' });
  expect(find('Certificate', 'orders-db-tls')).toBeUndefined();
  expect(find('StatefulSet', 'orders-db')?.spec.template.spec.volumes).toContainEqual(
    expect.objectContaining({ secret: { secretName: 'db-cert', defaultMode: 0o440 } }),
  );
});

test('is what the environment says of all', () => {
  expect(played(undefined, { backendTls: { issuer: 'all' } }).find('Certificate', 'orders-db-tls')).toBeDefined();
});

test('false refuses what the environment says', () => {
  const { find, pod, app } = played(false, { backendTls: { issuer: 'all' } });
  expect(find('Certificate', 'orders-db-tls')).toBeUndefined();
  expect(JSON.stringify(pod)).not.toContain('tls');
  expect(app.system().backends[0]?.tls).toBe(false);
});

describe('an engine without TLS', () => {
  const plain: typeof store = {
    ...store,
    plan: (props, place) => {
      const { tls: _, ...plan } = store.plan(props, place);
      return plan;
    },
  };

  test('refuses it', () => {
    expect(played({ issuer: 'shop-ca' }, {}, plain).findings).toEqual([
      "[test/orders-db] 'tls': must be left out or false: store has no TLS here; its network policy says who may connect",
    ]);
  });

  test('leaves alone what the environment says of all', () => {
    const { findings, find } = played(undefined, { backendTls: { issuer: 'all' } }, plain);
    expect(findings).toEqual([]);
    expect(find('Certificate', 'orders-db-tls')).toBeUndefined();
  });
});

test("an image of one's own gets a certificate where its own prop asks for one", () => {
  const shop = new Environment(quietApp(), 'test', { backendTls: { issuer: 'all' } });
  const files = { image: 'registry.example.com/files:1.0.0', ports: 9000, storage: '1Gi' } as const;
  const one = new StatefulBackend(shop, 'one', files);
  const two = new StatefulBackend(shop, 'two', { ...files, tls: { issuer: 'own' } });
  expect(one.certificate).toBeUndefined();
  expect(two.certificate?.toJson().spec.issuerRef.name).toBe('own');
});
