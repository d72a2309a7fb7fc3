import {
  type ApolloProps,
  ConfigCenter,
  type Environment,
  type ExternalBackend,
  StatefulBackend,
  StatelessService,
} from '../../lib';
import { everyBackendProp, messages, played, yamlOf } from './helpers';

const database = (shop: Environment) =>
  StatefulBackend.mysql(shop, 'config-db', { storage: '5Gi', credentials: { secret: 'config-db' } });
const make = (shop: Environment, props: Partial<ApolloProps> = {}) =>
  StatefulBackend.apollo(shop, 'config', { database: database(shop), ...props });
const config = (props: Partial<ApolloProps> = {}) => played((shop) => make(shop, props));
const podOf = (props: Partial<ApolloProps> = {}) => config(props).find('StatefulSet', 'config')?.spec.template.spec;

test('uses every prop', () => {
  const props = (shop: Environment): Required<ApolloProps> => ({
    ...everyBackendProp,
    database: database(shop),
    adminImage: 'registry.example.com/apollo-adminservice:2.5.2',
    replicas: 3,
  });
  expect(yamlOf((shop) => StatefulBackend.apollo(shop, 'config', props(shop)))).toMatchSnapshot();
});

test('a config service and an admin service stand in one pod', () => {
  const { containers, initContainers } = podOf();
  expect(containers[0].image).toMatch(/\/apollo-configservice:2\.5\.2$/);
  expect(initContainers[0]).toMatchObject({
    image: expect.stringMatching(/\/apollo-adminservice:2\.5\.2$/),
    restartPolicy: 'Always',
    securityContext: { readOnlyRootFilesystem: true },
  });
});

test('both know the database by its address, and its account by files alone', () => {
  const { containers, initContainers } = podOf();
  for (const container of [containers[0], initContainers[0]]) {
    expect(container.env).toContainEqual({
      name: 'SPRING_DATASOURCE_URL',
      value:
        'jdbc:mysql://config-db:3306/config_db?characterEncoding=utf8&sslMode=DISABLED&allowPublicKeyRetrieval=true',
    });
    expect(container.volumeMounts).toContainEqual({
      name: 'config-db-credentials',
      mountPath: '/run/secrets/config-db',
      readOnly: true,
    });
    expect(JSON.stringify(container)).not.toContain('secretKeyRef');
  }
});

test('sends clients and the portal to its own names, without Eureka', () => {
  expect(podOf().containers[0].env).toEqual(
    expect.arrayContaining([
      { name: 'SPRING_PROFILES_ACTIVE', value: 'github,kubernetes' },
      { name: 'APOLLO_CONFIG_SERVICE_URL', value: 'http://config:8080' },
      { name: 'APOLLO_ADMIN_SERVICE_URL', value: 'http://config:8090' },
    ]),
  );
});

test('its users reach the config service, and only who names it the admin service', () => {
  const { find } = played((shop) => {
    const apollo = make(shop);
    const portal = new StatelessService(shop, 'portal', { image: 'portal:2.5.2' });
    portal.calls(apollo, { port: 'admin' });
    return apollo;
  });
  const opened = (name: string) => find('NetworkPolicy', name)?.spec.egress.at(-1).ports;
  expect(opened('orders')).toEqual([{ port: 8080, protocol: 'TCP' }]);
  expect(opened('portal')).toEqual([{ port: 8090, protocol: 'TCP' }]);
  expect(find('Service', 'config')?.spec.ports.map(({ port }: { port: number }) => port)).toEqual([8080, 8090]);
});

test.each(['statefulset', 'external'] as const)('a config centre asks it, whoever runs it: %s', (provider) => {
  const { find, findings } = played((shop) => {
    const apollo: ExternalBackend<'http' | 'admin'> | StatefulBackend<'http' | 'admin'> = StatefulBackend.apollo(
      shop,
      'config',
      { provider, external: { host: 'apollo.example.com', cidrs: ['10.7.0.0/24'] }, database: database(shop) },
    );
    const central = new ConfigCenter(shop, 'central', { source: { apollo: { server: apollo } } });
    const web = new StatelessService(shop, 'web', { image: 'registry.example.com/web:5.2.0' });
    web.configure(central, { source: { appId: 'shop-web' } });
    return apollo;
  });
  expect(find('Deployment', 'web')?.spec.template.spec.containers[0].env).toEqual(
    expect.arrayContaining([
      { name: 'APP_ID', value: 'shop-web' },
      {
        name: 'APOLLO_META',
        value: provider === 'external' ? 'http://apollo.example.com:8080' : 'http://config:8080',
      },
    ]),
  );
  expect(find('NetworkPolicy', 'web')?.spec.egress.at(-1).ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  expect(findings).toEqual([]);
});

test('its connections count for the database', () => {
  expect(config().system.uses).toContainEqual(
    expect.objectContaining({ from: 'production/config', to: 'production/config-db', connectionsPerPod: 20 }),
  );
});

test.each<[string, (shop: Environment) => object, string]>([
  [
    'no database',
    () => ({ database: undefined }),
    "'database': must be a MySQL or MariaDB such as StatefulBackend.mysql(…), got nothing",
  ],
  [
    'another engine for a database',
    (shop) => ({ database: StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }) }),
    "'database': must be a MySQL or MariaDB such as StatefulBackend.mysql(…), got the StatefulBackend production/cache",
  ],
  ['storage', () => ({ storage: '1Gi' }), "'storage': must not be set, there is no such property"],
])('refuses %s', (_, props, message) => {
  expect(messages((shop) => make(shop, props(shop) as never))).toContain(message);
});
