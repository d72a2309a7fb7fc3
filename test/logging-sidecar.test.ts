import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import {
  Environment,
  type EnvironmentProps,
  ExternalBackend,
  LoggingSidecar,
  type LoggingSidecarProps,
  MicroserviceApp,
  StatelessService,
  type StatelessServiceProps,
} from '../lib';
import { startCommand } from '../lib/logging-sidecar/start';
import { everyPublicAddress } from '../lib/workload/address-ranges';
import { findingsOf, manifestsOf, quietEnvironment, yamlOf } from './support/render';
import { temporaryDirectory } from './support/temporary';
import { schemaProblems } from './support/validate';
import './support/yaml-snapshot';

const minimal: LoggingSidecarProps = { output: { elasticsearch: { hosts: ['logs.example.com:9200'] } } };

const made = (
  props: Partial<LoggingSidecarProps> = {},
  service: Partial<StatelessServiceProps> = {},
  environment: EnvironmentProps = {},
) => {
  const shop = quietEnvironment(environment);
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0', ...service });
  const logs = new LoggingSidecar(orders, 'logs', { ...minimal, ...props });
  const pod: PodSpec = orders.deployment.toJson().spec.template.spec;
  const sidecar = [...(pod.initContainers ?? []), ...pod.containers].find(({ name }) => name === 'logs-filebeat');
  return { shop, orders, logs, pod, sidecar: sidecar as Container, config: configOf(logs) };
};

// biome-ignore lint/suspicious/noExplicitAny: a config file of somebody else, read by field
type Config = Record<string, any>;
const configOf = (logs: LoggingSidecar) => load(logs.configMap.toJson().data['filebeat.yml']) as Config;

/** A log store that was declared. */
const withStore = (
  props: object = {},
  output: (store: ExternalBackend<'https'>) => LoggingSidecarProps['output'] = (store) => ({ elasticsearch: store }),
) => {
  const shop = quietEnvironment();
  const store = new ExternalBackend(shop, 'log-store', {
    host: 'elasticsearch.example.com',
    cidrs: ['10.40.0.0/24'],
    ports: { https: { port: 9200, protocol: 'https' } },
    ...props,
  });
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
  const logs = new LoggingSidecar(orders, 'logs', { output: output(store) });
  return { shop, orders, logs, config: configOf(logs) };
};

test('needs nothing but a place for the entries', () => {
  const { logs, orders } = made();
  expect(yamlOf(logs) + yamlOf(orders.deployment)).toMatchSnapshot();
});

test('uses every prop', () => {
  const props: Required<LoggingSidecarProps> = {
    output: {
      kafka: {
        to: undefined,
        port: undefined,
        hosts: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093'],
        cidrs: ['10.50.0.0/24'],
        tls: true,
        ca: { secret: 'kafka-ca', key: 'ca.pem' },
        credentials: { secret: 'kafka-logs', keys: { username: 'user', password: 'pass' }, as: 'env' },
        topic: 'shop-logs',
        mechanism: 'SCRAM-SHA-256',
      },
    },
    directory: '/var/log/orders',
    files: ['*.json', 'audit/*.json'],
    size: '1Gi',
    format: 'text',
    multiline: { pattern: '^\\[', negate: true, match: 'after' },
    traceField: 'transactionId',
    labels: { 'cost-center': '4711' },
    processors: [{ drop_event: { when: { contains: { message: 'GET /livez' } } } }],
    image: 'logging/filebeat:9.2.0',
    resources: { cpu: '20m', cpuLimit: '100m', memory: '128Mi', ephemeralStorage: '64Mi' },
    healthPort: 5067,
    overrides: { configMap: { metadata: { annotations: { note: 'ours' } } } },
  };
  const { logs, orders, shop } = made(props, {}, { registry: 'registry.example.com/shop' });
  expect(findingsOf(shop)).toEqual([]);
  expect(manifestsOf(shop).flatMap(schemaProblems)).toEqual([]);
  expect(yamlOf(logs) + yamlOf(orders.deployment)).toMatchSnapshot();
});

