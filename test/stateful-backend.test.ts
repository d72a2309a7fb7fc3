import {
  type Environment,
  type ExternalBackend,
  type ExternalPart,
  StatefulBackend,
  type StatefulBackendProps,
} from '../lib';
import { messages, played, yamlOf } from './stateful-backend/helpers';

const least: StatefulBackendProps = { image: 'registry.example.com/files:1.0.3', ports: 9000, storage: '50Gi' };
const three: StatefulBackendProps = { ...least, replicas: 3 };
const files = (props: StatefulBackendProps) => played((shop) => new StatefulBackend(shop, 'files', props) as never);
const setOf = (props: StatefulBackendProps) => files(props).find('StatefulSet', 'files')?.spec;

test('needs nothing but an image, a port and what it stores', () => {
  expect(yamlOf((shop) => new StatefulBackend(shop, 'files', least))).toMatchSnapshot();
});

test('uses every prop', () => {
  const props: Required<StatefulBackendProps<'data' | 'gossip'>> = {
    image: 'registry.example.com/files:1.0.3',
    imagePullPolicy: 'IfNotPresent',
    command: ['files'],
    args: ['--me=$(POD_NAME)'],
    env: { POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } } },
    resources: { cpu: '500m', memory: '1Gi' },
    writablePaths: { '/var/run/files': '1Mi' },
    uid: 20_001,
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
    volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }],
    initContainers: [{ name: 'prepare', image: 'registry.example.com/files:1.0.3' }],
    sidecars: [{ name: 'watch', image: 'registry.example.com/watch:1.0.0' }],
    nodeSelector: { disk: 'fast' },
    tolerations: [{ key: 'disk', operator: 'Exists' }],
    priority: 'critical',
    podAnnotations: { note: 'a pod' },
    ports: { data: { port: 9000, protocol: 'http' }, gossip: 9001 },
    clientPorts: ['data'],
    peerPorts: ['gossip'],
    storage: { data: { size: '50Gi', path: '/data' }, log: { size: '5Gi', path: '/log', storageClass: 'fast' } },
    replicas: 5,
    quorum: true,
    podManagement: 'OrderedReady',
    writable: 'the first member',
    config: { path: '/etc/files', files: { 'files.conf': 'level = 3\n' } },
    credentials: { secret: 'files', keys: { token: 'token' }, as: 'env' },
    variables: { BUCKET: 'orders' },
    readiness: { http: '/ready', port: 'data' },
    liveness: { tcp: true, port: 'data' },
    startupTime: '2m',
    requestTimeout: '10s',
    flushTime: '1m',
    maxConnections: 100,
    spread: 'soft',
    updatePartition: 1,
    tls: { issuer: 'shop-ca', issuerKind: 'Issuer', dnsNames: ['files.example.com'] },
    annotations: { note: 'a set' },
    overrides: {
      statefulSet: { spec: { minReadySeconds: 5 } },
      service: { spec: { internalTrafficPolicy: 'Local' } },
      readService: { metadata: { labels: { role: 'read' } } },
      peerService: { metadata: { labels: { role: 'peers' } } },
      podDisruptionBudget: { spec: { maxUnavailable: 1 } },
      certificate: { metadata: { annotations: { note: 'a certificate' } } },
    },
  };
  expect(yamlOf((shop) => new StatefulBackend(shop, 'files', props))).toMatchSnapshot();
});

describe('its members', () => {
  test('have names of their own, before they are ready', () => {
    expect(files(three).find('Service', 'files-peers')?.spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
    expect(setOf(three).serviceName).toBe('files-peers');
  });

  test('start one after another', () => {
    expect(setOf(three).podManagementPolicy).toBe('OrderedReady');
  });

  test('start at once where they vote, because none is ready before most are there', () => {
    expect(setOf({ ...least, quorum: true })).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' });
  });

  test('are updated one after another, all of them', () => {
    expect(setOf(three).updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  });

  test('may speak with each other by their own ports', () => {
    const { find } = files({
      ...three,
      ports: { data: 9000, gossip: 9001 },
      clientPorts: ['data'],
      peerPorts: ['gossip'],
    } as never);
    const us = { podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'files' } } };
    expect(find('NetworkPolicy', 'files')?.spec.ingress).toContainEqual({
      from: [us],
      ports: [{ port: 9001, protocol: 'TCP' }],
    });
    expect(find('NetworkPolicy', 'files')?.spec.egress).toContainEqual({
      to: [us],
      ports: [{ port: 9001, protocol: 'TCP' }],
    });
  });
});

