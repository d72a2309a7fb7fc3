import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigCenter, type Environment, StatefulBackend, StatelessService } from '../../lib';
import { findingsOf, quietEnvironment } from '../support/render';
import { accountsRun } from './helpers';

/** The API for accounts as its sources have it: what exists is refused, and roles are asked for by everybody who signs in. */
class FakeNacos {
  readonly users: Record<string, string> = {};
  readonly roles: string[] = [];
  permissions: string[] = [];
  changes = 0;
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://nacos');
      const asked = Object.fromEntries([...searchParams, ...new URLSearchParams(body)]);
      const isAdmin = request.headers.authorization === 'Bearer token-of-nacos';
      const answer = this.answer(`${request.method} ${pathname.replace('/nacos/v3/', '')}`, asked, isAdmin);
      response.end(JSON.stringify(answer));
    });
  });

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  listen = () => new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => this.server.close(resolve));

  private answer(
    call: string,
    { username = '', password = '', newPassword = '', role, resource, action }: Record<string, string>,
    isAdmin: boolean,
  ): object {
    const done = (data: unknown = 'ok') => ({ code: 0, message: 'success', data });
    const change = (make: () => void) => {
      make();
      this.changes += 1;
      return done();
    };
    const refused = { code: 10_000, message: 'parameter missing', data: 'exists already' };
    if (call === 'GET admin/core/state/readiness') return done();
    if (call === 'POST auth/user/login') {
      return this.users[username] === password ? { accessToken: `token-of-${username}`, tokenTtl: 18_000 } : refused;
    }
    if (call === 'POST auth/user/admin') {
      if (this.roles.length > 0) return { code: 409, message: 'have admin user cannot use it.' };
      return change(() => {
        this.users.nacos = password;
        this.roles.push('ROLE_ADMIN nacos');
      });
    }
    if (!isAdmin) return { code: 403, message: 'authorization failed!' };
    const permission = `${role} ${action} ${resource}`;
    switch (call) {
      case 'POST auth/user':
        return username in this.users ? refused : change(() => (this.users[username] = password));
      case 'PUT auth/user':
        return change(() => (this.users[username] = newPassword));
      case 'GET auth/role/list': {
        const found = this.roles.filter((line) => line === `${role} ${username}`);
        return done({ pageItems: found.map(() => ({ role, username })) });
      }
      case 'POST auth/role':
        return this.roles.includes(`${role} ${username}`)
          ? refused
          : change(() => this.roles.push(`${role} ${username}`));
      case 'GET auth/permission/list': {
        const found = this.permissions.map((line) => line.split(' ')).filter(([of]) => of === role);
        return done({
          totalCount: 1,
          pageItems: found.map(([of, action, resource]) => ({ role: of, resource, action })),
        });
      }
      case 'POST auth/permission':
        return change(() => this.permissions.push(permission));
      case 'DELETE auth/permission':
        return change(() => (this.permissions = this.permissions.filter((line) => line !== permission)));
      default:
        return refused;
    }
  }
}

const image = 'orders:1.0.0';
const make = (shop: Environment, props: object = {}) =>
  StatefulBackend.nacos(shop, 'nacos', { storage: '5Gi', credentials: { secret: 'nacos' }, ...props });
const envOf = (nacos: StatefulBackend<never>) =>
  Object.fromEntries(
    nacos.accountsJob?.job
      .toJson()
      .spec.template.spec.containers[0].env.map(({ name, value }: Record<string, string>) => [name, value]) ?? [],
  );
const linesOf = (nacos: StatefulBackend<never>): string[] => (envOf(nacos).ACCOUNTS ?? '').split('\n');

