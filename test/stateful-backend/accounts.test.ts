import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import {
  Backup,
  type Environment,
  ExternalBackend,
  type MicroserviceApp,
  Migration,
  type MysqlProps,
  StatefulBackend,
  StatelessService,
  type Usable,
  type UseOptions,
} from '../../lib';
import type { AccountRecord } from '../../lib/model/system';
import { findingsOf, manifestsOf, quietEnvironment } from '../support/render';

const image = 'orders:1.0.0';
const mysql = (shop: Environment, props: Partial<MysqlProps> = {}) =>
  StatefulBackend.mysql(shop, 'orders-db', { storage: '10Gi', credentials: { secret: 'orders-db' }, ...props });
const external = (shop: Environment) =>
  StatefulBackend.postgres(shop, 'orders-db', {
    provider: 'external',
    external: { host: 'db.example.com' },
    storage: '10Gi',
    credentials: { secret: 'orders-db' },
  });
const service = (shop: Environment, id: string, backend: Usable, options: UseOptions = {}) => {
  const made = new StatelessService(shop, id, { image });
  made.uses(backend, options);
  return made;
};
const jobOf = (backend: StatefulBackend<string>) => backend.accountsJob?.job.toJson();
const podOf = (backend: StatefulBackend<string>): PodSpec => jobOf(backend)?.spec.template.spec;
const accountsOf = (backend: StatefulBackend<string>) =>
  (podOf(backend).containers[0] as Container).env?.find(({ name }) => name === 'ACCOUNTS')?.value?.split('\n');
const secretsOf = (workload: StatelessService): unknown[] =>
  (workload.deployment.toJson().spec.template.spec as PodSpec).volumes?.flatMap(
    ({ secret }) => secret?.secretName ?? [],
  ) ?? [];
const recordsOf = (shop: Environment): Record<string, AccountRecord | undefined> =>
  Object.fromEntries(
    (shop.node.root as MicroserviceApp).system().uses.map(({ from, account }) => [from.split('/').at(-1), account]),
  );

describe('each user of a database', () => {
  test('signs in with the account of its own Secret', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    expect(secretsOf(service(shop, 'orders', database))).toEqual(['orders-db-orders']);
    expect(secretsOf(service(shop, 'reports', database, { access: 'read-only' }))).toEqual(['orders-db-reports']);
    expect(findingsOf(shop)).toEqual([]);
  });

  test('is granted what its kind needs', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    service(shop, 'orders', database);
    service(shop, 'reports', database, { access: 'read-only' });
    new Migration(shop, 'schema', { image, check: ['true'] }).uses(database);
    new Backup(database, 'backup', { schedule: '30 1 * * *', to: { volume: '10Gi' } });
    expect(accountsOf(database)).toEqual([
      'orders write orders_db',
      'orders-db-backup backup orders_db',
      'reports read orders_db',
      'schema schema orders_db',
    ]);
  });

  test('gets the database that it names, beside others in the same server', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    const billing = service(shop, 'billing', database, { database: 'billing-2' });
    billing.uses(database, { access: 'read-only', env: 'ORDERS' });
    expect(accountsOf(database)).toEqual(['billing read orders_db', 'billing write billing-2']);
    expect(secretsOf(billing)).toEqual(['orders-db-billing']);
    expect(findingsOf(shop)).toEqual([]);
  });

  test('can bring a Secret of another name and with other keys', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    const keys = { user: 'login', password: 'word' };
    expect(secretsOf(service(shop, 'orders', database, { credentials: { secret: 'given', keys } }))).toEqual(['given']);
    expect(podOf(database).volumes?.find(({ name }) => name === 'accounts')?.projected?.sources).toEqual([
      {
        secret: {
          name: 'given',
          items: [
            { key: 'login', path: 'orders/username' },
            { key: 'word', path: 'orders/password' },
          ],
        },
      },
    ]);
  });

  test('needs none where it says so, or brings the one of the backend', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    service(shop, 'orders', database, { credentials: false });
    service(shop, 'reports', database, { credentials: { secret: 'orders-db' } });
    expect(database.accountsJob).toBeUndefined();
  });

  test('shares one account where that is wanted', () => {
    const shop = quietEnvironment();
    const database = mysql(shop, { accounts: 'shared' });
    expect(secretsOf(service(shop, 'orders', database))).toEqual(['orders-db']);
    expect(database.accountsJob).toBeUndefined();
    expect(recordsOf(shop)).toEqual({ orders: undefined });
  });

  test('that is Nacos signs in with its own account, too', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    StatefulBackend.nacos(shop, 'nacos', { database, storage: '1Gi', credentials: { secret: 'nacos' } });
    expect(accountsOf(database)).toEqual(['nacos write orders_db']);
    expect(recordsOf(shop).nacos).toMatchObject({ secret: 'orders-db-nacos', made: true });
  });

  test('that is Apollo gives it to both of its services', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    const apollo = StatefulBackend.apollo(shop, 'apollo', { database });
    const { containers, initContainers = [] } = apollo.statefulSet.toJson().spec.template.spec as PodSpec;
    const mounted = [...containers, ...initContainers].map(
      ({ volumeMounts = [] }) => volumeMounts.find(({ mountPath }) => mountPath === '/run/secrets/orders-db')?.name,
    );
    expect(mounted).toEqual(['orders-db-credentials', 'orders-db-credentials']);
    expect(accountsOf(database)).toEqual(['apollo write orders_db']);
  });

  test('restores with the account of the administrator, and backs up with one that only reads', () => {
    const shop = quietEnvironment();
    const backup = new Backup(mysql(shop), 'backup', { schedule: '30 1 * * *', to: { volume: '10Gi' } });
    const secretOf = (spec: { template: { spec: PodSpec } }) =>
      spec.template.spec.volumes?.find(({ name }) => name === 'accounts')?.secret?.secretName;
    expect(secretOf(backup.cronJob.toJson().spec.jobTemplate.spec)).toBe('orders-db-backup');
    expect(secretOf(backup.restoreJobs[0]?.toJson().spec)).toBe('orders-db');
  });
});