describe('its data', () => {
  test('is on a volume for each member', () => {
    expect(setOf(least).volumeClaimTemplates[0]).toMatchObject({
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } },
    });
  });

  test('stays when the backend is deleted or gets smaller', () => {
    expect(setOf(least).persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('has claims that do not change with the version of the image', () => {
    expect(setOf(least).volumeClaimTemplates[0].metadata.labels).toEqual({ 'app.kubernetes.io/instance': 'files' });
  });

  test('is none where it says so', () => {
    expect(setOf({ ...least, storage: false })).not.toHaveProperty('volumeClaimTemplates');
  });
});

describe('its budget', () => {
  test.each([
    [3, 1],
    [5, 2],
    [7, 3],
  ])('of %d voting members lets %d be away', (replicas, away) => {
    const { find } = files({ ...least, quorum: true, replicas });
    expect(find('PodDisruptionBudget', 'files')?.spec.maxUnavailable).toBe(away);
  });

  test('of members that do not vote lets one be away', () => {
    expect(files({ ...least, replicas: 5 }).find('PodDisruptionBudget', 'files')?.spec.maxUnavailable).toBe(1);
  });

  test('is missing where there is one member, because it would block every drain', () => {
    expect(files(least).find('PodDisruptionBudget', 'files')).toBeUndefined();
  });
});

describe('its config', () => {
  const withLevel = (level: number) => ({
    ...least,
    config: { path: '/etc/files', files: { 'files.conf': `level = ${level}\n` } },
  });
  const configOf = (props: StatefulBackendProps) =>
    setOf(props).template.spec.volumes.find(({ name }: { name: string }) => name === 'config');

  test('is immutable, and a change of it restarts the members', () => {
    const { find } = files(withLevel(3));
    const { name } = configOf(withLevel(3)).configMap;
    expect(find('ConfigMap', name)?.immutable).toBe(true);
    expect(configOf(withLevel(4)).configMap.name).not.toBe(name);
  });

  test('keeps earlier generations in the output', () => {
    const { find } = files(withLevel(3));
    const { name } = configOf(withLevel(3)).configMap;
    expect(find('ConfigMap', name)?.metadata.labels).toMatchObject({
      'cdk8s-microservices/generation-of': 'files-config',
    });
  });
});

describe('who uses it', () => {
  test('is told where it is', () => {
    expect(files(least).env).toMatchObject({ FILES_HOST: 'files', FILES_PORT: '9000' });
  });

  test('is let in, and let out to it', () => {
    const { find } = files(least);
    expect(find('NetworkPolicy', 'files')?.spec.ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'orders' } } }],
        ports: [{ port: 9000, protocol: 'TCP' }],
      },
    ]);
    expect(find('NetworkPolicy', 'orders')?.spec.egress).toContainEqual({
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'files' } } }],
      ports: [{ port: 9000, protocol: 'TCP' }],
    });
  });

  test('finds the credentials in files, whose places it is told', () => {
    const { env, find, container } = files({ ...least, credentials: { secret: 'files-users' } });
    expect(env).toMatchObject({
      FILES_USERNAME_FILE: '/run/secrets/files/username',
      FILES_PASSWORD_FILE: '/run/secrets/files/password',
    });
    expect(container.volumeMounts).toContainEqual({
      name: 'files-credentials',
      mountPath: '/run/secrets/files',
      readOnly: true,
    });
    expect(find('Deployment', 'orders')?.spec.template.spec.volumes).toContainEqual(
      expect.objectContaining({
        name: 'files-credentials',
        secret: expect.objectContaining({ secretName: 'files-users' }),
      }),
    );
  });

  test('can have them as variables, for programs that read no files', () => {
    expect(
      files({ ...least, credentials: { secret: 'files', as: 'env', keys: { token: 'api' } } }).env.FILES_TOKEN,
    ).toEqual({
      secretKeyRef: { name: 'files', key: 'api' },
    });
  });

  test('can have an account of its own, or none', () => {
    const make = (shop: Environment) =>
      new StatefulBackend(shop, 'files', { ...least, credentials: { secret: 'files' } }) as never;
    expect(
      played(make, { credentials: { secret: 'orders-account' } }).find('Deployment', 'orders')?.spec.template.spec
        .volumes,
    ).toContainEqual(expect.objectContaining({ secret: expect.objectContaining({ secretName: 'orders-account' }) }));
    expect(played(make, { credentials: false }).env).not.toHaveProperty('FILES_PASSWORD_FILE');
  });

  test('is told its database, topics, namespace and virtual host, under a prefix of its own', () => {
    const { env } = played((shop) => new StatefulBackend(shop, 'files', least) as never, {
      env: 'STORE',
      database: 'orders',
      topics: ['placed', 'paid'],
      namespace: 'shop',
      vhost: 'mall',
    });
    expect(env).toMatchObject({
      STORE_HOST: 'files',
      STORE_DATABASE: 'orders',
      STORE_TOPICS: 'placed,paid',
      STORE_NAMESPACE: 'shop',
      STORE_VHOST: 'mall',
    });
  });

  test('who only reads is sent to any member where only the first takes writes', () => {
    const make = (shop: Environment) =>
      new StatefulBackend(shop, 'files', { ...three, writable: 'the first member' }) as never;
    expect(played(make, { access: 'read-only' }).env.FILES_HOST).toBe('files-read');
    expect(played(make).env.FILES_HOST).toBe('files');
    expect(played(make).find('Service', 'files')?.spec.selector).toEqual({
      'app.kubernetes.io/instance': 'files',
      'statefulset.kubernetes.io/pod-name': 'files-0',
    });
  });

  test('stands in the model with what it takes', () => {
    const { system } = played(
      (shop) => new StatefulBackend(shop, 'files', { ...three, maxConnections: 100 }) as never,
      {
        connectionsPerPod: 5,
        timeout: '2s',
      },
    );
    expect(system.uses).toEqual([
      expect.objectContaining({
        from: 'production/orders',
        to: 'production/files',
        access: 'read-write',
        connectionsPerPod: 5,
      }),
    ]);
    expect(system.calls).toEqual([expect.objectContaining({ to: 'production/files', timeoutSeconds: 2 })]);
    expect(system.backends).toEqual([
      expect.objectContaining({
        path: 'production/files',
        provider: 'statefulset',
        members: 3,
        quorum: false,
        maxConnections: 100,
      }),
    ]);
  });

  test('is told what is wrong with what it says', () => {
    const { findings } = played((shop) => new StatefulBackend(shop, 'files', least) as never, {
      connectionsPerPod: -1,
      port: 'http',
      topics: [],
    });
    expect(findings).toEqual([
      "invalid [production/orders] uses(files) 'connectionsPerPod': must be a whole number, 0 or more, got -1",
      'invalid [production/orders] uses(files) \'port\': must be one of tcp, got "http"',
      "invalid [production/orders] uses(files) 'topics': must be a list, not empty, got []",
    ]);
  });
});

