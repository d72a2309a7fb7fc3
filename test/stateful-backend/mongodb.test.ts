import { type MongodbProps, StatefulBackend, type UseOptions } from '../../lib';
import { messages, played } from './helpers';

const credentials = { secret: 'reviews' };
const reviews = (props: Partial<MongodbProps> = {}, use: UseOptions = {}) =>
  played(
    (shop) =>
      StatefulBackend.mongodb(shop, 'reviews', {
        storage: '1Gi',
        ...(props.accounts === false ? {} : { credentials }),
        ...props,
      }),
    use,
  );
const fileOf = (name: string, props: Partial<MongodbProps> = {}, use: UseOptions = {}): string =>
  reviews(props, use).objects.find(({ kind, data }) => kind === 'ConfigMap' && name in data)?.data[name];
const jobOf = (props: Partial<MongodbProps> = {}, use: UseOptions = {}) =>
  reviews(props, use).objects.find(({ kind }) => kind === 'Job')?.spec.template.spec;

describe('its accounts', () => {
  test.each([
    [{}, 'orders write reviews'],
    [{ access: 'read-only' }, 'orders read reviews'],
    [{ database: 'mall-port' }, 'orders write mall-port'],
  ] as const)('are created by a Job: %j', (use, line) => {
    expect(jobOf({}, use).containers[0].env).toContainEqual({ name: 'ACCOUNTS', value: line });
  });

  test('are created with that of the administrator, which the Job alone has', () => {
    const [admin] = jobOf().volumes.filter(({ name }: { name: string }) => name === 'admin');
    expect(admin.secret).toMatchObject({ secretName: 'reviews', items: [{ key: 'root-password', path: 'password' }] });
    const { volumes } = reviews().find('Deployment', 'orders')?.spec.template.spec ?? {};
    expect(JSON.stringify(volumes)).toContain('reviews-orders');
    expect(JSON.stringify(volumes)).not.toContain('"reviews"');
  });

  test('can be one for all, without a Job', () => {
    expect(jobOf({ accounts: 'shared' })).toBeUndefined();
    expect(fileOf('found.js', { accounts: 'shared' })).toContain("roles: [{ role: 'readWrite'");
  });

  test('can be left out, with the key of the members', () => {
    expect(fileOf('start.sh', { accounts: false })).not.toContain('keyFile');
    expect(fileOf('found.js', { accounts: false })).not.toContain('createUser');
    expect(jobOf({ accounts: false })).toBeUndefined();
    expect(reviews({ accounts: false }).env.REVIEWS_PASSWORD_FILE).toBeUndefined();
  });

  test('stop the server where a key of the Secret is empty', () => {
    expect(fileOf('start.sh')).toContain(
      'needed /run/accounts/keyfile /run/accounts/rootPassword /run/accounts/monitorPassword',
    );
  });

  test('stay in memory: the key of the members is on no disk', () => {
    const { volumes } = reviews().find('StatefulSet', 'reviews')?.spec.template.spec ?? {};
    expect(volumes).toContainEqual({ name: 'private', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
    expect(fileOf('start.sh')).toContain('--keyFile=/run/private/keyfile');
  });
});

test('with TLS it takes no other connection, and asks itself over it', () => {
  const tls = { issuer: 'ca' };
  expect(fileOf('start.sh', { tls })).toContain('--tlsMode=requireTLS');
  expect(fileOf('found.js', { tls })).toContain('&tls=true&tlsCAFile=/run/tls/ca.crt');
  const [container] = reviews({ tls }).find('StatefulSet', 'reviews')?.spec.template.spec.containers ?? [];
  expect(container.readinessProbe.exec.command).toContain('--tlsCAFile=/run/tls/ca.crt');
  expect(reviews({ tls }).env).toMatchObject({ REVIEWS_TLS: 'true', REVIEWS_CA_FILE: '/run/tls/reviews/ca.crt' });
});

test.each<[object, string]>([
  [{ accounts: 'none' }, "'accounts': must be 'per-user', 'shared' or false, got \"none\""],
  [{ accounts: false, credentials }, "'credentials': must be left out with accounts: false"],
  [{}, "'credentials': must be set: passwords are never made up"],
  [
    { credentials, database: 'a.b' },
    '\'database\': must be at most 63 letters, digits, underscores and dashes, got "a.b"',
  ],
])('refuses %j', (props, message) => {
  expect(messages((shop) => StatefulBackend.mongodb(shop, 'reviews', { storage: '1Gi', ...props } as never))).toContain(
    message,
  );
});
