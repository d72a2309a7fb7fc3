import { readFileSync } from 'node:fs';
import { load, loadAll } from 'js-yaml';
import { ConfigCenter, type ConfigCenterProps, type ConfigUse, Environment, fromFile, StatelessService } from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { toYaml } from '../lib/kubernetes/yaml';
import { deepFreeze } from './support/deep-freeze';
import { findingsOf, manifestsOf, quietApp, yamlOf } from './support/render';
import { Shop } from './support/rules';
import './support/yaml-snapshot';

/** A shop in which each service takes what is said of it from one config centre. */
function shopWith(props: ConfigCenterProps, uses: Readonly<Record<string, ConfigUse>>) {
  const shop = Shop.create();
  const center = new ConfigCenter<string, string, string, string, ConfigCenterProps['source']>(shop, 'settings', props);
  const services: Record<string, StatelessService> = {};
  for (const [name, use] of Object.entries(uses)) {
    const service = shop.add(name);
    service.configure(center, use);
    services[name] = service;
  }
  return { shop, center, services };
}

/** What one service gets that takes all of it. */
function given(props: ConfigCenterProps, use: ConfigUse) {
  const { shop, center, services } = shopWith(props, { orders: use });
  const service = services.orders as StatelessService;
  const pod = service.deployment.toJson().spec.template.spec;
  const maps: Manifest[] = manifestsOf(service).filter(({ kind }) => kind === 'ConfigMap');
  return { shop, center, service, pod, container: pod.containers[0], maps };
}

const templates = (props: ConfigCenterProps, uses: Readonly<Record<string, ConfigUse>>) => {
  const { services } = shopWith(props, uses);
  return Object.fromEntries(
    Object.entries(services).map(([name, { deployment }]) => [name, deployment.toJson().spec.template]),
  );
};

const messages = (props: object, use: object = {}) => findingsOf(shopWith(props, { orders: use }).shop);

describe('startup values', () => {
  test('reach the process as variables of an immutable ConfigMap of its own', () => {
    const { container, maps } = given({ startup: { LOG_LEVEL: 'info' } }, { startup: ['LOG_LEVEL'] });
    expect(maps).toHaveLength(1);
    expect(maps[0]).toMatchObject({ immutable: true, data: { LOG_LEVEL: 'info' } });
    expect(container.envFrom).toEqual([{ configMapRef: { name: maps[0]?.metadata.name } }]);
  });

  test('are named by their content, and say which line they belong to', () => {
    const { maps } = given({ startup: { LOG_LEVEL: 'info' } }, { startup: ['LOG_LEVEL'] });
    expect(maps[0]?.metadata.name).toMatch(/^orders-settings-[0-9a-f]{10}$/);
    expect(maps[0]?.metadata.labels).toHaveProperty('cdk8s-microservices/generation-of', 'orders-settings');
  });

  test('carry no version, which would make every new image look like new config', () => {
    const { maps } = given({ startup: { LOG_LEVEL: 'info' } }, { startup: ['LOG_LEVEL'] });
    expect(maps[0]?.metadata.labels).not.toHaveProperty('app.kubernetes.io/version');
  });

  test('hold exactly the keys that the consumer uses', () => {
    const { maps } = given({ startup: { A: '1', B: '2', C: '3' } }, { startup: ['C', 'A', 'C'] });
    expect(maps[0]?.data).toEqual({ A: '1', C: '3' });
  });

  test('keep 0, false and the empty text', () => {
    const { maps } = given({ startup: { A: 0, B: false, C: '' } }, { startup: ['A', 'B', 'C'] });
    expect(maps[0]?.data).toEqual({ A: '0', B: 'false', C: '' });
  });

  test('do not depend on the order in which keys are named', () => {
    const startup = { A: '1', B: '2' };
    expect(templates({ startup }, { orders: { startup: ['A', 'B'] } })).toEqual(
      templates({ startup: { B: '2', A: '1' } }, { orders: { startup: ['B', 'A'] } }),
    );
  });

  test('make no ConfigMap where none is used', () => {
    expect(given({ startup: { A: '1' } }, {}).maps).toEqual([]);
  });

  test('are found to clash with a variable of the service', () => {
    const { shop, center } = shopWith({ startup: { LOG_LEVEL: 'info' } }, {});
    shop.add('orders', { env: { LOG_LEVEL: 'debug' } }).configure(center, { startup: ['LOG_LEVEL'] });
    expect(findingsOf(shop)).toEqual([
      "[test/orders] 'env.LOG_LEVEL': must be set once, got it from its own properties and from the startup values of settings",
    ]);
  });

  test.each([
    'it\'s "quoted"',
    'two\nlines\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is what is tested
    '$(PATH) $$ ${HOME} `id`',
    '{{ .Values.x }}',
    '- a: &b *c !!d # e',
    'yes',
    '1e3',
    '---\n',
    ' blank ',
    'é漢\u2028\u00a0',
  ])('stay data: %j', (value) => {
    const { center, service, maps } = given(
      { startup: { V: value }, files: { 'v.txt': value }, dynamic: { 'd.txt': value } },
      { startup: ['V'], files: ['v.txt'], dynamic: ['d.txt'] },
    );
    expect(maps.map(({ data }) => data)).toEqual([{ V: value }, { 'v.txt': value }]);
    const read = loadAll(yamlOf(service)) as Manifest[];
    expect(read.flatMap(({ data }) => data ?? [])).toEqual([{ V: value }, { 'v.txt': value }]);
    expect((load(yamlOf(center)) as Manifest).data).toEqual({ 'd.txt': value });
  });
});