describe('the pod', () => {
  test('shares a sized directory, which the application writes and the sidecar reads', () => {
    const { pod, sidecar } = made({ directory: '/var/log/orders', size: '1Gi' });
    expect(pod.volumes).toContainEqual({ name: 'logs', emptyDir: { sizeLimit: '1Gi' } });
    expect(pod.containers[0]?.volumeMounts).toContainEqual({ name: 'logs', mountPath: '/var/log/orders' });
    expect(sidecar.volumeMounts).toContainEqual({ name: 'logs', mountPath: '/var/log/orders', readOnly: true });
  });

  test('has the directory counted as disk of the node', () => {
    const disk = (size: string) => made({ size }).pod.containers[0]?.resources?.limits?.['ephemeral-storage'];
    expect(disk('1Gi')).toBe('1280Mi');
    expect(disk('2Gi')).toBe('2304Mi');
  });

  test('keeps what was read on a volume that outlives the container', () => {
    const { pod, sidecar, config } = made();
    expect(pod.volumes).toContainEqual({ name: 'logs-registry', emptyDir: { sizeLimit: '64Mi' } });
    expect(sidecar.volumeMounts).toContainEqual({ name: 'logs-registry', mountPath: config['path.data'] });
  });

  test('runs it as a native sidecar, which ends after the application, where the version has them', () => {
    expect(made().pod.initContainers?.[0]).toMatchObject({ name: 'logs-filebeat', restartPolicy: 'Always' });
    const before = made({}, {}, { kubernetesVersion: '1.28' }).pod;
    expect(before.initContainers).toBeUndefined();
    expect(before.containers.map(({ name }) => name)).toEqual(['orders', 'logs-filebeat']);
  });

  test('hardens it like the application', () => {
    expect(made().sidecar.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    });
  });

  test('asks it whether it is alive, and does not let it decide whether the application is ready', () => {
    const { sidecar, config } = made({ healthPort: 6066 });
    expect(sidecar.livenessProbe?.httpGet).toEqual({ path: '/', port: 6066, scheme: 'HTTP' });
    expect(config.http.port).toBe(6066);
    expect(sidecar.readinessProbe).toBeUndefined();
  });

  test('has an autoscaler look at the application alone', () => {
    const { orders } = made({}, { replicas: { from: 2, to: 4, cpuPercent: 70 } });
    expect(orders.horizontalPodAutoscaler?.toJson().spec.metrics[0]).toMatchObject({
      type: 'ContainerResource',
      containerResource: { container: 'orders' },
    });
  });

  test('takes an image of its own from the registry of the environment', () => {
    const registry = { registry: 'registry.example.com' };
    expect(made({ image: 'filebeat:9.2.0' }, {}, registry).sidecar.image).toBe('registry.example.com/filebeat:9.2.0');
    expect(made({}, {}, registry).sidecar.image).toMatch(/^docker\.elastic\.co\//);
  });
});