describe('a consumer of a config center', () => {
  const consumer = (settings: object = {}, use: object = {}, props: object = {}) => {
    const shop = quietEnvironment();
    const nacos = make(shop, props);
    const center = new ConfigCenter(shop, 'center', { source: { nacos: { server: nacos, ...settings } } });
    const orders = new StatelessService(shop, 'orders', { image });
    orders.configure(center, { source: use });
    const env = orders.deployment.toJson().spec.template.spec.containers[0].env;
    const secrets = env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef: { name: string } } }) =>
      valueFrom ? [valueFrom.secretKeyRef.name] : [],
    );
    return { nacos, lines: linesOf(nacos as never), secrets: [...new Set(secrets)], env, findings: findingsOf(shop) };
  };

  test('reads the data ids that it takes, and no others', () => {
    const { lines, secrets } = consumer({ namespace: 'shop', group: 'SHOP' }, { dataIds: ['orders.yaml'] });
    expect(lines).toEqual(['orders r shop:SHOP:config/orders.yaml', 'orders r shop:[*]:config/[*]']);
    expect(secrets).toEqual(['nacos-orders']);
  });

  test('reads its group where it names no data id', () => {
    expect(consumer().lines).toEqual(['orders r public:DEFAULT_GROUP:config/*', 'orders r public:[*]:config/[*]']);
  });

  test('registers itself where the center is for discovery too', () => {
    expect(consumer({ discovery: true }).lines).toContain('orders rw public:DEFAULT_GROUP:naming/*');
  });

  test('has the account of all where that is wanted', () => {
    const { nacos, secrets, findings } = consumer({}, {}, { accounts: 'shared' });
    expect(secrets).toEqual(['nacos']);
    expect(nacos.accountsJob).toBeUndefined();
    expect(findings.filter((text) => !text.includes('runs in one pod'))).toEqual([]);
  });

  test('gets no variable with the address twice', () => {
    expect(JSON.stringify(consumer().env)).not.toContain('CENTER_SERVER');
  });
});

test('a service that uses it reads and writes what it names', () => {
  const shop = quietEnvironment();
  const nacos = make(shop);
  new StatelessService(shop, 'orders', { image }).uses(nacos, { namespace: 'shop', group: 'SHOP' });
  new StatelessService(shop, 'reports', { image }).uses(nacos, { access: 'read-only' });
  expect(linesOf(nacos as never)).toEqual(['orders rw shop:SHOP:*', 'reports r public:*:*']);
});

test('refuses what would end a line of the Job', () => {
  const shop = quietEnvironment();
  new StatelessService(shop, 'orders', { image }).uses(make(shop), { group: 'MY SHOP' });
  expect(findingsOf(shop).join()).toContain('must name only letters, digits and . : * / _ - there, got "MY SHOP"');
});

describe('the Job', () => {
  const nacos = new FakeNacos();
  const admin = { username: 'nacos', password: 'a&b=c"d\\e $(x)' };
  const orders = { username: 'orders', password: 'p w+%' };
  beforeAll(() => nacos.listen());
  afterAll(() => nacos.close());

  const run = (accounts: string, own = orders, administrator = admin) => {
    const shop = quietEnvironment();
    const backend = make(shop);
    new StatelessService(shop, 'orders', { image }).uses(backend, { access: 'read-only' });
    const script = backend.accountsJob?.configMap.toJson().data['accounts.sh'];
    const env = { HOST: '127.0.0.1', PORT: String(nacos.port), ACCOUNTS: accounts };
    return accountsRun(script, env, { admin: administrator, 'accounts/orders': own });
  };

  test('makes the first account, and those of the users with their rights', async () => {
    expect((await run('orders r shop:G:config/a.yaml\norders r shop:[*]:config/[*]')).code).toBe(0);
    expect(nacos.users).toEqual({ nacos: admin.password, orders: orders.password });
    expect(nacos.roles).toEqual(['ROLE_ADMIN nacos', 'orders orders']);
    expect(nacos.permissions).toEqual(['orders r shop:G:config/a.yaml', 'orders r shop:[*]:config/[*]']);
  });

  test('changes nothing when it runs again, and takes back what is not granted any more', async () => {
    const before = nacos.changes;
    expect((await run('orders r shop:G:config/a.yaml\norders r shop:[*]:config/[*]')).code).toBe(0);
    expect(nacos.changes).toBe(before);
    expect((await run('orders r shop:G:config/b.yaml')).code).toBe(0);
    expect(nacos.permissions).toEqual(['orders r shop:G:config/b.yaml']);
  });

  test('takes over a changed password of a user', async () => {
    expect((await run('orders r shop:G:config/b.yaml', { ...orders, password: 'another one' })).code).toBe(0);
    expect(nacos.users.orders).toBe('another one');
  });

  test('says what is wrong with the administrator', async () => {
    const wrong = await run('orders r *', orders, { ...admin, password: 'guessed' });
    expect(wrong).toEqual({
      code: 1,
      output: 'the account nacos has another password than the Secret: change one of them\n',
    });
    const other = await run('orders r *', orders, { ...admin, username: 'root' });
    expect(other.output).toContain('the username of the administrator must be nacos');
    expect((await run('orders r *', { ...orders, password: '' })).code).toBe(1);
  });
});