describe('a change', () => {
  const base = {
    startup: { LOG_LEVEL: 'info', CURRENCY: 'EUR' },
    files: { 'app.yaml': { limit: 1 }, 'mail.txt': 'Hello' },
    dynamic: { 'switches.json': { reviews: true } },
    secrets: { DB_PASSWORD: { secret: 'orders-db', key: 'password' } },
  };
  const uses = {
    orders: {
      startup: ['LOG_LEVEL', 'CURRENCY'],
      files: ['app.yaml'],
      dynamic: ['switches.json'],
      secrets: ['DB_PASSWORD'],
    },
    cart: { startup: ['LOG_LEVEL'], dynamic: ['switches.json'] },
    mail: { files: ['mail.txt'] },
    web: {},
  };
  /** The services whose pods another config restarts. */
  const restarted = (changes: ConfigCenterProps) => {
    const [before, after] = [templates(base, uses), templates({ ...base, ...changes }, uses)];
    return Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  };

  test.each<[string, ConfigCenterProps, string[]]>([
    ['one startup value', { startup: { ...base.startup, CURRENCY: 'USD' } }, ['orders']],
    ['a startup value of two', { startup: { ...base.startup, LOG_LEVEL: 'debug' } }, ['orders', 'cart']],
    ['a file', { files: { ...base.files, 'mail.txt': 'Hi' } }, ['mail']],
    ['a key that nobody uses', { startup: { ...base.startup, NEW: '1' } }, []],
  ])('of %s changes the pod template of exactly its consumers', (_, changes, expected) => {
    expect(restarted(changes)).toEqual(expected);
  });

  test('of a dynamic file changes no pod template', () => {
    expect(restarted({ dynamic: { 'switches.json': { reviews: false, more: 'text' } } })).toEqual([]);
  });

  test('leaves the map of the previous revision in the output, for a rollback', () => {
    const app = quietApp();
    const synth = (level: string) => {
      const next = quietApp({ outdir: app.outdir });
      const shop = new Environment(next, 'production');
      const center = new ConfigCenter(shop, 'settings', { startup: { LOG_LEVEL: level } });
      const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
      orders.configure(center, { startup: ['LOG_LEVEL'] });
      next.synth();
    };
    synth('info');
    synth('debug');
    const text = readFileSync(`${app.outdir}/production/orders.k8s.yaml`, 'utf8');
    const maps = (loadAll(text) as Manifest[]).filter(({ kind }) => kind === 'ConfigMap');
    expect(maps.map(({ data }) => data.LOG_LEVEL)).toEqual(['debug', 'info']);
  });
});

