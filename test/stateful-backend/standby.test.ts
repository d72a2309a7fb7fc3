import { Environment, ExternalBackend, StatefulBackend, type Usable } from '../../lib';
import { quietApp } from '../support/render';
import { messages, played, yamlOf } from './helpers';

const engines = ['mysql', 'mariadb', 'postgres'] as const;
type Engine = (typeof engines)[number];
const port = (engine: Engine): Record<string, number> => (engine === 'postgres' ? { postgres: 5432 } : { mysql: 3306 });

function east(shop: Environment, engine: Engine, addresses = ['10.8.0.7']): Usable<never> {
  return new ExternalBackend<string>(shop, 'orders-db-east', { addresses, ports: port(engine) }) as Usable<never>;
}

function make(shop: Environment, engine: Engine, props: object): Usable<never> {
  const common = { storage: '10Gi', credentials: { secret: 'orders-db' } };
  return StatefulBackend[engine](shop, 'orders-db', { ...common, ...props } as never);
}

const standby = (engine: Engine, props: object = {}) =>
  played((shop) => make(shop, engine, { site: 1, follows: east(shop, engine), ...props }), { access: 'read-only' });
const variablesOf = ({ find }: ReturnType<typeof standby>) =>
  Object.fromEntries(
    find('StatefulSet', 'orders-db')?.spec.template.spec.containers[0].env.map(
      ({ name, value }: Record<string, unknown>) => [name, value],
    ),
  );

test.each(engines)('%s follows another site', (engine) => {
  expect(
    yamlOf((shop) =>
      make(shop, engine, {
        site: 1,
        follows: { primary: east(shop, engine), tls: { secret: 'sites', key: 'authority.crt' } },
        followers: ['10.9.0.0/16'],
      }),
    ),
  ).toMatchSnapshot();
});

test.each(engines)('%s is told where the other site is, and who it is itself', (engine) => {
  expect(variablesOf(standby(engine))).toMatchObject({
    FOLLOWS_HOST: 'orders-db-east',
    FOLLOWS_PORT: engine === 'postgres' ? '5432' : '3306',
    SITE: '1',
  });
});

test.each(engines)('%s that is promoted differs in nothing but whom it follows', (engine) => {
  const { find } = played((shop) => {
    east(shop, engine);
    return make(shop, engine, { site: 1 });
  });
  const before = standby(engine).find('StatefulSet', 'orders-db');
  const after = find('StatefulSet', 'orders-db');
  const [container] = before?.spec.template.spec.containers ?? [];
  container.env = container.env.filter(({ name }: { name: string }) => !name.startsWith('FOLLOWS_'));
  expect(after).toEqual(before);
});

test.each(engines)('%s reaches the other site, and nobody else outside', (engine) => {
  const { find } = standby(engine);
  expect(find('NetworkPolicy', 'orders-db')?.spec.egress.flatMap(({ to }: { to: object[] }) => to)).toEqual(
    expect.arrayContaining([{ ipBlock: { cidr: '10.8.0.7/32' } }]),
  );
});

test.each(engines)('%s gives its users the same as ever, and breaks no rule while they only read', (engine) => {
  const usual = played((shop) => make(shop, engine, {}), { access: 'read-only' });
  expect(standby(engine).env).toEqual(usual.env);
  expect(standby(engine).findings).toEqual([]);
});

test.each(engines)('%s lets in those who follow it, through a balancer that knows them', (engine) => {
  const { find } = played((shop) => make(shop, engine, { followers: ['10.9.0.0/16'] }));
  expect(find('Service', 'orders-db-followers')?.spec).toMatchObject({
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    loadBalancerSourceRanges: ['10.9.0.0/16'],
    selector: { 'statefulset.kubernetes.io/pod-name': 'orders-db-0' },
    ports: [{ name: engine === 'postgres' ? 'postgres' : 'mysql' }],
  });
  expect(find('NetworkPolicy', 'orders-db')?.spec.ingress[0].from).toContainEqual({
    ipBlock: { cidr: '10.9.0.0/16' },
  });
});

test('what is said over the balancer is laid over it', () => {
  const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' };
  const { find } = played((shop) =>
    make(shop, 'mysql', { followers: ['10.9.0.0/16'], overrides: { followersService: { metadata: { annotations } } } }),
  );
  expect(find('Service', 'orders-db-followers')?.metadata.annotations).toEqual(annotations);
});

test('where nobody follows there is no way in', () => {
  expect(played((shop) => make(shop, 'mysql', {})).find('Service', 'orders-db-followers')).toBeUndefined();
});

test('without a number of its own it would be taken for the other site', () => {
  expect(messages((shop) => make(shop, 'mysql', { follows: east(shop, 'mysql') }))).toEqual([
    "'site': must be set where 'follows' is: a number that no other site has",
  ]);
});

test('what is followed must be a database of the same kind', () => {
  expect(messages((shop) => make(shop, 'postgres', { site: 1, follows: east(shop, 'mysql') }))).toEqual([
    'calls(orders-db-east) \'port\': must be one of mysql, got "postgres"',
  ]);
});

test('a database in the cluster can be followed as well, and lets its follower in', () => {
  const app = quietApp();
  const shop = new Environment(app, 'production');
  const first = StatefulBackend.mysql(shop, 'orders-db', { storage: '10Gi', credentials: { secret: 'orders-db' } });
  StatefulBackend.mysql(shop, 'copy', {
    storage: '10Gi',
    credentials: { secret: 'orders-db' },
    site: 1,
    follows: first,
  });
  const policy = app
    .system()
    .objects.find(({ manifest }) => manifest.kind === 'NetworkPolicy' && manifest.metadata.name === 'orders-db');
  expect(JSON.stringify(policy?.manifest.spec.ingress)).toContain('"app.kubernetes.io/instance":"copy"');
});