describe('the Job that creates accounts', () => {
  test('has no password in its command or variables', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    service(shop, 'orders', database);
    const [{ command, env }] = podOf(database).containers as [Container];
    expect(command).toEqual(['sh', '/etc/accounts/accounts.sh']);
    expect(env?.map(({ name }) => name)).toEqual(['HOST', 'PORT', 'ACCOUNTS']);
  });

  test('puts what it renders from Secrets into memory', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    service(shop, 'orders', database);
    expect(podOf(database).volumes).toContainEqual({
      name: 'private',
      emptyDir: { medium: 'Memory', sizeLimit: '1Mi' },
    });
  });

  test('is another one for another user, and the same whatever their order', () => {
    const nameWith = (...users: string[]) => {
      const shop = quietEnvironment();
      const database = mysql(shop);
      for (const user of users) service(shop, user, database);
      return jobOf(database)?.metadata.name;
    };
    expect(nameWith('orders', 'reports')).toBe(nameWith('reports', 'orders'));
    expect(nameWith('orders')).not.toBe(nameWith('orders', 'reports'));
  });

  test('comes after its backend and before those who sign in, where Argo CD orders the deployment', () => {
    const shop = quietEnvironment({ deployOrder: 'argo-cd' });
    const database = mysql(shop);
    const orders = service(shop, 'orders', database);
    const wave = (object?: { toJson(): { metadata: { annotations?: Record<string, string> } } }) =>
      object?.toJson().metadata.annotations?.['argocd.argoproj.io/sync-wave'];
    expect(
      [database.statefulSet, database.accountsJob?.job, orders.deployment].map((each) => wave(each as never)),
    ).toEqual([undefined, '1', '2']);
  });

  test('may connect to its backend', () => {
    const shop = quietEnvironment();
    const database = mysql(shop);
    service(shop, 'orders', database);
    const [{ to, ports } = {}] = database.accountsJob?.networkPolicy.toJson().spec.egress ?? [];
    expect({ to, ports }).toEqual({
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'orders-db' } } }],
      ports: [{ port: 3306, protocol: 'TCP' }],
    });
  });

  test('is not written for a site that copies another, whose accounts come with the rest', () => {
    const shop = quietEnvironment();
    const primary = new ExternalBackend(shop, 'east', { addresses: ['10.8.0.7'], ports: { mysql: 3306 } });
    const database = mysql(shop, { site: 1, follows: primary });
    expect(secretsOf(service(shop, 'reports', database, { access: 'read-only' }))).toEqual(['orders-db-reports']);
    expect(database.accountsJob).toBeUndefined();
    expect(recordsOf(shop).reports).toMatchObject({ secret: 'orders-db-reports', rights: 'read', made: false });
  });
});

describe('a database that somebody else runs', () => {
  test('is asked for an account for each user, which must exist', () => {
    const shop = quietEnvironment();
    const database = external(shop);
    expect(secretsOf(service(shop, 'orders', database))).toEqual(['orders-db-orders']);
    expect(manifestsOf(shop).filter(({ kind }) => kind === 'Job')).toEqual([]);
    expect((shop.node.root as MicroserviceApp).system().uses).toMatchObject([
      {
        database: 'orders_db',
        account: {
          secret: 'orders-db-orders',
          keys: { username: 'username', password: 'password' },
          rights: 'write',
          made: false,
        },
      },
    ]);
  });

  test('of no known engine shares its account, if nothing else is said', () => {
    const shop = quietEnvironment();
    const place = { host: 'db.example.com', ports: 3306, credentials: { secret: 'ledger' } };
    const [one, two] = [
      new ExternalBackend(shop, 'one', place),
      new ExternalBackend(shop, 'two', { ...place, accounts: 'per-user' }),
    ];
    expect(secretsOf(service(shop, 'orders', one))).toEqual(['ledger']);
    expect(secretsOf(service(shop, 'reports', two))).toEqual(['two-reports']);
  });
});

describe('a start of what stores much', () => {
  const startupOf = (shop: Environment, storage: MysqlProps['storage'], props: Partial<MysqlProps> = {}) =>
    (mysql(shop, { storage, ...props }).statefulSet.toJson().spec.template.spec as PodSpec).containers[0]?.startupProbe;

  test.each([
    ['5Gi', 300],
    ['20Gi', 360],
    ['200Gi', 900],
    ['1Ti', 3_360],
  ] as const)('with %s may take %i s', (storage, seconds) => {
    const { failureThreshold = 0, periodSeconds = 0 } = startupOf(quietEnvironment(), storage) ?? {};
    expect(failureThreshold * periodSeconds).toBe(seconds);
  });

  test('takes what is said', () => {
    expect(startupOf(quietEnvironment(), '1Ti', { startupTime: '10m' })?.failureThreshold).toBe(120);
  });
});

test('a member leaves the server half a gigabyte beside the pool', () => {
  const shop = quietEnvironment();
  expect(mysql(shop, { resources: { memory: '4Gi' } }).configMap?.toJson().data['my.cnf']).toContain(
    'innodb_buffer_pool_size = 2150M\n',
  );
});

test('a trigger or function needs no right over the whole server', () => {
  expect(mysql(quietEnvironment()).configMap?.toJson().data['my.cnf']).toContain(
    'log_bin_trust_function_creators = ON\n',
  );
});
