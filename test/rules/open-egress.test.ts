import {
  Backup,
  ConfigCenter,
  ExternalBackend,
  type ExternalBackendProps,
  LoggingSidecar,
  StatefulBackend,
} from '../../lib';
import { openEgress } from '../../lib/rules/open-egress';
import { Shop } from '../support/rules';

type Stage = 'test' | 'production';
const https = { https: { port: 443, protocol: 'https' } } as const;

function shopWith(props: Partial<ExternalBackendProps>, stage: Stage = 'production') {
  const shop = Shop.create({}, stage);
  const psp = new ExternalBackend(shop, 'psp', { host: 'api.psp.example.com', ports: https, ...props });
  for (const name of ['payment', 'order']) shop.add(name).calls(psp);
  return shop;
}

function backupTo(cidrs: string[] | undefined, stage: Stage = 'production') {
  const shop = Shop.create({}, stage);
  const db = StatefulBackend.postgres(shop, 'db', { storage: '5Gi', credentials: { secret: 'db' } });
  new Backup(db, 'backup', {
    schedule: '30 1 * * *',
    to: { bucket: 's3://backups', credentials: { secret: 'backups' }, cidrs },
  });
  return shop;
}

test('says nothing where ranges or addresses are named, and of a Service of another namespace', () => {
  expect(shopWith({ cidrs: ['203.0.113.0/24'] }).says(openEgress)).toEqual([]);
  expect(shopWith({ host: undefined, addresses: ['10.8.0.7'] }).says(openEgress)).toEqual([]);
  expect(shopWith({ host: 'psp.payments.svc.cluster.local' }).says(openEgress)).toEqual([]);
  expect(backupTo(['10.32.0.0/24']).says(openEgress)).toEqual([]);
});

test('says nothing of an environment that is not production', () => {
  expect(shopWith({}, 'test').says(openEgress)).toEqual([]);
  expect(backupTo(undefined, 'test').says(openEgress)).toEqual([]);
});

test('names once in production the host without ranges, with those who may connect anywhere because of it', () => {
  expect(shopWith({}).says(openEgress)).toEqual([
    '[production/psp] warning: api.psp.example.com may be at any address, so order and payment may connect to every public address on port 443',
  ]);
});

test('finds a range of everything that was named on purpose', () => {
  expect(shopWith({ cidrs: ['0.0.0.0/0'] }).says(openEgress)).toHaveLength(1);
});

test('names the source of config without ranges', () => {
  const shop = Shop.create({}, 'production');
  const source = { consul: { server: { host: 'consul.example.com' } } };
  shop.add('order').configure(new ConfigCenter(shop, 'settings', { source }), { source: {} });
  expect(shop.says(openEgress)).toEqual([
    '[production/settings] warning: consul.example.com may be at any address, so order may connect to every public address on port 8500',
  ]);
});

test('names a backup without ranges, and not its restore as well', () => {
  expect(backupTo(undefined).says(openEgress)).toEqual([
    '[production/db/backup] warning: its policy lets backup connect to every public address on port 443',
  ]);
});

test('names a service by its receiver of logs, and a policy that an override opened', () => {
  const shop = Shop.create({}, 'production');
  new LoggingSidecar(shop.add('order'), 'logs', { output: { logstash: { hosts: ['logs.example.com:5044'] } } });
  shop.add('cart').networkPolicy.patch({ spec: { egress: [{ ports: [{ port: 8443 }] }, {}] } });
  expect(shop.says(openEgress)).toEqual([
    '[production/order] warning: its policy lets order connect to every public address on port 5044',
    '[production/cart] warning: its policy lets cart connect to every public address on port 8443 and any',
  ]);
});

test.each(['db.shop.internal', 'orders.abc.eu-central-1.rds.amazonaws.com', 'db'])(
  'says in every environment that %s is in a private network, which any public address leaves out',
  (host) => {
    expect(shopWith({ host }, 'test').says(openEgress)).toEqual([
      `[test/psp] warning: ${host} is a name of a private network, but without cidrs its callers may connect to public addresses only`,
    ]);
  },
);