describe('files', () => {
  test('are mounted in one read-only directory, dynamic ones too', () => {
    const { pod, container, maps, center } = given(
      { files: { 'app.yaml': 'a' }, dynamic: { 'switches.json': 'b' } },
      { files: ['app.yaml'], dynamic: ['switches.json'] },
    );
    expect(container.volumeMounts).toContainEqual({
      name: 'config-settings',
      mountPath: '/etc/config/settings',
      readOnly: true,
    });
    expect(pod.volumes).toContainEqual({
      name: 'config-settings',
      projected: {
        sources: [
          { configMap: { name: maps[0]?.metadata.name, items: [{ key: 'app.yaml', path: 'app.yaml' }] } },
          { configMap: { name: center.dynamicConfig?.name, items: [{ key: 'switches.json', path: 'switches.json' }] } },
        ],
      },
    });
  });

  test('never come near the environment, where `envFrom` would put them', () => {
    const { container, maps } = given({ startup: { A: '1' }, files: { b: '2' } }, { startup: ['A'], files: ['b'] });
    expect(container.envFrom).toEqual([{ configMapRef: { name: maps[0]?.metadata.name } }]);
    expect(maps.map(({ data }) => data)).toEqual([{ A: '1' }, { b: '2' }]);
  });

  test('are mounted where the consumer wants them', () => {
    const { container } = given({ files: { a: '1' } }, { files: ['a'], mountPath: '/app/config' });
    expect(container.volumeMounts).toContainEqual({
      name: 'config-settings',
      mountPath: '/app/config',
      readOnly: true,
    });
  });
});

describe('dynamic files', () => {
  test('lie in one ConfigMap of a fixed name that can change', () => {
    const { center } = shopWith({ dynamic: { 'switches.json': { reviews: true } } }, {});
    expect(center.dynamicConfig?.toJson()).toMatchObject({
      metadata: { name: 'settings-dynamic' },
      data: { 'switches.json': '{\n  "reviews": true\n}\n' },
    });
    expect(center.dynamicConfig?.toJson()).not.toHaveProperty('immutable');
  });

  test('make no ConfigMap where there are none', () => {
    expect(shopWith({ dynamic: {} }, {}).center.dynamicConfig).toBeUndefined();
  });
});

describe('secrets', () => {
  const secrets = {
    DB_PASSWORD: { secret: 'orders-db', key: 'password' },
    DB_USER: { secret: 'orders-db', key: 'username' },
    PSP_KEY: { externalSecret: { store: 'vault', key: 'shop/psp', property: 'key' } },
  };
  const all = ['DB_PASSWORD', 'DB_USER', 'PSP_KEY'];

  test('are files, and a variable says where', () => {
    const { container, pod } = given({ secrets }, { secrets: all });
    expect(container.env).toEqual([
      { name: 'DB_PASSWORD_FILE', value: '/run/secrets/settings/DB_PASSWORD' },
      { name: 'DB_USER_FILE', value: '/run/secrets/settings/DB_USER' },
      { name: 'PSP_KEY_FILE', value: '/run/secrets/settings/PSP_KEY' },
    ]);
    expect(pod.volumes).toContainEqual({
      name: 'secrets-settings',
      projected: {
        defaultMode: 0o440,
        sources: [
          {
            secret: {
              name: 'orders-db',
              items: [
                { key: 'password', path: 'DB_PASSWORD' },
                { key: 'username', path: 'DB_USER' },
              ],
            },
          },
          { secret: { name: 'settings-secrets', items: [{ key: 'PSP_KEY', path: 'PSP_KEY' }] } },
        ],
      },
    });
  });

  test('are mounted where the consumer wants them', () => {
    const { container } = given({ secrets }, { secrets: ['DB_USER'], secretsMountPath: '/secrets' });
    expect(container.env).toEqual([{ name: 'DB_USER_FILE', value: '/secrets/DB_USER' }]);
    expect(container.volumeMounts).toContainEqual({ name: 'secrets-settings', mountPath: '/secrets', readOnly: true });
  });

  test('are variables for a program that reads no files', () => {
    const { container, pod } = given({ secrets }, { secrets: all, secretsAs: 'env' });
    expect(container.env).toEqual([
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } } },
      { name: 'DB_USER', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'username' } } },
      { name: 'PSP_KEY', valueFrom: { secretKeyRef: { name: 'settings-secrets', key: 'PSP_KEY' } } },
    ]);
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(['tmp']);
  });

  test('of a store outside are fetched by one ExternalSecret', () => {
    const { center } = shopWith({ secrets }, {});
    expect(center.externalSecret?.toJson()).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'settings-secrets' },
      spec: {
        refreshInterval: '1h',
        secretStoreRef: { name: 'vault', kind: 'SecretStore' },
        target: { name: 'settings-secrets', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
        data: [{ secretKey: 'PSP_KEY', remoteRef: { key: 'shop/psp', property: 'key' } }],
      },
    });
  });

  test('of several stores say which, and the shortest interval holds for all', () => {
    const stored = (store: string, more: object = {}) => ({ externalSecret: { store, key: 'k', ...more } });
    const { center } = shopWith(
      {
        secrets: {
          A: stored('vault', { refreshInterval: '2h' }),
          B: stored('vault', { storeKind: 'ClusterSecretStore', refreshInterval: '90s' }),
          C: stored('aws'),
          D: stored('vault', { refreshInterval: '2m' }),
        },
      },
      {},
    );
    const spec = center.externalSecret?.toJson().spec;
    expect(spec?.refreshInterval).toBe('90s');
    expect(spec?.data.map(({ sourceRef }: Manifest) => sourceRef?.storeRef)).toEqual([
      undefined,
      { name: 'vault', kind: 'ClusterSecretStore' },
      { name: 'aws', kind: 'SecretStore' },
      undefined,
    ]);
  });

  test('that exist need no ExternalSecret', () => {
    expect(shopWith({ secrets: { A: { secret: 's', key: 'k' } } }, {}).center.externalSecret).toBeUndefined();
  });
});

