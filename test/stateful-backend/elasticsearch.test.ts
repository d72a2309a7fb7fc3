import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ElasticsearchProps, LoggingSidecar, StatefulBackend, StatelessService } from '../../lib';
import { findingsOf, quietEnvironment } from '../support/render';
import { accountsRun, everyBackendProp, messages, played, scriptOf, shell, yamlOf } from './helpers';

const logs = (props: Partial<ElasticsearchProps> = {}) =>
  played((shop) => StatefulBackend.elasticsearch(shop, 'logs', { storage: '10Gi', ...props }));

test('uses every prop', () => {
  const props: Required<ElasticsearchProps> = {
    ...everyBackendProp,
    storage: { size: '20Gi', storageClass: 'fast' },
    replicas: 5,
    memoryMapping: true,
    settings: { 'action.destructive_requires_name': true },
    metrics: true,
    credentials: { secret: 'logs', keys: { username: 'user', password: 'word' } },
    tls: { issuer: 'internal' },
    accounts: 'shared',
    retentionDays: 30,
  };
  expect(yamlOf((shop) => StatefulBackend.elasticsearch(shop, 'logs', props))).toMatchSnapshot();
});

describe('a member', () => {
  const calm = { status: 'green', initializing_shards: 0, delayed_unassigned_shards: 0, number_of_in_flight_fetch: 0 };
  /** What it says of itself when it is asked so many times, with what the cluster and the Service answer. */
  const readiness = ({
    health = calm as typeof calm | null,
    others = true,
    caughtUp = false,
    answers = true,
    asked = 1,
  }) => {
    const curl = `case "$*" in
      *local=true*) ${answers ? 'exit 0' : 'exit 7'} ;;
      *_cluster/health*) ${health ? `echo '${JSON.stringify(health)}'` : 'exit 22'} ;;
      *logs:9200*) ${others ? 'exit 0' : 'exit 7'} ;;
    esac`;
    const script = scriptOf(logs(), 'logs', 'ready.sh');
    const probe = `cat > probe <<'END'\n${script}END\n${Array.from({ length: asked }, () => 'sh probe; code=$?').join('\n')}\nexit "$code"\n`;
    const noted: Record<string, string> = caughtUp ? { 'caught-up': '' } : {};
    return shell(probe, { '/tmp': noted }, { SERVICE: 'logs' }, { curl }).status;
  };

  test('is ready when it was asked twice and no shard was on its way back', () => {
    expect(readiness({})).toBe(1);
    expect(readiness({ asked: 2 })).toBe(0);
  });

  test.each(['initializing_shards', 'delayed_unassigned_shards', 'number_of_in_flight_fetch'])(
    'waits after its start for %s, while another one serves',
    (what) => {
      expect(readiness({ health: { ...calm, status: 'yellow', [what]: 12 }, asked: 3 })).toBe(1);
    },
  );

  test('waits for a master after its start', () => {
    expect(readiness({ health: null, asked: 3 })).not.toBe(0);
  });

  test('serves before its replicas are back where no other does', () => {
    const health = { ...calm, status: 'yellow', initializing_shards: 3 };
    expect(readiness({ health, others: false })).toBe(0);
    expect(readiness({ health: { ...health, status: 'red' }, others: false, asked: 3 })).toBe(1);
  });

  test('waits for no shard that is lost, nor for a replica that has no other member', () => {
    expect(readiness({ health: { ...calm, status: 'red' }, others: false, asked: 2 })).toBe(0);
    expect(readiness({ health: { ...calm, status: 'yellow' }, others: false, asked: 2 })).toBe(0);
  });

  test('that has caught up once stays ready, whatever becomes of the cluster', () => {
    expect(readiness({ health: { ...calm, status: 'red', initializing_shards: 9 }, caughtUp: true })).toBe(0);
    expect(readiness({ health: null, caughtUp: true })).toBe(0);
  });

  test('that does not answer is not ready', () => {
    expect(readiness({ caughtUp: true, answers: false })).toBe(1);
  });

  test('catches up again after each start', () => {
    expect(scriptOf(logs(), 'logs', 'start.sh')).toContain('rm -f /tmp/caught-up*\n');
  });
});

