import { spawnSync } from 'node:child_process';
import { type ByProvider, type KafkaProps, StatefulBackend } from '../../lib';
import { everyBackendProp, messages, played } from './helpers';

const least: KafkaProps = { storage: '12Gi' };
const signedIn: KafkaProps = { ...least, credentials: { secret: 'events' } };

const everyProp: Required<KafkaProps> = {
  ...everyBackendProp,
  storage: { size: '100Gi', storageClass: 'fast' },
  credentials: { secret: 'events', keys: { username: 'user', password: 'pass' } },
  metrics: true,
  replicas: 5,
  topics: {
    orders: { partitions: 24, replicas: 3, retention: '36h', settings: { 'cleanup.policy': 'compact,delete' } },
    payments: {},
  },
  partitions: 12,
  retentionHours: 72,
  settings: { 'num.io.threads': 16 },
};

function kafka(props: KafkaProps & ByProvider<'statefulset' | 'external', 'kafka'>) {
  const { find, findings, objects, env } = played((shop) => StatefulBackend.kafka(shop, 'events', props) as never);
  const files = (name: string): Record<string, string> =>
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(name))?.data ?? {};
  const job = objects.find(({ kind }) => kind === 'Job');
  const jobEnv = Object.fromEntries(
    (job?.spec.template.spec.containers[0].env ?? []).map(({ name, value }: Record<string, string>) => [name, value]),
  );
  return { find, findings, objects, env, job, jobEnv, files, settings: files('events-config')['server.properties'] };
}

const external = {
  provider: 'external',
  external: { host: 'kafka.example.com', cidrs: ['10.31.0.0/24'], tls: true },
} as const;

test('what is kept fits on the volume, whatever its age', () => {
  const settings = kafka(least).settings ?? '';
  const kept = Number(/^log\.retention\.bytes=(\d+)$/m.exec(settings)?.[1]);
  const segment = Number(/^log\.segment\.bytes=(\d+)$/m.exec(settings)?.[1]);
  // Twelve partitions, each with a copy on every one of three members.
  expect(12 * (kept + segment)).toBeLessThan(12 * 2 ** 30 * 0.8);
  expect(12 * kept).toBeGreaterThan(12 * 2 ** 30 * 0.5);
});

test('the share of a partition follows from the topics', () => {
  const bytesOf = (topics: KafkaProps['topics']) =>
    Number(/^log\.retention\.bytes=(\d+)$/m.exec(kafka({ ...least, topics }).settings ?? '')?.[1]);
  expect(bytesOf({ a: { partitions: 12 }, b: { partitions: 36 } })).toBe(Math.floor(bytesOf({ a: {} }) / 4));
});

test('a member is ready when it was in step once since its start', () => {
  const { find, files } = kafka(least);
  expect(find('StatefulSet', 'events')?.spec.template.spec.containers[0].readinessProbe.exec.command).toEqual([
    'sh',
    '/etc/backend/ready.sh',
  ]);
  expect(files('events-config')['start.sh']).toContain('--under-replicated-partitions');
});

test.each([
  ['Topic: a Partition: 0 Leader: 1 Replicas: 0,1,2 Isr: 1,2 Elr: ', 1],
  ['Topic: a Partition: 0 Leader: 1 Replicas: 0,1,2 Isr: 0,1', 0],
  ['Topic: a Partition: 0 Leader: none Replicas: 10,1,2 Isr: ', 0],
  ['', 0],
])('is in step or not: %j', (line, code) => {
  const start = kafka(least).files('events-config')['start.sh'] ?? '';
  const program = /awk -v id="\$id" '([^']*)'/.exec(start)?.[1] ?? '';
  expect(spawnSync('sh', ['-c', 'awk -v id=0 "$0"', program], { input: `${line}\n` }).status).toBe(code);
});