test('needs nothing but a name', () => {
  const { shop, center } = shopWith({}, {});
  expect(manifestsOf(center)).toEqual([]);
  expect(findingsOf(shop)).toEqual([]);
});

test('uses every prop', () => {
  const props: Required<ConfigCenterProps> = {
    startup: { LOG_LEVEL: 'info', WORKERS: 4, TRACING: false },
    files: {
      'app.yaml': { carriers: ['north', 'south'], freeFrom: 50 },
      'app.json': { a: [1, null, { b: true }] },
      'app.properties': { server: { port: 8080 } },
      'notes.txt': 'Text as it is.\n',
    },
    dynamic: { 'switches.json': { recommendations: true } },
    secrets: {
      DB_PASSWORD: { secret: 'orders-db', key: 'password' },
      PSP_KEY: {
        externalSecret: { store: 'vault', storeKind: 'ClusterSecretStore', key: 'psp', refreshInterval: '5m' },
      },
    },
    source: { apollo: { server: { host: 'apollo.example.com' }, accessKey: { secret: 'apollo', key: 'access' } } },
    overrides: {
      dynamicConfig: { metadata: { annotations: { 'example.com/note': 'yes' } } },
      externalSecret: { spec: { target: { deletionPolicy: 'Delete' } } },
    },
  };
  const use: Required<ConfigUse> = {
    startup: ['LOG_LEVEL', 'WORKERS', 'TRACING'],
    files: ['app.yaml', 'app.json', 'app.properties', 'notes.txt'],
    dynamic: ['switches.json'],
    secrets: ['DB_PASSWORD', 'PSP_KEY'],
    mountPath: '/config',
    secretsMountPath: '/secrets',
    secretsAs: 'files',
    source: undefined as never,
  };
  const { shop, center, services } = shopWith(deepFreeze(props), { orders: deepFreeze(use) });
  expect(findingsOf(shop)).toEqual([]);
  const ofOrders = manifestsOf(services.orders as StatelessService);
  const { containers, volumes } = ofOrders.find(({ kind }) => kind === 'Deployment')?.spec.template.spec ?? {};
  const { env, envFrom, volumeMounts } = containers[0];
  const maps = ofOrders.filter(({ kind }) => kind === 'ConfigMap');
  const shown = [{ env, envFrom, volumeMounts, volumes }, ...maps].map((part) => `---\n${toYaml(part)}`).join('');
  expect(yamlOf(center) + shown).toMatchSnapshot();
});

test('describes what it holds and who uses it', () => {
  const { shop } = shopWith(
    {
      startup: { A: '1', B: undefined },
      files: { f: 'x' },
      dynamic: { d: 'y' },
      secrets: { S: { secret: 's', key: 'k' } },
    },
    { orders: { startup: ['A'], files: ['f'], dynamic: ['d'], secrets: ['S'] } },
  );
  const { configs, configUses } = (shop.node.root as ReturnType<typeof quietApp>).system();
  expect(configs).toEqual([
    {
      path: 'test/settings',
      environment: 'test',
      name: 'settings',
      source: undefined,
      keys: [
        { kind: 'startup', key: 'A', hasValue: true },
        { kind: 'startup', key: 'B', hasValue: false },
        { kind: 'file', key: 'f', hasValue: true },
        { kind: 'dynamic', key: 'd', hasValue: true },
        { kind: 'secret', key: 'S', hasValue: true },
      ],
    },
  ]);
  expect(configUses).toEqual([
    {
      config: 'test/settings',
      by: 'test/orders',
      keys: [
        { kind: 'startup', key: 'A' },
        { kind: 'file', key: 'f' },
        { kind: 'dynamic', key: 'd' },
        { kind: 'secret', key: 'S' },
      ],
    },
  ]);
});

