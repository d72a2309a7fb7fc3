import { type Environment, type NacosProps, StatefulBackend, StatelessService } from '../../lib';
import { everyBackendProp, messages, played, scriptOf, shell, yamlOf } from './helpers';

const database = (shop: Environment) =>
  StatefulBackend.mysql(shop, 'registry-db', { storage: '5Gi', credentials: { secret: 'registry-db' } });
const least: NacosProps = { storage: '5Gi', credentials: { secret: 'registry' } };
const make = (shop: Environment, props: Partial<NacosProps> = {}) =>
  StatefulBackend.nacos(shop, 'registry', { ...least, ...props });
const registry = (props: Partial<NacosProps> = {}) =>
  played((shop) => make(shop, { database: database(shop), ...props }));
const alone = () => played((shop) => make(shop));
const containerIn = ({ find }: ReturnType<typeof played>) =>
  find('StatefulSet', 'registry')?.spec.template.spec.containers[0];

test('uses every prop', () => {
  const props = (shop: Environment): Required<NacosProps> => ({
    ...everyBackendProp,
    storage: { size: '5Gi', storageClass: 'fast' },
    database: database(shop),
    credentials: {
      secret: 'registry',
      keys: { token: 't', identityKey: 'k', identityValue: 'v', username: 'u', password: 'p' },
    },
    replicas: 5,
    console: false,
    accounts: 'shared',
  });
  expect(yamlOf((shop) => StatefulBackend.nacos(shop, 'registry', props(shop)))).toMatchSnapshot();
});

test('keeps its config in the database that it is given', () => {
  const { env } = containerIn(registry());
  expect(env).toContainEqual({ name: 'MYSQL_SERVICE_HOST', value: 'registry-db' });
  expect(env).toContainEqual({ name: 'MYSQL_SERVICE_DB_NAME', value: 'registry_db' });
  expect(env).toContainEqual({ name: 'MYSQL_SERVICE_PASSWORD_FILE', value: '/run/secrets/registry-db/password' });
});

test('is one member that stands alone where it has no database', () => {
  const single = alone();
  expect(messages((shop) => make(shop))).toEqual([]);
  expect(single.find('StatefulSet', 'registry')?.spec.replicas).toBe(1);
  const { env } = containerIn(single);
  expect(env).toContainEqual({ name: 'STANDALONE', value: 'true' });
  expect(JSON.stringify(env)).not.toContain('MYSQL');
  expect(containerIn(registry()).env).toContainEqual({ name: 'STANDALONE', value: 'false' });
});

test('knows itself under the name that the others know it by', () => {
  expect(scriptOf(registry(), 'registry', 'start.sh')).toContain('-Dnacos.server.ip=$POD_NAME.$PEERS');
  expect(containerIn(registry()).env).toContainEqual({
    name: 'MEMBERS',
    value: 'registry-0.registry-peers:8848,registry-1.registry-peers:8848,registry-2.registry-peers:8848',
  });
});

describe('its start', () => {
  const start = (files: Readonly<Record<string, string>>) =>
    shell(
      scriptOf(alone(), 'registry', 'start.sh'),
      { '/run/accounts': files, '/tmp/tomcat': {} },
      { JAVA: 'echo', HEAP: '1m' },
    );
  const secret = { token: 'VG9rZW4=', identityKey: 'shop', identityValue: 'known' };

  test('runs the server with what the Secret holds', () => {
    expect(start(secret).stdout).toContain('nacos-server.jar');
  });

  test.each(Object.keys(secret))('ends where the key %s is empty or missing', (key) => {
    for (const files of [
      { ...secret, [key]: '' },
      Object.fromEntries(Object.entries(secret).filter(([k]) => k !== key)),
    ]) {
      const { status, stdout, stderr } = start(files);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`${key} must not be empty: set its key in the Secret`);
    }
  });
});

test('is ready by what its answer says, not by its status', () => {
  const ready = (answer: string) =>
    shell(scriptOf(alone(), 'registry', 'ready.sh'), {}, {}, { curl: `echo '${answer}'` }).status;
  expect(ready('{"code":0,"message":"success","data":"ok"}')).toBe(0);
  expect(ready('{"code":30000,"message":"naming not in readiness","data":null}')).toBe(1);
});

test('writes its log to its output, so that no volume fills up', () => {
  const config = scriptOf(alone(), 'registry', 'logback.xml');
  expect(config.match(/class="[^"]*"/g)).toEqual(['class="ch.qos.logback.core.ConsoleAppender"']);
  expect(scriptOf(alone(), 'registry', 'start.sh')).toContain('--logging.config=/etc/backend/logback.xml');
  expect(scriptOf(alone(), 'registry', 'start.sh')).toContain('--server.tomcat.accesslog.enabled=false');
});

describe('its ports', () => {
  const { find } = played((shop) => {
    const nacos = make(shop, { database: database(shop) });
    new StatelessService(shop, 'admin', { image: 'admin:1.0.0' }).calls(nacos, { port: 'console' });
    return nacos;
  });
  const openTo = (name: string): number[] =>
    find('NetworkPolicy', 'registry')
      ?.spec.ingress.filter(({ from }: { from: object[] }) => JSON.stringify(from).includes(`"${name}"`))
      .flatMap(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port))
      .sort();

  test('its users reach the API alone', () => {
    expect(openTo('orders')).toEqual([8848, 9848]);
  });

  test('its members reach each other by all but the console', () => {
    expect(openTo('registry')).toEqual([7848, 8848, 9848, 9849]);
  });

  test('the console is reached by those that call it, and by no other', () => {
    expect(openTo('admin')).toEqual([8080]);
  });

  test('a server without the console has no port for it', () => {
    const without = registry({ console: false });
    expect(JSON.stringify(without.find('Service', 'registry'))).not.toContain('console');
    expect(JSON.stringify(containerIn(without).ports)).not.toContain('8080');
    expect(containerIn(without).env).toContainEqual({ name: 'DEPLOYMENT', value: 'server' });
  });
});

test.each<[string, (shop: Environment) => object, string]>([
  [
    'a database that lets nobody in',
    (shop) => ({
      database: StatefulBackend.mysql(shop, 'open-db', {
        provider: 'external',
        external: { host: 'db.example.com' },
        accounts: 'shared',
      } as never),
    }),
    "'database': must have credentials, but open-db has none",
  ],
  [
    'three members without a database',
    () => ({ replicas: 3 }),
    "'database': must be set for 3 members, which keep the config in a MySQL or MariaDB; leave 'replicas' out for a single member that keeps it on its own volume",
  ],
  ['a console of another kind', () => ({ console: 8080 }), "'console': must be true or false, got 8080"],
])('refuses %s', (_, props, message) => {
  expect(messages((shop) => make(shop, props(shop)))).toContain(message);
});
