import { Backup, type BackupProps, ExternalBackend, StatefulBackend } from '../../lib';
import { backupFit } from '../../lib/rules/backup-fit';
import { backupMissing } from '../../lib/rules/backup-missing';
import { backupPlaintext } from '../../lib/rules/backup-plaintext';
import { Shop } from '../support/rules';

const credentials = { secret: 'db' };

function shopWith(props?: Partial<BackupProps>, stage: 'test' | 'production' = 'production', storage = '200Gi'): Shop {
  const shop = Shop.create({}, stage);
  const database = StatefulBackend.mysql(shop, 'orders-db', { storage, credentials });
  const to = { bucket: 's3://shop-backups', credentials: { secret: 'backups' } };
  if (props) new Backup(database, 'backup', { schedule: '@daily', to, ...props });
  return shop;
}

test('backup-missing says nothing of what has one, is tried only, is run elsewhere or can be made again', () => {
  expect(shopWith({}).says(backupMissing)).toEqual([]);
  expect(shopWith(undefined, 'test').says(backupMissing)).toEqual([]);
  const shop = Shop.create({}, 'production');
  StatefulBackend.redis(shop, 'cache', { storage: '1Gi' });
  StatefulBackend.kafka(shop, 'events', { storage: '1Gi' });
  new ExternalBackend(shop, 'partner', { host: 'partner.example.com', ports: 443 });
  StatefulBackend.mysql(shop, 'orders-db', {
    provider: 'external',
    external: { host: 'mysql.example.com', cidrs: ['10.30.0.0/24'] },
    storage: '1Gi',
    credentials,
  });
  expect(shop.says(backupMissing)).toEqual([]);
});

test('backup-missing warns of a database in production without one', () => {
  expect(shopWith().says(backupMissing)).toEqual([
    '[production/orders-db] warning: keeps the data of production in the cluster, and there is no Backup of it: a statement too many, or a lost volume, is final',
  ]);
});

test('backup-fit says nothing of defaults, whatever the size', () => {
  for (const storage of ['1Gi', '20Gi', '200Gi', '1Ti']) {
    expect(shopWith({}, 'production', storage).says(backupFit)).toEqual([]);
  }
});

test('backup-fit compares scratch, volume and time with the size of the database', () => {
  const shop = shopWith({ scratch: '10Gi', to: { volume: '50Gi' }, activeDeadline: '2h' });
  expect(shop.says(backupFit)).toEqual([
    '[production/orders-db/backup] warning: writes a dump of up to 200Gi / 2 = 100Gi into 10Gi of scratch space',
    '[production/orders-db/backup] warning: stores a dump of up to 200Gi / 2 = 100Gi beside the one before on a volume of 50Gi',
    '[production/orders-db/backup] warning: is stopped after 7200 s, but 200Gi at 20 MiB/s take 10240 s = 2.844 h',
  ]);
});

test('backup-plaintext refuses http in production, unless it is encrypted before', () => {
  const to = { bucket: 's3://shop', endpoint: 'http://store.example.com', credentials: { secret: 'backups' } };
  expect(shopWith({ to }, 'test').says(backupPlaintext)).toEqual([]);
  expect(shopWith({ to, encryption: { secret: 'password' } }).says(backupPlaintext)).toEqual([]);
  expect(shopWith({ to: { ...to, endpoint: 'https://store.example.com' } }).says(backupPlaintext)).toEqual([]);
  expect(shopWith({ to }).says(backupPlaintext)).toEqual([
    '[production/orders-db/backup] error: sends everything that is in the database of production over http',
  ]);
});