test('shortens names that would not fit a label, and keeps them apart', () => {
  const shop = Shop.create();
  const center = new ConfigCenter(shop, 'settings-of-the-whole-shop', { startup: { A: '1' } });
  const name = `orders-${'x'.repeat(50)}`;
  const [first, second] = [shop.add(`${name}a`), shop.add(`${name}b`)];
  for (const service of [first, second]) service.configure(center, { startup: ['A'] });
  const names = [first, second].flatMap((service) =>
    manifestsOf(service).flatMap(({ kind, metadata }) => (kind === 'ConfigMap' ? metadata.name : [])),
  );
  expect(new Set(names).size).toBe(2);
  expect(names.every((each) => each.length <= 63)).toBe(true);
  expect(findingsOf(shop)).toEqual([]);
});

test('reports everything that is wrong in one go', () => {
  expect(
    messages(
      {
        startup: { 'LOG-LEVEL': 'info' },
        files: { 'a/b': 'x' },
        dynamic: { d: 7 },
        secrets: { DB_PASSWORD: 'hunter2' },
        source: { disconf: {} },
        overrides: { configMap: {} },
        start: {},
      },
      { startup: ['A'] },
    ),
  ).toEqual([
    '[test/orders] configure(settings) \'startup.0\': must be one of LOG-LEVEL, got "A"',
    "[test/settings] 'dynamic.d': must be text, an object, or fromFile(path), got 7",
    '[test/settings] \'files.a/b\': must be letters, digits, dashes, underscores and dots, at most 253 characters, got "a/b"',
    "[test/settings] 'overrides.configMap': must not be set, there is no such property",
    "[test/settings] 'secrets.DB_PASSWORD': must be { secret, key } or { externalSecret: { store, key } }, got text",
    '[test/settings] \'source\': must be { apollo }, { nacos } or { consul }, got {"disconf":{}}',
    "[test/settings] 'start': must not be set, there is no such property; did you mean 'startup'?",
    '[test/settings] \'startup.LOG-LEVEL\': must be letters, digits and underscores, not starting with a digit, got "LOG-LEVEL"',
  ]);
});