describe('the config', () => {
  test('reads the files of the directory with filestream', () => {
    const { config } = made({ files: ['*.log', 'audit/*.json'] });
    expect(config['filebeat.inputs']).toHaveLength(1);
    expect(config['filebeat.inputs'][0]).toMatchObject({
      type: 'filestream',
      id: 'orders-logs',
      paths: ['/var/log/app/*.log', '/var/log/app/audit/*.json'],
    });
  });

  test('decodes JSON, unless it is text', () => {
    const parsers = (format?: 'json' | 'text') => made({ format }).config['filebeat.inputs'][0].parsers;
    expect(parsers()).toEqual([
      { ndjson: { target: '', expand_keys: true, overwrite_keys: true, add_error_key: true } },
    ]);
    expect(parsers('text')).toEqual([]);
  });

  test('joins the lines of one entry before it decodes them', () => {
    const { config } = made({ multiline: { pattern: '^\\d{4}-', match: 'before', negate: false } });
    expect(config['filebeat.inputs'][0].parsers[0]).toEqual({
      multiline: { type: 'pattern', pattern: '^\\d{4}-', negate: false, match: 'before' },
    });
  });

  test('says in the fields of the Elastic Common Schema who wrote an entry', () => {
    expect(made().config.processors[0].add_fields).toEqual({
      target: '',
      fields: {
        service: {
          name: 'orders',
          version: `\${SERVICE_VERSION}`,
          environment: 'test',
          node: { name: `\${POD_NAME}` },
        },
        kubernetes: {
          namespace: `\${POD_NAMESPACE}`,
          pod: { name: `\${POD_NAME}`, ip: `\${POD_IP}` },
          node: { name: `\${NODE_NAME}` },
        },
      },
    });
  });

  test('has every variable that it names from the pod', () => {
    const { logs, sidecar } = made();
    const named = [...String(logs.configMap.toJson().data['filebeat.yml']).matchAll(/\$\{(\w+)\}/g)].map(
      ([, name]) => name,
    );
    const given = (sidecar.env ?? []).map(({ name }) => name);
    expect(given).toEqual(expect.arrayContaining(named));
  });

  test('lets the id of a transaction through, and copies it where it has another name (M08)', () => {
    expect(made().config.processors).toHaveLength(1);
    expect(made({ traceField: 'transactionId' }).config.processors[1].copy_fields).toMatchObject({
      fields: [{ from: 'transactionId', to: 'trace.id' }],
    });
  });

  test('keeps dollar signs of data, which Filebeat would replace', () => {
    const { config } = made({ labels: { note: `\${HOME} $` } });
    expect(config.processors[0].add_fields.fields.labels).toEqual({ note: `$$\{HOME} $$` });
  });

  test('is the same for all pods and releases, so that only a change of it replaces them', () => {
    const name = (image: string) => made({}, { image }).logs.configMap.toJson().metadata.name;
    expect(name('orders:1.0.0')).toBe(name('orders:2.0.0'));
  });

  test('is immutable and named by its content, and says of what it is a generation', () => {
    const { logs, pod } = made();
    const { metadata, immutable } = logs.configMap.toJson();
    expect(immutable).toBe(true);
    expect(metadata.name).toMatch(/^orders-logs-[0-9a-f]{10}$/);
    expect(metadata.labels?.['cdk8s-microservices/generation-of']).toBe('orders-logs');
    expect(pod.volumes?.find(({ name }: Volume) => name === 'logs-config')?.configMap?.name).toBe(metadata.name);
    expect(made({ files: ['*.json'] }).logs.configMap.toJson().metadata.name).not.toBe(metadata.name);
  });

  test('stays in the file of the service, beside its earlier generations', () => {
    const outdir = join(temporaryDirectory(), 'dist');
    const synth = (files: string[]) => {
      const app = new MicroserviceApp({ outdir, quiet: true });
      const orders = new StatelessService(new Environment(app, 'test'), 'orders', { image: 'orders:1.0.0' });
      new LoggingSidecar(orders, 'logs', { ...minimal, files });
      app.synth();
      return execFileSync('grep', ['-c', '^kind: ConfigMap', join(outdir, 'test/orders.k8s.yaml')], {
        encoding: 'utf8',
      }).trim();
    };
    expect(synth(['*.log'])).toBe('1');
    expect(synth(['*.json'])).toBe('2');
    expect(synth(['*.log'])).toBe('2');
  });
});

describe('Elasticsearch', () => {
  test('gets a data stream of the service and the environment', () => {
    expect(made().config['output.elasticsearch']).toEqual({
      hosts: ['https://logs.example.com:9200'],
      index: 'logs-orders-test',
      ssl: { enabled: true },
    });
    expect(made().config).toMatchObject({ 'setup.template.enabled': false, 'setup.ilm.enabled': false });
  });

  test('is found where a backend is declared, by the name that its certificate is made out to', () => {
    const { config } = withStore();
    expect(config['output.elasticsearch']).toMatchObject({
      hosts: ['https://elasticsearch.example.com:9200'],
      ssl: { enabled: true },
    });
  });

  test('is not given TLS where its port does not speak it', () => {
    const { config } = withStore({
      addresses: ['10.40.0.7'],
      host: undefined,
      ports: { http: { port: 9200, protocol: 'http' } },
    });
    expect(config['output.elasticsearch'].hosts).toEqual(['http://log-store:9200']);
    expect(config['output.elasticsearch']).not.toHaveProperty('ssl');
  });
});