test('somebody else may run it, and nothing changes for who uses it', () => {
  const use = (provider: 'statefulset' | 'external') =>
    played((shop) =>
      StatefulBackend.redis(shop, 'cache', {
        provider,
        storage: '1Gi',
        credentials: { secret: 'cache' },
        external: { host: 'redis.example.com', cidrs: ['10.9.0.0/24'] },
      }),
    );
  const { CACHE_HOST, ...rest } = use('external').env;
  expect(CACHE_HOST).toBe('redis.example.com');
  expect({ CACHE_HOST: 'cache', ...rest }).toEqual(use('statefulset').env);
});

test('what is said of a backend elsewhere is checked all the same', () => {
  expect(messages((shop) => StatefulBackend.redis(shop, 'cache', { provider: 'external', storage: 'much' }))).toEqual([
    "'external.host': must be set, or 'addresses': where is it?",
    '\'storage\': must be a size such as 10Gi, at least 1Mi, got "much"',
  ]);
});

test('a backend elsewhere listens where it says, under the names that it has in the cluster', () => {
  const env = (external: ExternalPart<'kafka'>) =>
    played((shop) => StatefulBackend.kafka(shop, 'events', { provider: 'external', external, storage: '1Gi' })).env;
  const host = 'kafka.example.com';
  expect(env({ host, ports: 9094 }).EVENTS_BOOTSTRAP_SERVERS).toBe('kafka.example.com:9094');
  expect(env({ host, ports: { kafka: { port: 9094 } } }).EVENTS_PORT).toBe('9094');
});

test('a backend elsewhere may speak TLS, and then every address is that of its host', () => {
  const { env } = played((shop) =>
    StatefulBackend.nacos(shop, 'nacos', {
      provider: 'external',
      external: { host: 'nacos.example.com', ports: { http: { port: 443, protocol: 'https' } } },
      storage: '1Gi',
      credentials: { secret: 'nacos' },
      database: StatefulBackend.mysql(shop, 'db', { storage: '1Gi', credentials: { secret: 'db' } }),
    }),
  );
  expect(env).toMatchObject({ NACOS_URL: 'https://nacos.example.com:443', NACOS_SERVER_ADDR: 'nacos.example.com:443' });
});