test.each<[string, object, string]>([
  ['a list as startup values', { startup: ['A'] }, '\'startup\': must be a map, got ["A"]'],
  ['null', { startup: { A: null } }, "'startup.A': must be text, a number, true or false, got null"],
  ['a number that is none', { startup: { A: Number.NaN } }, "'startup.A': must be a finite number, got NaN"],
  [
    'a text that ends too early',
    { startup: { A: 'a\0b' } },
    '\'startup.A\': must be text that a variable can hold: no U+0000, which ends it, nor U+007F to U+009F, U+FFFE and U+FFFF, got "a\\u0000b"',
  ],
  [
    'half a character',
    { startup: { A: '\ud800' } },
    '\'startup.A\': must be text that a variable can hold: no U+0000, which ends it, nor U+007F to U+009F, U+FFFE and U+FFFF, got "\\ud800"',
  ],
  [
    'a function in a file',
    { files: { 'a.json': { f: () => 1 } } },
    "'files.a.json': must be plain data: maps, lists, text, finite numbers, true and false, got {}",
  ],
  [
    'an object in a text file',
    { files: { 'a.txt': { b: 1 } } },
    "'files.a.txt': must be text: objects are written to .json, .yaml, .yml and .properties files only",
  ],
  [
    'an object in a file without extension',
    { files: { json: { b: 1 } } },
    "'files.json': must be text: objects are written to .json, .yaml, .yml and .properties files only",
  ],
  [
    'a file that is not there',
    { files: { a: fromFile('no/such.txt') } },
    "'files.a': cannot be read from no/such.txt: there is no such file",
  ],
  ['a directory', { dynamic: { a: fromFile('lib') } }, "'dynamic.a': cannot be read from lib: it is a directory"],
  [
    'no path',
    { files: { a: fromFile(undefined as unknown as string) } },
    "'files.a': must be fromFile(path) with a path, got {}",
  ],
  [
    'one name for two files',
    { files: { a: 'x' }, dynamic: { a: 'y' } },
    "'dynamic.a': must be declared once, got it in 'files' too",
  ],
  [
    'one name for a value and a secret',
    { startup: { A: 'x' }, secrets: { A: { secret: 's', key: 'k' } } },
    "'secrets.A': must be declared once, got it in 'startup' too",
  ],
  ['a secret without a key', { secrets: { A: { secret: 's' } } }, "'secrets.A.key': must be set"],
  [
    'a Secret of no valid name',
    { secrets: { A: { secret: 'S_1', key: 'k' } } },
    '\'secrets.A.secret\': must be a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters, got "S_1"',
  ],
  [
    'an external secret without a store',
    { secrets: { A: { externalSecret: { key: 'k' } } } },
    "'secrets.A.externalSecret.store': must be set",
  ],
  [
    'a store of no known kind',
    { secrets: { A: { externalSecret: { store: 's', key: 'k', storeKind: 'Vault' } } } },
    '\'secrets.A.externalSecret.storeKind\': must be one of "SecretStore", "ClusterSecretStore", got "Vault"',
  ],
  [
    'an interval of nothing',
    { secrets: { A: { externalSecret: { store: 's', key: 'k', refreshInterval: '0s' } } } },
    '\'secrets.A.externalSecret.refreshInterval\': must be a duration above zero, such as 250ms, 2s, 5m or 1h, got "0s"',
  ],
])('reports %s', (_, props, message) => {
  expect(messages(props)).toEqual([`[test/settings] ${message}`]);
});

test.each<[string, object, object, string]>([
  [
    'a key that is not declared',
    { startup: { A: '1', B: '2' } },
    { startup: ['C'] },
    ' \'startup.0\': must be one of A, B, got "C"',
  ],
  [
    'a key of an empty section',
    {},
    { dynamic: ['a'] },
    ' \'dynamic.0\': must be left out: the config centre declares none, got "a"',
  ],
  [
    'a path that is not absolute',
    {},
    { mountPath: 'config' },
    " 'mountPath': must be an absolute path without '..' and ':', got \"config\"",
  ],
  [
    'one directory for two things',
    {},
    { mountPath: '/a', secretsMountPath: '/a' },
    " 'secretsMountPath': must not be the same as 'mountPath'",
  ],
  [
    'another way to give secrets',
    {},
    { secretsAs: 'stdin' },
    ' \'secretsAs\': must be one of "files", "env", got "stdin"',
  ],
  [
    'something for a source that is not there',
    {},
    { source: { appId: 'a' } },
    ' \'source\': must be left out: the config centre has no source, got {"appId":"a"}',
  ],
  [
    'a property that there is not',
    {},
    { start: [] },
    " 'start': must not be set, there is no such property; did you mean 'startup'?",
  ],
])('reports a use of %s at the consumer', (_, props, use, message) => {
  expect(messages(props, use)).toEqual([`[test/orders] configure(settings)${message}`]);
});

test('reports a workload that comes twice', () => {
  const { shop, center, services } = shopWith({ startup: { A: '1' } }, { orders: { startup: ['A'] } });
  services.orders?.configure(center, { startup: ['A'] });
  expect(findingsOf(shop)).toEqual([
    '[test/orders] configure(settings): must be called once for a workload, with everything that it takes',
  ]);
});

test('reports a workload of another environment', () => {
  const app = quietApp();
  const center = new ConfigCenter(new Environment(app, 'production'), 'settings', { startup: { A: '1' } });
  const shop = new Shop(app, 'test');
  shop.add('orders').configure(center, { startup: ['A'] });
  expect(findingsOf(app)).toEqual([
    '[test/orders] configure(settings): must be of the environment test, but the config centre is in production',
  ]);
});

test('reports a name that no object can have', () => {
  const shop = Shop.create();
  new ConfigCenter(shop, 'My_Settings', {});
  expect(findingsOf(shop)).toEqual([
    '[test/My_Settings] \'id\': must be lower-case letters, digits and dashes, starting with a letter, at most 63 characters, got "My_Settings"',
  ]);
});
