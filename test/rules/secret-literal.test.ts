import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import type { System } from '../../lib/model/system';
import { secretLiteral } from '../../lib/rules/secret-literal';
import { isSecretPair, secretInFile, secretOption } from '../../lib/rules/secret-literal/names';

const check = (...manifests: object[]) => {
  const objects = manifests.map((manifest, index) => ({
    path: `test/o${index}`,
    environment: 'test',
    file: 'test/o.k8s.yaml',
    manifest: { apiVersion: 'v1', metadata: { name: 'orders' }, ...manifest } as Manifest,
  }));
  return [...secretLiteral.check({ objects } as unknown as System)];
};
const says = (...manifests: object[]) => check(...manifests).map(({ message }) => message);

const pod = (container: object, more: object = {}) => ({
  kind: 'Deployment',
  spec: { template: { spec: { containers: [{ name: 'orders', ...container }], ...more } } },
});
const config = (data: object) => ({ kind: 'ConfigMap', data });
const env = (value: string, name = 'ADDRESS') => pod({ env: [{ name, value }] });
const place = 'Deployment orders, spec.template.spec.containers[0]';

/** Made up, and put together here so that no scanner takes this file for a leak. */
const letters = (count: number, alphabet = 'aB3dE6gH9') => alphabet.repeat(99).slice(0, count);
const pem = `-----BEGIN RSA ${'PRIVATE KEY'}-----\nMII${letters(200)}\n-----END RSA ${'PRIVATE KEY'}-----`;
const samples: Readonly<Record<string, string>> = {
  AWSSecretAccessKey: `aws_secret_access_${'key'}=${letters(40)}`,
  PrivateKey: pem,
  PackageJSON_xOauthToken: `https://${letters(20)}:${'x-oauth-basic'}@github.com/a`,
  Npmrc_authToken: `//packages.example.com/:${'_authToken'}=${letters(20)}`,
  NPM_ACCESS_TOKEN: `npm${'_'}${letters(36)}`,
  BasicAuth: `ftp://${'orders'}:${letters(12)}@files.example.com/a`,
  SLACK_TOKEN: `xoxb${'-'}${letters(11)}-${letters(24)}`,
  IncomingWebhook: `https://hooks.slack${'.com'}/services/T${letters(8)}/B${letters(8)}/${letters(24)}`,
  SENDGRID_KEY: `SG${'.'}${letters(22)}.${letters(43)}`,
  SHOPIFY_KEY: `shpat${'_'}${letters(32)}`,
  GITHUB_TOKEN: `ghp${'_'}${letters(36)}`,
  OPENAI_TOKEN: `sk${'-'}${letters(20)}T3Blbk${'FJ'}${letters(20)}`,
  ANTHROPIC_API_KEY: `sk-ant${'-'}api03-${letters(93)}AA`,
  LINEAR_API_TOKEN: `lin_api${'_'}${letters(40)}`,
  OPS_TOKEN: `ops${'_'}${Buffer.from(JSON.stringify({ email: 'a@b.c', key: letters(92) })).toString('base64')}`,
  MongoDBConnection: `mongodb://${'orders'}:${letters(12)}@mongo:27017/shop`,
  MySQLConnection: `jdbc:mysql://${'orders'}:${letters(12)}@mysql:3306/shop`,
  PostgreSQLConnection: `postgres://${'orders'}:${letters(12)}@pg:5432/shop`,
  PrivateKeyJSON: JSON.stringify({ private_key_id: 'x', private_key: pem }),
};

describe.each(Object.entries(samples))('%s', (detector, secret) => {
  const found = (messages: readonly string[]) =>
    messages.some(
      (message) =>
        message.includes(detector) || /(aws_secret_access_key|private_key) has its value in the open/.test(message),
    );

  test.each<[string, object]>([
    ['a variable', env(secret)],
    ['an argument', pod({ args: ['run', secret] })],
    ['a file of a ConfigMap', config({ 'app.conf': secret })],
    ['a value of a ConfigMap', config({ VALUE: secret })],
    ['bytes of a ConfigMap', { kind: 'ConfigMap', binaryData: { 'app.bin': Buffer.from(secret).toString('base64') } }],
    ['an annotation', { kind: 'Service', metadata: { name: 'orders', annotations: { 'example.com/a': secret } } }],
    ['an object of a foreign kind', { kind: 'Widget', spec: { deep: [{ inside: secret }] } }],
  ])('is found in %s, and not printed', (_, manifest) => {
    const messages = says(manifest);
    expect(found(messages)).toBe(true);
    expect(JSON.stringify(check(manifest))).not.toContain(letters(11));
  });

  test('is found among other texts', () => {
    const others = Array.from({ length: 50 }, (_, index) => env(`http://service-${index}:8080`));
    const violations = check(...others, env(secret), ...others);
    expect(violations.map(({ path }) => path)).toEqual(['test/o50']);
  });
});