test('a backend elsewhere has no ports of its own, and is wrong in the words of whoever declared it', () => {
  const wrong = (external: object) =>
    messages((shop) =>
      StatefulBackend.redis(shop, 'cache', { provider: 'external', external, storage: '1Gi' } as never),
    );
  expect(wrong({ host: 'redis.example.com', ports: { http: 80 } })).toEqual([
    '\'external.ports.http\': must be named as in the cluster, one of redis, got "http"',
  ]);
  expect(wrong({ host: '10.0.0.7', cidrs: ['10.0.0.0'], maxConnections: 0 })).toEqual([
    '\'external.cidrs.0\': must be an address range such as 10.0.0.0/8, got "10.0.0.0"',
    '\'external.host\': must be a host name such as shop.example.com, got "10.0.0.7"',
    "'external.maxConnections': must be a whole number, 1 or more, got 0",
  ]);
});

test('a backend elsewhere has the account that is said for elsewhere, with all its keys', () => {
  const credentials = { secret: 'log-store', keys: { apiKey: 'api-key' } };
  const { env } = played((shop) =>
    StatefulBackend.elasticsearch(shop, 'logs', {
      provider: 'external',
      external: { host: 'logs.example.com', credentials },
      storage: '1Gi',
    }),
  );
  expect(env).toMatchObject({ LOGS_APIKEY_FILE: '/run/secrets/logs/apiKey' });
  expect(env).not.toHaveProperty('LOGS_USERNAME_FILE');
});

test('how many partitions the topics of a queue elsewhere have is part of the model', () => {
  const { system } = played((shop) =>
    StatefulBackend.kafka(shop, 'events', {
      provider: 'external',
      external: { host: 'kafka.example.com', partitions: 48 },
      storage: '1Gi',
    }),
  );
  expect(system.backends[0]).toMatchObject({ provider: 'external', partitions: 48 });
});

test('the type of a backend follows from who runs it', () => {
  played((shop) => {
    const inside: StatefulBackend<'redis'> = StatefulBackend.redis(shop, 'inside', { storage: '1Gi' });
    const outside: ExternalBackend<'redis'> = StatefulBackend.redis(shop, 'outside', {
      provider: 'external',
      storage: '1Gi',
      external: { host: 'redis.example.com' },
    });
    expect([inside, outside].map(({ name }) => name)).toEqual(['inside', 'outside']);
    return inside;
  });
});

test('a patch survives', () => {
  played((shop) => {
    const backend = new StatefulBackend(shop, 'files', least);
    backend.statefulSet.patch({
      spec: { minReadySeconds: 7, template: { spec: { hostname: 'x', brandNew: 1 } as object } },
    });
    expect(backend.statefulSet.toJson().spec).toMatchObject({
      minReadySeconds: 7,
      template: { spec: { brandNew: 1 } },
    });
    return backend as never;
  });
});

test('triggers no rule', () => {
  expect(files({ ...least, quorum: true, readiness: { tcp: true }, liveness: false }).findings).toEqual([]);
});

test.each<[object, string]>([
  [
    { ports: 9000, storage: false },
    "'image': must be an image such as registry.example.com/shop/orders:1.4.2, got nothing",
  ],
  [{ ...least, ports: undefined }, "'ports': must be a port number, or ports by name, got nothing"],
  [{ ...least, storage: undefined }, "'storage': must be a size such as 10Gi, volumes by name, or false, got nothing"],
  [{ ...least, storage: true }, "'storage': must be a size such as 10Gi, volumes by name, or false, got true"],
  [{ ...least, storage: { data: { size: '1Gi' } } }, "'storage.data.path': must be set"],
  [{ ...least, replicas: 0 }, "'replicas': must be between 1 and 1000, inclusive, got 0"],
  [
    { ...least, replicas: 4, quorum: true },
    "'replicas': must be odd, got 4: 3 of 4 must be there, so it bears the loss of 1, no more than 3 members do",
  ],
  [
    { ...least, podManagement: 'Ordered' },
    '\'podManagement\': must be one of "OrderedReady", "Parallel", got "Ordered"',
  ],
  [{ ...least, clientPorts: ['http'] }, '\'clientPorts\': must be among tcp, got "http"'],
  [{ ...least, peerPorts: ['http'] }, '\'peerPorts\': must be among tcp, got "http"'],
  [
    { ...least, config: { path: 'etc', files: {} } },
    "'config.path': must be an absolute path without '..' and ':', got \"etc\"",
  ],
  [
    { ...least, credentials: { secret: 'No_Such' } },
    '\'credentials.secret\': must be a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters, got "No_Such"',
  ],
  [{ ...least, replica: 3 }, "'replica': must not be set, there is no such property; did you mean 'replicas'?"],
])('refuses %j', (props, message) => {
  expect(messages((shop) => new StatefulBackend(shop, 'files', props as StatefulBackendProps))).toContain(message);
});

test('refuses a name that is too long for the revisions of its pods', () => {
  expect(messages((shop) => new StatefulBackend(shop, 'f'.repeat(53), least))[0]).toContain('at most 52 characters');
});