describe('Logstash', () => {
  test('gets entries balanced over its hosts', () => {
    const { config } = made({
      output: { logstash: { hosts: ['a.example.com:5044', 'b.example.com:5044'], tls: false } },
    });
    expect(config['output.logstash']).toEqual({
      hosts: ['a.example.com:5044', 'b.example.com:5044'],
      loadbalance: true,
    });
  });
});

describe('Kafka', () => {
  test('gets entries on a topic and confirms them by all replicas', () => {
    const { config } = made({ output: { kafka: { hosts: ['kafka.example.com:9093'] } } });
    expect(config['output.kafka']).toMatchObject({
      hosts: ['kafka.example.com:9093'],
      topic: 'logs',
      required_acks: -1,
      ssl: { enabled: true },
    });
  });
});

describe('credentials', () => {
  const credentials = { secret: 'log-store' };
  const output = (more: object = {}) => ({
    elasticsearch: { hosts: ['logs.example.com:9200'], credentials: { ...credentials, ...more } },
  });

  test('are references in the config, and never in the application', () => {
    const { config, pod } = made({ output: output() });
    expect(config['output.elasticsearch']).toMatchObject({
      username: `\${LOGS_USERNAME}`,
      password: `\${LOGS_PASSWORD}`,
    });
    expect(JSON.stringify(pod.containers)).not.toContain('log-store');
  });

  test('are files of a Secret, read into variables of Filebeat alone', () => {
    const { pod, sidecar } = made({ output: output() });
    expect(pod.volumes?.find(({ name }: Volume) => name === 'logs-credentials')?.secret?.secretName).toBe('log-store');
    expect(sidecar.volumeMounts).toContainEqual({
      name: 'logs-credentials',
      mountPath: '/run/secrets/logs',
      readOnly: true,
    });
    expect(JSON.stringify(sidecar.env)).not.toContain('secretKeyRef');
    expect(sidecar.command?.slice(0, 2)).toEqual(['bash', '--norc']);
  });

  test('reach Filebeat as they are, whatever is in them', () => {
    const directory = temporaryDirectory();
    const password = `a,b"c\\d'e $x \${HOME} [1 `;
    writeFileSync(join(directory, 'username'), 'shop\n');
    writeFileSync(join(directory, 'password'), password);
    const filebeat = join(directory, 'filebeat');
    writeFileSync(filebeat, '#!/bin/sh\nprintf "%s\\n" "$LOGS_USERNAME" "$LOGS_PASSWORD" "$@"\n');
    chmodSync(filebeat, 0o755);
    const { command = [], args = [] } = startCommand(['-e', '-c', 'x y'], directory, credentials);
    const [program = '', ...rest] = [...command, ...args];
    const output = execFileSync(program, rest, { env: { PATH: `${directory}:${process.env.PATH}` }, encoding: 'utf8' });
    const [username = '', secret = '', ...given] = output.trimEnd().split('\n');
    // Filebeat reads a value in quotes like JSON.
    expect([JSON.parse(username), JSON.parse(secret)]).toEqual(['shop', password]);
    expect(given).toEqual(['-e', '-c', 'x y']);
  });

  describe('that are rotated', () => {
    /** Like the kubelet: the files are links into a directory, which is exchanged by the exchange of one link. */
    const rotate = (directory: string, version: string) => {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'username'), 'shop\n');
      writeFileSync(join(directory, version, 'password'), version);
      symlinkSync(version, join(directory, 'next'));
      renameSync(join(directory, 'next'), join(directory, '..data'));
    };
    /** Stands in for Filebeat: says with what it was started, and that it was asked to end. */
    const standIn = `#!/bin/bash
trap 'echo "ended $LOGS_PASSWORD"; exit 0' TERM
echo "started $LOGS_PASSWORD"
while true; do sleep 0.05; done
`;
    const started = () => {
      const directory = temporaryDirectory();
      rotate(directory, 'one');
      for (const file of ['username', 'password']) symlinkSync(`..data/${file}`, join(directory, file));
      writeFileSync(join(directory, 'filebeat'), standIn, { mode: 0o755 });
      const { command = [] } = startCommand([], directory, credentials);
      const [program = '', ...args] = command.map((part) => part.replace('sleep 10 ', 'sleep 0.1 '));
      const shell = spawn(program, args, { env: { PATH: `${directory}:${process.env.PATH}` } });
      let output = '';
      shell.stdout.on('data', (data) => {
        output += data;
      });
      const says = async (text: string) => {
        while (!output.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const end = new Promise<number | null>((resolve) => shell.on('close', resolve));
      return { directory, shell, says, end, output: () => output };
    };

    test('reach Filebeat: it ends well, and is started with the new ones', async () => {
      const { directory, shell, says, end, output } = started();
      await says('started "one"');
      rotate(directory, 'two');
      await says('started "two"');
      shell.kill('SIGTERM');
      expect(await end).toBe(0);
      expect(output().trim().split('\n')).toEqual(['started "one"', 'ended "one"', 'started "two"', 'ended "two"']);
    });

    test('are waited for without a restart while they are the same, and the end of the pod reaches Filebeat', async () => {
      const { shell, says, end, output } = started();
      await says('started "one"');
      await new Promise((resolve) => setTimeout(resolve, 400));
      shell.kill('SIGTERM');
      expect(await end).toBe(0);
      expect(output().trim().split('\n')).toEqual(['started "one"', 'ended "one"']);
    });

    test('do not hide that Filebeat ends by itself: the container ends with its code', async () => {
      const directory = temporaryDirectory();
      rotate(directory, 'one');
      for (const file of ['username', 'password']) symlinkSync(`..data/${file}`, join(directory, file));
      writeFileSync(join(directory, 'filebeat'), '#!/bin/bash\nexit 3\n', { mode: 0o755 });
      const [program = '', ...args] = startCommand([], directory, credentials).command ?? [];
      const shell = spawn(program, args, { env: { PATH: `${directory}:${process.env.PATH}` } });
      expect(await new Promise((resolve) => shell.on('close', resolve))).toBe(3);
    });
  });

  test('are variables by reference where that is asked for', () => {
    const { sidecar } = made({ output: output({ as: 'env', keys: { apiKey: 'api-key' } }) });
    expect(sidecar.command).toBeUndefined();
    expect(sidecar.env).toContainEqual({
      name: 'LOGS_APIKEY',
      valueFrom: { secretKeyRef: { name: 'log-store', key: 'api-key' } },
    });
  });

  test('can be a key of the interface', () => {
    const { config } = made({ output: output({ keys: { apiKey: 'api-key' } }) });
    expect(config['output.elasticsearch'].api_key).toBe(`\${LOGS_APIKEY}`);
  });

  test('are those of the backend where nobody says otherwise', () => {
    const backend = { credentials: { secret: 'log-store' } };
    expect(withStore(backend).config['output.elasticsearch'].password).toBe(`\${LOGS_PASSWORD}`);
    const { orders } = withStore(backend, (to) => ({ elasticsearch: { to, credentials: { secret: 'other' } } }));
    expect(JSON.stringify(orders.deployment.toJson())).toContain('"secretName":"other"');
  });

  test('of Kafka come with the way to sign in', () => {
    const { config } = made({ output: { kafka: { hosts: ['kafka.example.com:9093'], credentials } } });
    expect(config['output.kafka'].sasl).toEqual({ mechanism: 'SCRAM-SHA-512' });
  });
});