test('no detector of the library is left without a sample', () => {
  const { rules } = require('@secretlint/secretlint-rule-preset-recommend');
  // What finds account ids is off by default, a .p12 file cannot stand in a manifest, and comments switch nothing off.
  const silent = ['AWSAccountID', 'AWSAccessKeyID', 'PrivateKeyP12', 'IGNORE_MESSAGE'];
  const known = rules.flatMap(({ messages }: { messages: object }) => Object.keys(messages));
  expect(known.filter((id: string) => !silent.includes(id)).sort()).toEqual(Object.keys(samples).sort());
});

test('says what, where and what to do, and not the secret', () => {
  expect(check(env(samples.GITHUB_TOKEN as string))).toEqual([
    {
      path: 'test/o0',
      message: `${place}.env[0].value: holds what secretlint calls GITHUB_TOKEN`,
      fix: expect.stringContaining('name the Secret and the key that hold it'),
    },
  ]);
});

test('finds nothing that begins in one text and ends in the next', () => {
  const half = 'A_SECRET_ACCESS_KEY_NAME=';
  expect(says(pod({ args: [`${half.slice(0, 19)}:`, letters(40)] }))).toEqual([]);
});

test('is not switched off by a comment in a text', () => {
  expect(says(config({ 'a.txt': `secretlint-disable\n${samples.GITHUB_TOKEN}` }))).toHaveLength(1);
});

test('wants no data in a Secret', () => {
  expect(says({ kind: 'Secret', data: { password: 'aHVudGVyMg==' }, stringData: { user: 'orders' } })).toEqual([
    'Secret orders, data: holds password; whoever reads the manifests reads them too',
    'Secret orders, stringData: holds user; whoever reads the manifests reads them too',
  ]);
});

test('is silent on a Secret that somebody else fills', () => {
  expect(says({ kind: 'Secret', type: 'kubernetes.io/service-account-token', data: {} })).toEqual([]);
});

test.each<[string, object, string]>([
  ['a variable', env('hunter2', 'DB_PASSWORD'), `${place}.env[0].value: DB_PASSWORD has its value in the open`],
  [
    'an address with a password',
    env('redis://:hunter2@sessions:6379'),
    `${place}.env[0].value: holds an address with a password in it`,
  ],
  [
    'an address of a Service',
    env('http://orders:hunter2@payments:8080'),
    `${place}.env[0].value: holds an address with a password in it`,
  ],
  [
    'an option',
    pod({ args: ['--port=1', '--db-password=hunter2'] }),
    `${place}.args[1]: the option db-password has its value in the open`,
  ],
  [
    'an option and its value',
    pod({ command: ['redis', '--requirepass', 'hunter2'] }),
    `${place}.command[1]: the option requirepass has its value in the open`,
  ],
  [
    'a Java property',
    pod({ args: ['-Dspring.datasource.password=hunter2'] }),
    `${place}.args[0]: the option spring.datasource.password has its value in the open`,
  ],
  [
    'a value of a ConfigMap',
    config({ API_TOKEN: 'abcdef' }),
    'ConfigMap orders, data.API_TOKEN: API_TOKEN has its value in the open',
  ],
  [
    'a line of properties',
    config({ 'a.properties': 'a=b\nspring.datasource.password=hunter2\n' }),
    'ConfigMap orders, data["a.properties"]: spring.datasource.password has its value in the open',
  ],
  [
    'a line of YAML',
    config({ 'a.yaml': 'db:\n  password: "hunter2" # !\n' }),
    'ConfigMap orders, data["a.yaml"]: password has its value in the open',
  ],
  [
    'a field of JSON',
    config({ 'a.json': '{"db":{"clientSecret":"hunter2"}}' }),
    'ConfigMap orders, data["a.json"]: clientSecret has its value in the open',
  ],
  [
    'a header of a probe',
    pod({ livenessProbe: { httpGet: { httpHeaders: [{ name: 'X-Api-Key', value: 'abcdef' }] } } }),
    `${place}.livenessProbe.httpGet.httpHeaders[0].value: X-Api-Key has its value in the open`,
  ],
  [
    'an init container',
    pod({}, { initContainers: [{ env: [{ name: 'DB_PASS', value: 'hunter2' }] }] }),
    'Deployment orders, spec.template.spec.initContainers[0].env[0].value: DB_PASS has its value in the open',
  ],
  [
    'a CronJob',
    { kind: 'CronJob', spec: { jobTemplate: { spec: pod({ env: [{ name: 'A_TOKEN', value: 'abcdef' }] }).spec } } },
    'CronJob orders, spec.jobTemplate.spec.template.spec.containers[0].env[0].value: A_TOKEN has its value in the open',
  ],
  [
    'a volume of a driver',
    pod({}, { volumes: [{ name: 'a', csi: { volumeAttributes: { url: 'amqp://a:hunter2@b' } } }] }),
    'Deployment orders, spec.template.spec.volumes[0].csi.volumeAttributes.url: holds an address with a password in it',
  ],
])('finds what only its name gives away: %s', (_, manifest, message) => {
  expect(says(manifest)).toEqual([message]);
});

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['dbPassword', 'hunter2'],
  ['db.password', '12345678'],
  ['REDIS_PASS', 'hunter2'],
  ['PASSWORD', 'x1'],
  ['OAUTH_CLIENT_SECRET', 'a1b2c3d4'],
  ['SLACK_API_KEY', 'a1b2c3d4'],
  ['AWS_ACCESS_KEY', 'a1b2c3d4'],
  ['GITHUB_TOKEN', 'a1b2c3d4'],
  ['TOKEN', 'a1b2c3d4'],
])('takes %s: %s for a secret', (name, value) => {
  expect(isSecretPair(name, value)).toBe(true);
});