describe('with accounts', () => {
  const secure = { credentials: { secret: 'logs' }, tls: { issuer: 'internal' } } as const;
  const shop = quietEnvironment();
  const backend = StatefulBackend.elasticsearch(shop, 'logs', { storage: '10Gi', retentionDays: 30, ...secure });
  const image = 'orders:1.0.0';
  const orders = new StatelessService(shop, 'orders', { image });
  new LoggingSidecar(orders, 'shipper', { output: { elasticsearch: backend } });
  new StatelessService(shop, 'search', { image }).uses(backend, { namespace: 'goods' });
  new StatelessService(shop, 'reports', { image }).uses(backend, { access: 'read-only' });
  const job = backend.accountsJob?.job.toJson();
  const envOf = (container: { env: { name: string; value: string }[] }) =>
    Object.fromEntries(container.env.map(({ name, value }) => [name, value]));

  test('each user has what it needs, and a shipper can only add', () => {
    expect(envOf(job?.spec.template.spec.containers[0]).ACCOUNTS?.split('\n')).toEqual([
      'logs create_doc,auto_configure logs-*-*',
      'reports read,view_index_metadata *',
      'search read,write,create_index,view_index_metadata,maintenance goods,goods-*',
    ]);
    expect(findingsOf(shop)).toEqual([]);
  });

  test('a shipper signs in as the writer of logs, and verifies the server', () => {
    const { containers, volumes, initContainers } = orders.deployment.toJson().spec.template.spec;
    const secrets = volumes.flatMap(({ secret }: { secret?: { secretName: string } }) => secret?.secretName ?? []);
    expect(secrets).toEqual(expect.arrayContaining(['logs-logs', 'logs-tls']));
    expect([...containers, ...(initContainers ?? [])].length).toBe(2);
  });

  test('members and users have certificates', () => {
    const config = backend.configMap?.toJson().data['elasticsearch.yml'];
    expect(config).toContain('xpack.security.enabled: true');
    expect(config).toContain('xpack.security.transport.ssl.enabled: true');
    expect(config).toContain('xpack.security.http.ssl.enabled: true');
    expect(backend.offer({ access: 'read-write', port: undefined }).variables.URL).toBe('https://logs:9200');
  });

  test('a member with an empty key ends', () => {
    const started = shell(backend.configMap?.toJson().data['start.sh'], {
      '/run/accounts': { username: 'admin', password: '' },
      '/run/tls': { 'tls.crt': '', 'tls.key': '', 'ca.crt': '' },
      '/usr/share/elasticsearch': {},
      '/usr/share/elasticsearch/config': { 'jvm.options': '' },
      '/etc/backend': { 'elasticsearch.yml': '' },
      '/tmp': {},
      '/data': {},
    });
    expect(started.status).toBe(1);
    expect(started.stderr).toContain('password must not be empty: set its key in the Secret');
  });

  test('the Job tells the server what was declared, whatever a password holds', async () => {
    const asked: Record<string, unknown> = {};
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        if (request.method === 'PUT') asked[request.url ?? ''] = JSON.parse(body);
        const isAdmin =
          request.headers.authorization === `Basic ${Buffer.from('admin:a"b\\c $(x)').toString('base64')}`;
        response.statusCode = isAdmin ? 200 : 401;
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const script = backend.accountsJob?.configMap.toJson().data['accounts.sh'].replace('https://', 'http://');
    const env = { ...envOf(job?.spec.template.spec.containers[0]), HOST: '127.0.0.1' };
    const own = { username: 'own', password: 'p"w\\d' };
    const done = await accountsRun(
      script,
      { ...env, PORT: String((server.address() as AddressInfo).port) },
      {
        admin: { username: 'admin', password: 'a"b\\c $(x)' },
        'accounts/logs': { ...own, username: 'shipper' },
        'accounts/reports': { ...own, username: 'reader' },
        'accounts/search': own,
      },
    );
    server.close();
    expect(done).toMatchObject({ code: 0 });
    expect(asked).toMatchObject({
      '/_security/role/logs': {
        cluster: ['monitor'],
        indices: [{ names: ['logs-*-*'], privileges: ['create_doc', 'auto_configure'] }],
      },
      '/_security/user/shipper': { password: own.password, roles: ['logs'] },
      '/_security/user/own': { password: own.password, roles: ['search'] },
      '/_ilm/policy/logs-retention': {
        policy: { phases: { hot: { actions: { rollover: { max_age: '3d' } } }, delete: { min_age: '30d' } } },
      },
      '/_component_template/logs@custom': { template: { settings: { 'index.lifecycle.name': 'logs-retention' } } },
    });
    expect(Object.keys(asked).filter((path) => path.startsWith('/logs-*-*/_settings'))).toHaveLength(1);
  });
});

test('logs are deleted without accounts, too', () => {
  const { objects, env } = logs({ retentionDays: 5 });
  const pod = objects.find(({ kind }) => kind === 'Job')?.spec.template.spec;
  expect(pod.containers[0].env).toContainEqual({ name: 'RETENTION', value: '5d' });
  expect(JSON.stringify(pod.volumes)).not.toContain('secret');
  expect(env).not.toHaveProperty('LOGS_PASSWORD_FILE');
});

test.each<[object, string]>([
  [
    { credentials: { secret: 'logs' } },
    "'tls': must be set where there are 'credentials': Elasticsearch has accounts only with certificates",
  ],
  [
    { tls: { issuer: 'internal' } },
    "'credentials': must be set where there is 'tls': Elasticsearch has certificates only with accounts",
  ],
  [{ retentionDays: 0 }, "'retentionDays': must be between 1 and 3650, inclusive, got 0"],
])('refuses %j', (props, message) => {
  expect(messages((shop) => StatefulBackend.elasticsearch(shop, 'logs', { storage: '10Gi', ...props }))).toContain(
    message,
  );
});