test('trusts an authority of its own where one is named', () => {
  const { config, pod } = made({
    output: { elasticsearch: { hosts: ['logs.example.com:9200'], ca: { configMap: 'company-ca' } } },
  });
  expect(config['output.elasticsearch'].ssl.certificate_authorities).toEqual(['/etc/filebeat-ca/ca.crt']);
  expect(pod.volumes?.find(({ name }: Volume) => name === 'logs-ca')?.configMap).toMatchObject({ name: 'company-ca' });
});

describe('the policy', () => {
  const egress = (orders: StatelessService) => orders.networkPolicy.toJson().spec.egress;

  test('opens the way to a backend that was declared', () => {
    expect(egress(withStore().orders)).toEqual([
      { to: [{ ipBlock: { cidr: '10.40.0.0/24' } }], ports: [{ port: 9200, protocol: 'TCP' }] },
    ]);
  });

  test('opens the way to hosts, on their ports only, in their ranges where they are known', () => {
    const hosts = ['a.example.com:9200', 'b.example.com:9200'];
    expect(egress(made({ output: { elasticsearch: { hosts } } }).orders)).toEqual([
      { to: everyPublicAddress, ports: [{ port: 9200, protocol: 'TCP' }] },
    ]);
    expect(egress(made({ output: { elasticsearch: { hosts: ['10.0.0.7:9200'] } } }).orders)).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ port: 9200, protocol: 'TCP' }] },
    ]);
    expect(egress(made({ output: { elasticsearch: { hosts, cidrs: ['10.0.0.0/8'] } } }).orders)).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 9200, protocol: 'TCP' }] },
    ]);
  });

  test('opens the way on both sides where the receiver runs in the cluster', () => {
    const shop = quietEnvironment();
    const logstash = new StatelessService(shop, 'logstash', {
      image: 'logstash:9.2.0',
      ports: { beats: { port: 5044, protocol: 'tcp' } },
    });
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    new LoggingSidecar(orders, 'logs', { output: { logstash } });
    expect(logstash.networkPolicy.toJson().spec.ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'orders' } } }],
        ports: [{ port: 5044, protocol: 'TCP' }],
      },
    ]);
  });
});