describe('with credentials', () => {
  test('only accounts get in, and only what they were granted', () => {
    const { settings } = kafka(signedIn);
    expect(settings).toContain('listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT');
    expect(settings).toContain('authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer');
    expect(settings).toContain('allow.everyone.if.no.acl.found=false');
  });

  test('its users are told how to sign in, in the words of its clients', () => {
    expect(kafka(signedIn).env).toMatchObject({
      EVENTS_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
      EVENTS_SASL_MECHANISM: 'SCRAM-SHA-512',
      EVENTS_PASSWORD_FILE: '/run/secrets/events/password',
    });
    expect(kafka(least).env.EVENTS_SECURITY_PROTOCOL).toBe('PLAINTEXT');
  });

  test('what holds a password is rendered into memory', () => {
    const { find } = kafka(signedIn);
    expect(find('StatefulSet', 'events')?.spec.template.spec.volumes).toContainEqual({
      name: 'private',
      emptyDir: { medium: 'Memory', sizeLimit: '1Mi' },
    });
  });
});

test('with TLS, all listeners and users speak it', () => {
  const { settings, env, find } = kafka({ ...signedIn, tls: { issuer: 'shop-ca' } });
  expect(settings).toContain('CLIENT:SASL_SSL,CONTROLLER:SASL_SSL');
  expect(settings).toContain('ssl.keystore.type=PEM');
  expect(env).toMatchObject({ EVENTS_SECURITY_PROTOCOL: 'SASL_SSL', EVENTS_CA_FILE: '/run/tls/events/ca.crt' });
  expect(find('Certificate', 'events-tls')?.spec.commonName).toBe('events');
});

describe('its topics', () => {
  const topics = { orders: { partitions: 6, retention: '1h' }, audit: { replicas: 2 } } as const;

  test('are created by a Job, with copies on the members', () => {
    const { jobEnv, job } = kafka({ ...least, topics });
    expect(job?.metadata.name).toMatch(/^events-topics-/);
    expect(jobEnv.TOPICS).toBe(
      'audit 12 2 min.insync.replicas=1\norders 6 3 min.insync.replicas=2,retention.ms=3600000',
    );
  });

  test('have one copy where there is one member', () => {
    expect(kafka({ ...least, replicas: 1, topics: { a: {} } }).jobEnv.TOPICS).toBe('a 12 1 min.insync.replicas=1');
  });

  test('are created at an external Kafka, too', () => {
    const { jobEnv } = kafka({ ...least, ...external, topics, credentials: { secret: 'events' } });
    expect(jobEnv).toMatchObject({
      BROKERS_BOOTSTRAP_SERVERS: 'kafka.example.com:9092',
      BROKERS_SECURITY_PROTOCOL: 'SASL_SSL',
      BROKERS_PASSWORD_FILE: '/run/secrets/events/password',
    });
  });

  test('need no Job where there are none', () => {
    expect(kafka(least).job).toBeUndefined();
  });

  test('cannot have more copies than there are members', () => {
    expect(
      messages((shop) => StatefulBackend.kafka(shop, 'events', { ...least, topics: { a: { replicas: 5 } } })),
    ).toEqual(["'topics.a.replicas': must be at most 3, the number of members, got 5"]);
  });
});

test('uses every prop', () => {
  const { findings, settings, jobEnv } = kafka(everyProp);
  expect(findings).toEqual([]);
  expect(settings).toContain('num.io.threads=16');
  expect(jobEnv.TOPICS).toContain(
    'orders 24 3 min.insync.replicas=2,retention.ms=129600000,cleanup.policy=[compact,delete]',
  );
});

test('its scripts are those that a shell can read', () => {
  for (const props of [least, { ...signedIn, tls: { issuer: 'shop-ca' }, topics: { a: {} } }] as KafkaProps[]) {
    const { files } = kafka(props);
    for (const text of [files('events-config')['start.sh'], files('events-topics')['topics.sh']]) {
      if (text !== undefined) expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' }).stderr).toBe('');
    }
  }
});
