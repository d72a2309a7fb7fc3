import { App, Chart, Duration, Size } from 'cdk8s';
import {
  ConfigMap,
  ContainerRestartPolicy,
  Cpu,
  Deployment,
  Env,
  EnvValue,
  HorizontalPodAutoscaler,
  Ingress,
  IngressBackend,
  Metric,
  MetricTarget,
  Namespace,
  PersistentVolumeAccessMode,
  PersistentVolumeClaim,
  Probe,
  Secret,
  Service,
  StatefulSet,
  Volume,
} from 'cdk8s-plus-28';

/**
 * The shop of `main.ts` as it is usually written with cdk8s-plus, with what cdk8s-plus decides by itself: the same
 * services, settings, secrets, calls and log shippers. It has no construct for monitors.
 */
export function plainShop(outdir: string): void {
  const app = new App({ outdir, recordConstructMetadata: false });
  for (const stage of ['test', 'staging', 'production']) environment(app, stage);
  app.synth();
}

const callees: Readonly<Record<string, readonly string[]>> = {
  web: ['catalogue', 'user', 'cart', 'order'],
  user: [],
  catalogue: ['inventory'],
  cart: ['catalogue'],
  order: ['payment', 'inventory', 'logistics', 'notification'],
  payment: [],
  inventory: [],
  logistics: ['notification'],
  notification: [],
};
const versions: Readonly<Record<string, string>> = {
  web: '5.2.0',
  user: '1.8.3',
  catalogue: '4.0.2',
  cart: '2.3.0',
  order: '3.1.4',
  payment: '1.4.2',
  inventory: '2.2.1',
  logistics: '1.0.9',
  notification: '2.6.0',
};
const onDatabase = ['user', 'catalogue', 'order', 'payment', 'inventory', 'logistics'];
const scaled = ['web', 'user', 'catalogue', 'cart', 'order', 'payment'];

function environment(app: App, stage: string): void {
  const chart = new Chart(app, stage, { namespace: stage });
  new Namespace(chart, 'namespace', { metadata: { name: stage, namespace: undefined } });
  const settings = new ConfigMap(chart, 'settings', {
    data: { LOG_LEVEL: stage === 'test' ? 'debug' : 'info', CURRENCY: 'EUR', ORDER_HISTORY_DAYS: '90' },
  });
  const switches = new ConfigMap(chart, 'switches', {
    data: { 'switches.json': JSON.stringify({ recommendations: true, reviews: true, orderTracking: true }) },
  });
  const filebeat = new ConfigMap(chart, 'filebeat', {
    data: {
      'filebeat.yml': [
        'filebeat.inputs: [{type: filestream, id: logs, paths: [/var/log/app/*.log]}]',
        `output.elasticsearch: {hosts: ["https://elasticsearch.${stage}.example.com:9200"]}`,
        '',
      ].join('\n'),
    },
  });
  const database = Secret.fromSecretName(chart, 'shop-db', 'shop-db');
  const provider = Secret.fromSecretName(chart, 'psp', 'psp');
  const sessions = redis(chart, stage);

  const deployments = new Map<string, Deployment>();
  const services = new Map<string, Service>();
  for (const [name, version] of Object.entries(versions)) {
    const isScaled = stage === 'production' && scaled.includes(name);
    const deployment = new Deployment(chart, name, { replicas: isScaled ? undefined : 3, metadata: { name } });
    const container = deployment.addContainer({
      name,
      image: `registry.example.com/shop/${name}:${version}`,
      portNumber: 8080,
      envFrom: [Env.fromConfigMap(settings)],
      readiness: Probe.fromHttpGet('/readyz', { port: 8080 }),
      liveness: Probe.fromHttpGet('/livez', { port: 8080 }),
      resources: {
        cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
        memory: { limit: Size.mebibytes(256), request: Size.mebibytes(256) },
      },
    });
    if (onDatabase.includes(name)) {
      container.env.addVariable('DB_PASSWORD', EnvValue.fromSecretValue({ secret: database, key: 'password' }));
      container.env.addVariable('DB_HOST', EnvValue.fromValue(`mysql.${stage}.example.com`));
    }
    if (name === 'payment') {
      container.env.addVariable('PSP_KEY', EnvValue.fromSecretValue({ secret: provider, key: 'key' }));
    }
    if (name === 'web' || name === 'cart') {
      container.env.addVariable('SESSIONS_HOST', EnvValue.fromValue(sessions.name));
    }
    if (name === 'web' || name === 'catalogue') {
      container.mount('/etc/switches', Volume.fromConfigMap(chart, `${name}-switches`, switches));
    }
    const logs = Volume.fromEmptyDir(chart, `${name}-logs`, 'logs');
    container.mount('/var/log/app', logs);
    const shipper = deployment.addInitContainer({
      name: 'filebeat',
      image: 'docker.elastic.co/beats/filebeat:9.2.0',
      restartPolicy: ContainerRestartPolicy.ALWAYS,
    });
    shipper.mount('/var/log/app', logs);
    shipper.mount('/etc/filebeat', Volume.fromConfigMap(chart, `${name}-filebeat`, filebeat, { name: 'filebeat' }));
    services.set(name, deployment.exposeViaService({ name, ports: [{ port: 80, targetPort: 8080 }] }));
    deployments.set(name, deployment);
    if (isScaled) {
      new HorizontalPodAutoscaler(chart, `${name}-autoscaler`, {
        target: deployment,
        minReplicas: 3,
        maxReplicas: name === 'web' || name === 'catalogue' ? 20 : 12,
        metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(70))],
      });
    }
  }

  for (const [caller, called] of Object.entries(callees)) {
    const from = deployments.get(caller) as Deployment;
    for (const callee of called) {
      const to = deployments.get(callee) as Deployment;
      from.containers[0]?.env.addVariable(
        `${callee.toUpperCase()}_URL`,
        EnvValue.fromValue(`http://${services.get(callee)?.name}`),
      );
      from.connections.allowTo(to);
    }
  }

  const ingress = new Ingress(chart, 'gateway');
  const host = stage === 'production' ? 'shop.example.com' : `${stage}.shop.example.com`;
  const route = (path: string, service: string): void =>
    ingress.addHostRule(host, path, IngressBackend.fromService(services.get(service) as Service));
  route('/', 'web');
  route('/api/orders', 'order');
  route('/api/catalogue', 'catalogue');
  ingress.addTls([{ hosts: [host], secret: Secret.fromSecretName(chart, 'gateway-tls', 'gateway-tls') }]);
}

/** One of them: cdk8s-plus knows nothing of volume claim templates, and so of none that keep to their pod. */
function redis(chart: Chart, stage: string): Service {
  const service = new Service(chart, 'sessions', {
    metadata: { name: 'sessions' },
    clusterIP: 'None',
    ports: [{ port: 6379 }],
  });
  const set = new StatefulSet(chart, 'sessions-set', { service, replicas: 1, metadata: { name: 'sessions' } });
  const claim = new PersistentVolumeClaim(chart, 'sessions-data', {
    storage: Size.gibibytes(stage === 'production' ? 8 : 1),
    accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
  });
  const container = set.addContainer({
    name: 'redis',
    image: 'redis:8.2.3',
    portNumber: 6379,
    liveness: Probe.fromTcpSocket({ port: 6379, initialDelaySeconds: Duration.seconds(5) }),
    readiness: Probe.fromTcpSocket({ port: 6379 }),
    securityContext: { readOnlyRootFilesystem: true },
  });
  container.mount('/data', Volume.fromPersistentVolumeClaim(chart, 'sessions-volume', claim));
  service.select(set);
  return service;
}