test('is part of the model as a call that nobody waits for', () => {
  const { shop } = withStore();
  expect((shop.node.root as MicroserviceApp).system().calls).toMatchObject([
    { from: 'test/orders', to: 'test/log-store', port: 'https', synchronous: false, optional: true },
  ]);
});

test('does not tell the application where the logs go', () => {
  expect(withStore().orders.deployment.toJson().spec.template.spec.containers[0]).not.toHaveProperty('env');
});

describe('reports', () => {
  const place = '[test/orders/logs]';
  const hosts = ['logs.example.com:9200'];
  const receiver = 'must be a backend, or { to } or { hosts }';
  const wrong: [title: string, props: object, message: string][] = [
    [
      'no output',
      { output: undefined },
      `'output': must be exactly one of { elasticsearch }, { logstash } and { kafka }, got nothing`,
    ],
    [
      'an unknown output',
      { output: { loki: {} } },
      `'output': must be exactly one of { elasticsearch }, { logstash } and { kafka }, got {"loki":{}}`,
    ],
    [
      'two outputs',
      { output: { kafka: { hosts }, logstash: { hosts } } },
      `'output': must be exactly one of { elasticsearch }, { logstash } and { kafka }, got {"kafka":{"hosts":["logs.example.com:9200"]},"logstash":{"hosts":["logs.examp...`,
    ],
    [
      'an address as output',
      { output: { elasticsearch: 'https://logs' } },
      `'output.elasticsearch': ${receiver}, got "https://logs"`,
    ],
    [
      'an output that leads nowhere',
      { output: { elasticsearch: {} } },
      `'output.elasticsearch': must have exactly one of 'to' and 'hosts'`,
    ],
    [
      'a host without a port',
      { output: { kafka: { hosts: ['kafka'] } } },
      `'output.kafka.hosts.0': must be a host name with a port, such as logs.example.com:9200, got "kafka"`,
    ],
    ['no host at all', { output: { kafka: { hosts: [] } } }, `'output.kafka.hosts': must be a list, not empty, got []`],
    [
      'an address range that is none',
      { output: { kafka: { hosts, cidrs: ['10.0.0.0'] } } },
      `'output.kafka.cidrs.0': must be an address range such as 10.0.0.0/8, got "10.0.0.0"`,
    ],
    [
      'something that is no backend',
      { output: { kafka: { to: {} } } },
      `'output.kafka.to': must be a backend that was declared, got {}`,
    ],
    [
      'a topic that cannot be',
      { output: { kafka: { hosts, topic: 'a b' } } },
      `'output.kafka.topic': must be a topic: letters, digits, dashes, underscores and dots, got "a b"`,
    ],
    [
      'a password',
      { output: { kafka: { hosts, password: 'x' } } },
      `'output.kafka.password': must not be set, there is no such property`,
    ],
    [
      'an authority from nowhere',
      { output: { kafka: { hosts, ca: 'pem' } } },
      `'output.kafka.ca': must be one of { configMap } or { secret }, got "pem"`,
    ],
    [
      'a directory that is not absolute',
      { directory: 'logs' },
      `'directory': must be an absolute path of letters, digits, dashes, underscores and dots, such as /var/log/app, got "logs"`,
    ],
    [
      'a directory above',
      { directory: '/var/../etc' },
      `'directory': must be an absolute path of letters, digits, dashes, underscores and dots, such as /var/log/app, got "/var/../etc"`,
    ],
    [
      'files outside',
      { files: ['/etc/passwd'] },
      `'files.0': must be a pattern inside the directory, such as *.log, got "/etc/passwd"`,
    ],
    ['no files', { files: [] }, `'files': must be a list, not empty, got []`],
    ['a size that is none', { size: 'big' }, `'size': must be a quantity such as 250m, 1.5 or 512Mi, got "big"`],
    ['an unknown format', { format: 'xml' }, `'format': must be one of "json", "text", got "xml"`],
    ['lines without a pattern', { multiline: {} }, `'multiline.pattern': must be set`],
    ['an empty field', { traceField: '' }, `'traceField': must be text, not empty, got ""`],
    ['labels that are no text', { labels: { a: 1 } }, `'labels.a': must be text, got 1`],
    ['processors that are none', { processors: ['x'] }, `'processors': must be a list of maps, got ["x"]`],
    [
      'an image that is none',
      { image: 'File Beat' },
      `'image': must be an image such as registry.example.com/shop/orders:1.4.2, got "File Beat"`,
    ],
    [
      'resources that are none',
      { resources: { cpu: 'much' } },
      `'resources.cpu': must be a quantity such as 250m, 1.5 or 512Mi, got "much"`,
    ],
    ['a port below 1024', { healthPort: 80 }, `'healthPort': must be between 1024 and 65535, inclusive, got 80`],
    ['a property that does not exist', { path: '/x' }, `'path': must not be set, there is no such property`],
  ];
  test.each(wrong)('%s', (_, props, message) => {
    expect(findingsOf(made(props as LoggingSidecarProps).shop)).toEqual([`${place} ${message}`]);
  });

  test('a port that the backend does not have', () => {
    const { shop } = withStore({}, (to) => ({ elasticsearch: { to, port: 'rest' } }));
    expect(findingsOf(shop)).toEqual([
      `${place} output.elasticsearch(log-store) 'port': must be one of https, got "rest"`,
    ]);
  });

  test('a directory that the service has already', () => {
    const { shop } = made({ directory: '/var/cache' }, { writablePaths: { '/var/cache': '1Gi' } });
    expect(findingsOf(shop)).toEqual([
      "[test/orders] 'mounts./var/cache': must be set once, got it from its own properties and from the log sidecar logs",
    ]);
  });

  test('an id that cannot be the name of a container', () => {
    const shop = quietEnvironment();
    new LoggingSidecar(new StatelessService(shop, 'orders', { image: 'orders:1.0.0' }), 'Logs', minimal);
    expect(findingsOf(shop)).toEqual([
      expect.stringMatching(/\[test\/orders\/Logs\] 'id': must be lower-case .*, at most 63 characters, got "Logs"$/),
    ]);
  });
});

test('cuts the name of its config where there is no room for it', () => {
  const shop = quietEnvironment();
  const orders = new StatelessService(shop, `orders-${'x'.repeat(50)}`, { image: 'orders:1.0.0' });
  expect(new LoggingSidecar(orders, 'logs', minimal).configMap.name.length).toBeLessThanOrEqual(63);
});