test.each([
  ['TOKEN_TTL', '3600'],
  ['TOKEN', '3600'],
  ['SESSION_TOKEN', '15m'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['DB_PASSWORD_FILE', '/run/secrets/settings/DB_PASSWORD'],
  ['DB_PASSWORD', '/run/secrets/db'],
  ['PASSWORD_RESET_URL', 'https://shop.example.com/reset'],
  ['AUTH_TOKEN', 'https://auth.example.com/token'],
  ['DB_PASSWORD', '$(DB_PASSWORD_FROM)'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is what is tested
  ['DB_PASSWORD', '${DB_PASSWORD}'],
  ['DB_PASSWORD', '{{ .password }}'],
  ['DB_PASSWORD', '%PASSWORD%'],
  ['DB_PASSWORD', '<password>'],
  ['DB_PASSWORD', 'ENC(abc)'],
  ['DB_PASSWORD', 'vault:secret/db#password'],
  ['DB_PASSWORD', ''],
  ['DB_PASSWORD', '********'],
  ['ALLOW_EMPTY_PASSWORD', 'yes'],
  ['REQUIRE_PASSWORD', 'true'],
  ['INGRESS_TLS_SECRET', 'shop-tls'],
  ['PUBLIC_KEY', 'abcdef'],
  ['PARTITION_KEY', 'customer'],
  ['KEYSPACE', 'shop'],
  ['MAX_TOKENS', '4096'],
  ['TOKENIZER', 'standard'],
  ['BYPASS', 'localhost'],
  ['COMPASS', 'north'],
  ['PWD', '/app'],
  ['SECRETARY', 'Miller'],
])('takes %s: %s for none', (name, value) => {
  expect(isSecretPair(name, value)).toBe(false);
});

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is what is tested
  'password: ${DB_PASSWORD}',
  'password:\n  min-length: 12\n',
  'secret: orders-db\ntoken: csrf\n',
  '# password: hunter2',
  'Password: choose one that is long',
  'password: &anchor',
  'password: !vault |\n  abc',
  'bearer_token_file: /var/run/secrets/token',
  'const password = readFile(path)',
  'password = os.getenv("DB_PASSWORD")',
  'export PASSWORD="$(cat /run/secrets/db)"',
  '"passwordPolicy": "strict", "tokenEndpoint": "https://auth.example.com"',
  'partition-key = customer',
])('finds nothing in the file %j', (text) => {
  expect(secretInFile(text)).toBeUndefined();
});

test.each([
  ['password=hunter2', 'password'],
  ['  - db-password: hunter2', 'db-password'],
  ["redis.password = 'hunter two'", 'redis.password'],
  ['export DB_PASSWORD=hunter2', 'DB_PASSWORD'],
  ['{"a": 1, "apiKey": "a1b2c3d4"}', 'apiKey'],
  ['x: 1\r\npassword: hunter2\r\n', 'password'],
])('finds what is in the open in the file %j', (text, name) => {
  expect(secretInFile(text)).toBe(name);
});

test.each<[unknown[]]>([
  [['--password-file', '/run/secrets/a']],
  [['--token-ttl=1h']],
  [['--password']],
  [['--password', '--verbose']],
  [['--token=$(TOKEN)']],
  [['password', 'hunter2']],
  [[1, null]],
])('finds nothing in the options %j', (args) => {
  expect(secretOption(args)).toBeUndefined();
});

test('bears whatever somebody else has written', () => {
  const odd = [null, 1, 'text', [null, [1]], { a: null }];
  for (const value of odd) {
    expect(
      says(config(value as object), { kind: 'Secret', data: value }, { kind: 'Widget', spec: value }),
    ).toBeDefined();
    expect(says({ kind: 'Deployment', spec: value }, { kind: 'Deployment', spec: { template: value } })).toEqual([]);
    expect(says(pod({ env: value, args: value }), { kind: 'Service', metadata: value })).toEqual([]);
  }
});
