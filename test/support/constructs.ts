import { Construct } from 'constructs';
import {
  ApiGateway,
  type ApiGatewayProps,
  Backup,
  type BackupProps,
  BatchJob,
  type BatchJobProps,
  ConfigCenter,
  type ConfigCenterProps,
  Environment,
  type EnvironmentProps,
  type EtcdProps,
  ExternalBackend,
  type ExternalBackendProps,
  LoggingSidecar,
  type LoggingSidecarProps,
  Migration,
  type MigrationProps,
  MonitoredApp,
  type MonitoredAppProps,
  NodeAgent,
  type NodeAgentProps,
  type PostgresProps,
  type RabbitmqProps,
  type RedisProps,
  ScheduledJob,
  type ScheduledJobProps,
  ShardedDatabase,
  type ShardedPostgresProps,
  StatefulBackend,
  type StatefulBackendProps,
  StatelessService,
  type StatelessServiceProps,
  type ZookeeperProps,
} from '../../lib';
import type { RunProps } from '../../lib/workload/job-props';
import type { PodProps } from '../../lib/workload/pod-props';

/** A public construct, as the contract that all of them keep sees it. */
export interface Subject {
  readonly name: string;
  /** Whether it must be a child of the app; others also stand in a chart. */
  readonly isChart?: boolean;
  readonly make: (scope: Construct, id: string, props: object) => Construct;
  /** As little as it can be given. */
  readonly minimal: object;
  /** All that it can be given; several, where properties exclude each other. */
  readonly full: readonly object[];
  /** Properties that are 0 or false, each with the field in which that shows. */
  readonly kept: readonly Kept[];
  /** Rules that rightly speak of it as it is here: a backend of one member is away while its node is drained. */
  readonly accepted?: readonly string[];
}

interface Kept {
  readonly props: object;
  /** `Deployment.spec.replicas` */
  readonly field: string;
  /** Its value; `undefined` where 0 or false mean that there is no such field. */
  readonly value: unknown;
}

/** Lets the compiler check the properties; the contract itself takes any. */
function subject<Props extends object>(
  given: Omit<Subject, 'make' | 'minimal' | 'full' | 'kept'> & {
    readonly make: (scope: Construct, id: string, props: Props) => Construct;
    readonly minimal: Props;
    readonly full: readonly Props[];
    readonly kept: readonly (Kept & { readonly props: Partial<Props> })[];
  },
): Subject {
  return given as unknown as Subject;
}

const environment = subject<EnvironmentProps>({
  name: 'Environment',
  isChart: true,
  make: (scope, id, props) => {
    const made = new Environment(scope, id, { ...props, namespace: id });
    new StatelessService(made, 'web', { image: 'web:1.0.0' });
    return made;
  },
  minimal: {},
  full: [
    {
      namespace: 'shop-test',
      system: 'shop',
      owner: { team: 'shop', email: 'shop@example.com' },
      labels: { 'cost-center': '4711' },
      kubernetesVersion: '1.32',
      registry: 'registry.example.com/shop',
      mirror: { 'docker.io': 'registry.example.com/docker-hub' },
      digests: { 'docker.io/library/busybox:1.37.0': `sha256:${'0'.repeat(64)}` },
      imagePullSecrets: ['registry-login'],
      resources: { cpu: '200m', memory: '512Mi' },
      quota: 'computed',
      containerLimits: { min: { cpu: '5m', memory: '8Mi' }, max: { cpu: '4', memory: '8Gi' } },
      tenant: 'acme',
      dedicatedNodes: { key: 'tenant', value: 'acme' },
      nodes: { allocatable: { cpu: '3920m', memory: '14Gi', ephemeralStorage: '80Gi' }, zones: 3, count: 12 },
      dns: 'eks',
      endpointPropagation: '3s',
      balancerDetection: '15s',
      deployOrder: 'argo-cd',
      podSecurity: 'baseline',
      priorityBase: 20_000,
      priorityClasses: { critical: 'platform-critical' },
      clusterScoped: 'managed',
      probes: { readiness: { http: '/ready' }, liveness: { http: '/live', port: 'http' } },
      production: false,
      backendTls: { issuer: 'shop-ca', issuerKind: 'Issuer' },
      monitoring: {
        operator: true,
        namespace: 'observability',
        podLabels: { app: 'prometheus' },
        labels: { release: 'stack' },
        dashboardLabels: { dashboards: 'shop' },
        severities: { critical: 'page', warning: 'ticket' },
        runbook: 'https://wiki.example.com/runbooks',
        owner: 'platform',
      },
    } satisfies Required<EnvironmentProps>,
  ],
  kept: [
    { props: { quota: false }, field: 'ResourceQuota', value: undefined },
    {
      props: { endpointPropagation: '0s' },
      field: 'Deployment.spec.template.spec.containers.0.lifecycle',
      value: undefined,
    },
  ],
});

const statelessService = subject<StatelessServiceProps<string>>({
  name: 'StatelessService',
  make: (scope, id, props) => new StatelessService(scope, id, props),
  minimal: { image: 'orders:2.0.1' },
  full: [
    {
      image: 'registry.example.com/shop/orders:2.0.1',
      imagePullPolicy: 'IfNotPresent',
      command: ['/bin/orders'],
      args: ['--port', '8443'],
      env: { LOG_LEVEL: 'info', WORKERS: 4, TRACING: false, URL: { expand: 'http://$(HOST)' }, HOST: 'example.com' },
      resources: { cpu: '250m', cpuLimit: '2', memory: '512Mi', ephemeralStorage: '256Mi' },
      writablePaths: { '/var/cache/orders': '1Gi' },
      uid: 20_001,
      volumes: [{ name: 'certificates', secret: { secretName: 'orders-tls' } }],
      volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls', readOnly: true }],
      initContainers: [{ name: 'warm-up', image: 'warm-up:1.0.0', command: ['warm-up'] }],
      sidecars: [{ name: 'proxy', image: 'proxy:1.0.0', ports: [{ name: 'proxy', containerPort: 15_001 }] }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
      priority: 'critical',
      podAnnotations: { 'example.com/note': 'yes' },
      ports: {
        https: { port: 8443, protocol: 'https', servicePort: 443, nodePort: 30_443, appProtocol: 'https' },
        grpc: 9090,
      },
      replicas: {
        from: 2,
        to: 10,
        cpuPercent: 60,
        memoryPercent: 80,
        warmUp: '90s',
        metrics: [
          {
            type: 'External',
            external: { metric: { name: 'queue_length' }, target: { type: 'AverageValue', averageValue: '30' } },
          },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
      },
      readiness: { http: '/ready', port: 'https', periodSeconds: 3, timeoutSeconds: 1, failureThreshold: 2 },
      liveness: { command: ['/bin/alive'], periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
      startupTime: '2m',
      minReadyTime: '10s',
      requestTimeout: '20s',
      drainTime: '20s',
      flushTime: '3s',
      serviceType: 'LoadBalancer',
      sessionAffinity: 'ClientIP',
      serviceAnnotations: { 'example.com/balancer': 'internal' },
      aliases: ['com.example.OrderService', 'order'],
      maxUnavailable: '25%',
      revisionHistoryLimit: 5,
      progressDeadline: '15m',
      annotations: { 'example.com/runbook': 'https://runbooks.example.com/orders' },
      overrides: {
        deployment: { spec: { minReadySeconds: 10 } },
        service: { spec: { externalTrafficPolicy: 'Local' } },
        podDisruptionBudget: { metadata: { annotations: { 'example.com/why': 'slow start' } } },
        horizontalPodAutoscaler: { spec: { minReplicas: 3 } },
      },
    } satisfies Required<StatelessServiceProps<string>>,
  ],
  kept: [
    { props: { replicas: 0 }, field: 'Deployment.spec.replicas', value: 0 },
    { props: { revisionHistoryLimit: 0 }, field: 'Deployment.spec.revisionHistoryLimit', value: 0 },
    { props: { env: { N: 0, B: false } }, field: 'Deployment.spec.template.spec.containers.0.env.0.value', value: '0' },
    { props: { env: { B: false } }, field: 'Deployment.spec.template.spec.containers.0.env.0.value', value: 'false' },
    {
      props: { readiness: false },
      field: 'Deployment.spec.template.spec.containers.0.readinessProbe',
      value: undefined,
    },
    { props: { liveness: false }, field: 'Deployment.spec.template.spec.containers.0.livenessProbe', value: undefined },
    { props: { flushTime: '0s' }, field: 'Deployment.spec.template.spec.terminationGracePeriodSeconds', value: 35 },
  ],
});

const configCenter = subject<ConfigCenterProps>({
  name: 'ConfigCenter',
  // Inside of its consumer, so that all that it makes is in one place.
  make: (scope, id, props) => {
    const made = new StatelessService(scope, id, { image: 'orders:1.0.0' });
    const { startup = {}, files = {}, dynamic = {}, secrets = {} } = props;
    made.configure(
      new ConfigCenter<string, string, string, string, ConfigCenterProps['source']>(made, `${id}-settings`, props),
      {
        startup: Object.keys(startup),
        files: Object.keys(files),
        dynamic: Object.keys(dynamic),
        secrets: Object.keys(secrets),
      },
    );
    return made;
  },
  minimal: {},
  full: [
    {
      startup: { LOG_LEVEL: 'info', WORKERS: 4, TRACING: false },
      files: { 'app.yaml': { carriers: ['north'] }, 'notes.txt': 'text' },
      dynamic: { 'switches.json': { recommendations: true } },
      secrets: {
        DB_PASSWORD: { secret: 'orders-db', key: 'password' },
        PSP_KEY: {
          externalSecret: {
            store: 'vault',
            storeKind: 'ClusterSecretStore',
            key: 'shop/psp',
            property: 'key',
            refreshInterval: '15m',
          },
        },
      },
      source: {
        nacos: {
          server: { host: 'nacos.example.com', port: 8848, https: false, cidrs: ['10.0.0.0/24'] },
          namespace: 'shop',
          group: 'SHOP',
          dataIds: ['shop.yaml'],
          optional: false,
          discovery: true,
          credentials: {
            username: { secret: 'nacos', key: 'username' },
            password: { secret: 'nacos', key: 'password' },
          },
        },
      },
      overrides: {
        dynamicConfig: { metadata: { annotations: { 'example.com/note': 'yes' } } },
        externalSecret: { spec: { target: { deletionPolicy: 'Merge' } } },
      },
    } satisfies Required<ConfigCenterProps>,
  ],
  kept: [],
});

const externalBackend = subject<ExternalBackendProps>({
  name: 'ExternalBackend',
  make: (scope, id, props) => new ExternalBackend(scope, id, props),
  minimal: { host: 'db.example.com', ports: 3306 },
  full: [
    {
      host: 'db.example.com',
      ports: { mysql: 3306, admin: { port: 33_060, protocol: 'tcp' } },
      readOnly: { host: 'reader.example.com' },
      cidrs: ['10.20.0.0/24'],
      credentials: { secret: 'orders-db', keys: { username: 'user', password: 'pass' }, as: 'files' },
      tls: { ca: { secret: 'database-ca', key: 'root.crt' }, mode: 'verify-ca' },
      sasl: { mechanism: 'SCRAM-SHA-512' },
      alias: true,
      variables: { DATABASE: 'orders', SHARD: 0 },
      maxConnections: 500,
      annotations: { 'example.com/note': 'managed' },
      overrides: { service: { metadata: { annotations: { 'example.com/more': 'yes' } } } },
    },
    {
      addresses: ['10.20.0.7', 'fd00::7'],
      ports: { mysql: { port: 3306, protocol: 'tcp', servicePort: 13_306 } },
      readOnly: { addresses: ['10.20.0.8'] },
      overrides: { endpointSlice: { metadata: { annotations: { 'example.com/more': 'yes' } } } },
    },
  ],
  kept: [],
});

const apiGateway = subject<ApiGatewayProps>({
  name: 'ApiGateway',
  make: (scope, id, props) => {
    const both = new Construct(scope, id);
    const gateway = new ApiGateway(both, `${id}-gateway`, props);
    gateway.route(`/${id}`, new StatelessService(both, id, { image: 'orders:2.0.1' }), { timeout: '10s' });
    return both;
  },
  minimal: { host: 'shop.example.com', tls: { secret: 'shop-tls' } },
  full: [
    {
      host: ['shop.example.com', '*.shop.example.com'],
      tls: { issuer: 'letsencrypt', issuerKind: 'ClusterIssuer', challenge: 'dns-01' },
      ingressClass: 'haproxy',
      controller: { name: 'other', namespace: 'edge', podLabels: { app: 'haproxy' } },
      annotations: { 'example.com/timeout': '10s' },
      overrides: {
        ingress: { metadata: { labels: { tier: 'edge' } } },
        certificate: { spec: { privateKey: { size: 4096 } } },
      },
    } satisfies Required<ApiGatewayProps>,
  ],
  kept: [{ props: { tls: false }, field: 'Ingress.spec.tls', value: undefined }],
});

const loggingSidecar = subject<LoggingSidecarProps>({
  name: 'LoggingSidecar',
  make: (scope, id, props) => {
    const service = new StatelessService(scope, id, { image: 'orders:2.0.1' });
    new LoggingSidecar(service, 'logs', props);
    return service;
  },
  minimal: { output: { elasticsearch: { hosts: ['logs.example.com:9200'] } } },
  full: [
    {
      output: {
        kafka: {
          hosts: ['kafka.example.com:9093'],
          cidrs: ['10.50.0.0/24'],
          tls: true,
          ca: { secret: 'kafka-ca', key: 'ca.pem' },
          credentials: { secret: 'kafka-logs', keys: { username: 'user', password: 'pass' }, as: 'files' },
          topic: 'shop-logs',
          mechanism: 'SCRAM-SHA-256',
        },
      },
      directory: '/var/log/orders',
      files: ['*.json'],
      size: '1Gi',
      format: 'text',
      multiline: { pattern: '^\\[', negate: false, match: 'before' },
      traceField: 'transactionId',
      labels: { tier: 'one' },
      processors: [{ drop_fields: { fields: ['agent'] } }],
      image: 'registry.example.com/filebeat:9.2.0',
      resources: { cpu: '20m', cpuLimit: '100m', memory: '128Mi', ephemeralStorage: '64Mi' },
      healthPort: 5067,
      overrides: { configMap: { metadata: { annotations: { 'example.com/note': 'yes' } } } },
    } satisfies Required<LoggingSidecarProps>,
    { output: { logstash: { hosts: ['logstash.example.com:5044'], tls: false } } },
  ],
  kept: [],
});

/** All that can be said of what watches a service. */
export const everyMonitoringProp: Required<MonitoredAppProps<'http'>> = {
  port: 'http',
  path: '/actuator/prometheus',
  interval: '15s',
  via: 'service-monitor',
  prometheus: { namespace: 'observability', podLabels: { app: 'prometheus' }, labels: { release: 'stack' } },
  metrics: {
    duration: 'http_server_requests_seconds',
    requests: 'http_server_requests_seconds_count',
    statusLabel: 'status',
    failed: '5..',
  },
  alerts: {
    errorRatio: 0.01,
    latency: '300ms',
    latencyQuantile: 0.95,
    cpuThrottling: 0.5,
    memory: 0.8,
    autoscalerAtMaximum: '30m',
    restarts: 0,
    unavailable: '5m',
    missing: '5m',
    requestsMissing: '30m',
    volumeFree: 0.2,
    jobs: false,
    engine: false,
    severities: { critical: 'page', warning: 'ticket' },
    runbook: 'https://wiki.example.com/orders',
    owner: 'orders',
  },
  dashboard: true,
  overrides: {
    serviceMonitor: { metadata: { annotations: { 'example.com/note': 'yes' } } },
    podMonitor: {},
  },
};

const monitoredApp = subject<MonitoredAppProps<'http'>>({
  name: 'MonitoredApp',
  isChart: true,
  // An environment, because its rules and its dashboard stand there.
  make: (scope, id, props) => {
    const made = new Environment(scope, id);
    const service = new StatelessService(made, 'orders', {
      image: 'orders:2.0.1',
      replicas: { from: 2, to: 4, cpuPercent: 70 },
      resources: { cpu: '200m' },
    });
    new MonitoredApp(service, 'monitoring', props);
    return made;
  },
  minimal: {},
  full: [everyMonitoringProp],
  kept: [
    { props: { dashboard: false }, field: 'ConfigMap', value: undefined },
    { props: { alerts: false }, field: 'PrometheusRule', value: undefined },
    {
      props: { alerts: { errorRatio: false, latency: false, missing: false, requestsMissing: false, restarts: 0 } },
      field: 'PrometheusRule.spec.groups.0.rules.2.alert',
      value: 'Restarting',
    },
  ],
});

const statefulBackend = subject<StatefulBackendProps<string>>({
  name: 'StatefulBackend',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => new StatefulBackend(scope, id, props),
  minimal: { image: 'files:1.0.3', ports: 9000, storage: '50Gi' },
  full: [
    {
      image: 'registry.example.com/shop/files:1.0.3',
      ports: { api: { port: 9000, protocol: 'http', servicePort: 80, appProtocol: 'http' }, peer: 9001 },
      clientPorts: ['api'],
      peerPorts: ['peer'],
      storage: { data: { size: '50Gi', path: '/data', storageClass: 'fast' }, log: { size: '5Gi', path: '/log' } },
      replicas: 3,
      quorum: true,
      podManagement: 'Parallel',
      writable: 'every member',
      config: { path: '/etc/files', files: { 'files.conf': 'listen = 9000\n' } },
      credentials: { secret: 'files', keys: { token: 'token' }, as: 'files' },
      variables: { BUCKET: 'orders', SHARDS: 0 },
      readiness: { http: '/ready', port: 'api' },
      liveness: { tcp: true, port: 'api', periodSeconds: 30 },
      maxConnections: 200,
      startupTime: '10m',
      requestTimeout: '1m',
      flushTime: '45s',
      imagePullPolicy: 'IfNotPresent',
      command: ['/bin/files'],
      args: ['--config', '/etc/files/files.conf'],
      env: { LOG_LEVEL: 'info' },
      resources: { cpu: '500m', cpuLimit: '2', memory: '1Gi', ephemeralStorage: '256Mi' },
      writablePaths: { '/var/run/files': '16Mi' },
      uid: 20_001,
      volumes: [{ name: 'certificates', secret: { secretName: 'files-tls' } }],
      volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls', readOnly: true }],
      initContainers: [{ name: 'prepare', image: 'files:1.0.3', command: ['prepare'] }],
      sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'storage', operator: 'Exists' }],
      priority: 'critical',
      podAnnotations: { 'example.com/note': 'yes' },
      spread: 'soft',
      updatePartition: 2,
      tls: { issuer: 'shop-ca', issuerKind: 'Issuer' },
      annotations: { 'example.com/runbook': 'https://runbooks.example.com/files' },
      overrides: {
        statefulSet: { spec: { minReadySeconds: 10 } },
        service: { metadata: { annotations: { 'example.com/a': 'b' } } },
        readService: { metadata: { annotations: { 'example.com/a': 'b' } } },
        peerService: { metadata: { annotations: { 'example.com/a': 'b' } } },
        podDisruptionBudget: { metadata: { annotations: { 'example.com/a': 'b' } } },
        certificate: { metadata: { annotations: { 'example.com/a': 'b' } } },
      },
    } satisfies Required<StatefulBackendProps<string>>,
  ],
  kept: [
    { props: { storage: false }, field: 'StatefulSet.spec.volumeClaimTemplates', value: undefined },
    {
      props: { readiness: false },
      field: 'StatefulSet.spec.template.spec.containers.0.readinessProbe',
      value: undefined,
    },
  ],
});

const redis = subject<RedisProps>({
  name: 'StatefulBackend.redis',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => StatefulBackend.redis(scope, id, props),
  minimal: { storage: '1Gi' },
  full: [
    {
      storage: { size: '1Gi', storageClass: 'fast' },
      topology: 'sentinel',
      replicas: 3,
      accounts: 'per-user',
      credentials: { secret: 'cache', keys: { adminPassword: 'admin' } },
      tls: { secret: 'cache-certificate' },
    },
    {
      storage: '1Gi',
      topology: 'cluster',
      accounts: 'shared',
      replicas: 6,
      replicasPerShard: 1,
      eviction: 'allkeys-lru',
      fsync: 'always',
    },
  ],
  kept: [{ props: { metrics: false }, field: 'StatefulSet.spec.template.spec.initContainers', value: undefined }],
});

const postgres = subject<PostgresProps>({
  name: 'StatefulBackend.postgres',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => StatefulBackend.postgres(scope, id, props),
  minimal: { storage: '10Gi', credentials: { secret: 'orders-db' } },
  full: [
    {
      storage: { size: '10Gi', storageClass: 'fast' },
      credentials: { secret: 'orders', keys: { replicationPassword: 'replicas' } },
      accounts: 'per-user',
      database: 'shop',
      replicas: 3,
      maxConnections: 300,
      settings: { work_mem: '16MB' },
      site: 1,
      followers: ['10.9.0.0/16', 'fd00::/8'],
      overrides: { followersService: { metadata: { annotations: { 'example.com/internal': 'true' } } } },
    },
  ],
  kept: [{ props: { site: 0 }, field: 'Service.spec.type', value: 'ClusterIP' }],
});

/** What a pod of any kind may be told. */
const pod = {
  image: 'registry.example.com/shop/orders:2.0.1',
  imagePullPolicy: 'IfNotPresent',
  command: ['/bin/orders'],
  args: ['--all'],
  env: { LOG_LEVEL: 'info', WORKERS: 4, TRACING: false },
  resources: { cpu: '250m', cpuLimit: '2', memory: '512Mi', ephemeralStorage: '256Mi' },
  writablePaths: { '/var/cache/orders': '1Gi' },
  uid: 20_001,
  volumes: [{ name: 'certificates', secret: { secretName: 'orders-tls' } }],
  volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls', readOnly: true }],
  initContainers: [{ name: 'prepare', image: 'prepare:1.0.0', command: ['prepare'] }],
  sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
  priority: 'optional',
  podAnnotations: { 'example.com/note': 'yes' },
} as const satisfies Required<PodProps>;

const run = {
  ...pod,
  activeDeadline: '20m',
  backoffLimit: 2,
  restartPolicy: 'Never',
  flushTime: '10s',
  annotations: { 'example.com/runbook': 'https://runbooks.example.com/orders' },
} as const satisfies Required<RunProps>;

const batchJob = subject<BatchJobProps>({
  name: 'BatchJob',
  make: (scope, id, props) => new BatchJob(scope, id, props),
  minimal: { image: 'orders:2.0.1' },
  full: [
    {
      ...run,
      parallelism: 4,
      completions: 10,
      completionMode: 'Indexed',
      ttlAfterFinished: '2h',
      overrides: { job: { spec: { backoffLimitPerIndex: 1 } } },
    } satisfies Required<BatchJobProps>,
  ],
  kept: [
    { props: { backoffLimit: 0 }, field: 'Job.spec.backoffLimit', value: 0 },
    { props: { parallelism: 0 }, field: 'Job.spec.parallelism', value: 0 },
    { props: { ttlAfterFinished: '0s' }, field: 'Job.spec.ttlSecondsAfterFinished', value: 0 },
    { props: { flushTime: '0s' }, field: 'Job.spec.template.spec.terminationGracePeriodSeconds', value: 0 },
  ],
});

const migration = subject<MigrationProps>({
  name: 'Migration',
  // With somebody who waits for it, where it can be asked.
  make: (scope, id, props) => {
    const both = new Construct(scope, id);
    const made = new Migration(both, `${id}-schema`, props);
    if (props.check !== undefined) new StatelessService(both, id, { image: 'orders:2.0.1' }).waitsFor(made);
    return both;
  },
  minimal: { image: 'orders:2.0.1' },
  full: [
    {
      ...run,
      check: ['flyway', 'validate'],
      checkInterval: '2s',
      ttlAfterFinished: '2h',
      overrides: { job: { spec: { suspend: false } } },
    } satisfies Required<MigrationProps>,
    { image: 'orders:2.0.1', check: ['/validate'], checkInterval: false },
  ],
  kept: [{ props: { backoffLimit: 0 }, field: 'Job.spec.backoffLimit', value: 0 }],
});

const scheduledJob = subject<ScheduledJobProps>({
  name: 'ScheduledJob',
  make: (scope, id, props) => new ScheduledJob(scope, id, props),
  minimal: { image: 'orders:2.0.1', schedule: '30 2 * * *' },
  full: [
    {
      ...run,
      schedule: '*/15 6-20 * * MON-FRI',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Replace',
      startingDeadline: '5m',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 5,
      suspend: true,
      parallelism: 2,
      completions: 2,
      completionMode: 'Indexed',
      overrides: { cronJob: { metadata: { annotations: { 'example.com/more': 'yes' } } } },
    } satisfies Required<ScheduledJobProps>,
  ],
  kept: [
    { props: { successfulJobsHistoryLimit: 0 }, field: 'CronJob.spec.successfulJobsHistoryLimit', value: 0 },
    { props: { failedJobsHistoryLimit: 0 }, field: 'CronJob.spec.failedJobsHistoryLimit', value: 0 },
    { props: { suspend: false }, field: 'CronJob.spec.suspend', value: false },
  ],
});

const backup = subject<BackupProps>({
  name: 'Backup',
  make: (scope, id, props) => {
    const credentials = { secret: id };
    const database = StatefulBackend.postgres(scope, id, { storage: '10Gi', credentials });
    new Backup(database, 'backup', props);
    return database;
  },
  minimal: { schedule: '30 1 * * *', to: { volume: '50Gi' } },
  full: [
    {
      schedule: '0 */6 * * *',
      timeZone: 'Europe/Berlin',
      startingDeadline: '5m',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 5,
      suspend: true,
      backoffLimit: 0,
      activeDeadline: '90m',
      to: {
        bucket: 's3://shop-backups/databases',
        endpoint: 'http://store.example.com:9000',
        region: 'eu-central-1',
        credentials: { secret: 'backups', keys: { accessKeyId: 'id', secretAccessKey: 'key' } },
        cidrs: ['10.60.0.0/24'],
      },
      keep: { last: 4, days: 30 },
      encryption: { secret: 'backup-encryption', key: 'passphrase' },
      maxAge: '8h',
      credentials: { secret: 'reader' },
      scratch: { size: '20Gi', storageClass: 'fast' },
      resources: { cpu: '500m', memory: '1Gi' },
      image: 'registry.example.com/tools/rclone:1.69.1',
      env: { PGSSLMODE: 'require', RCLONE_BWLIMIT: '20M' },
      nodeSelector: pod.nodeSelector,
      tolerations: pod.tolerations,
      priority: 'optional',
      podAnnotations: { 'example.com/pod': 'yes' },
      annotations: { 'example.com/note': 'yes' },
      alerts: {
        via: 'prometheus-rule',
        labels: { release: 'prometheus' },
        severities: { critical: 'page' },
        runbook: 'https://runbooks.example.com/backups',
      },
      overrides: {
        cronJob: { metadata: { annotations: { 'example.com/more': 'yes' } } },
        restoreJob: { spec: { activeDeadlineSeconds: 600 } },
        volumeClaim: { spec: { accessModes: ['ReadWriteMany'] } },
        prometheusRule: { metadata: { labels: { 'example.com/more': 'yes' } } },
      },
    } satisfies Required<BackupProps>,
  ],
  kept: [
    { props: { successfulJobsHistoryLimit: 0 }, field: 'CronJob.spec.successfulJobsHistoryLimit', value: 0 },
    { props: { backoffLimit: 0 }, field: 'CronJob.spec.jobTemplate.spec.backoffLimit', value: 0 },
    { props: { alerts: false }, field: 'PrometheusRule', value: undefined },
  ],
});

const nodeAgent = subject<NodeAgentProps<string>>({
  name: 'NodeAgent',
  isChart: true,
  // In an environment of its own, whose level lets it see the node.
  make: (scope, id, props) => {
    const made = new Environment(scope, id, { podSecurity: 'privileged', nodes: { count: 9 } });
    new NodeAgent(made, 'agent', props);
    return made;
  },
  minimal: { image: 'agent:2.0.1' },
  full: [
    {
      ...pod,
      uid: 0,
      ports: { https: { port: 8443, protocol: 'https', servicePort: 443, appProtocol: 'https' } },
      hostPaths: {
        '/var/log/pods': {},
        '/run/agent': { mountPath: '/state', readOnly: false, type: 'DirectoryOrCreate' },
      },
      readiness: { http: '/ready', port: 'https' },
      liveness: { tcp: true, port: 'https' },
      startupTime: '2m',
      flushTime: '10s',
      maxUnavailable: 2,
      revisionHistoryLimit: 5,
      annotations: { 'example.com/runbook': 'https://runbooks.example.com/agent' },
      overrides: {
        daemonSet: { spec: { minReadySeconds: 10 } },
        service: { metadata: { annotations: { 'example.com/more': 'yes' } } },
      },
    } satisfies Required<NodeAgentProps<string>>,
  ],
  kept: [
    { props: { uid: 0 }, field: 'DaemonSet.spec.template.spec.securityContext.runAsUser', value: 0 },
    { props: { revisionHistoryLimit: 0 }, field: 'DaemonSet.spec.revisionHistoryLimit', value: 0 },
    {
      props: { ports: 8080, liveness: false },
      field: 'DaemonSet.spec.template.spec.containers.0.livenessProbe',
      value: undefined,
    },
  ],
});

const rabbitmq = subject<RabbitmqProps>({
  name: 'StatefulBackend.rabbitmq',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => StatefulBackend.rabbitmq(scope, id, props),
  minimal: { storage: '10Gi', credentials: { secret: 'events' } },
  full: [
    {
      storage: { size: '10Gi', storageClass: 'fast' },
      credentials: { secret: 'events', keys: { erlangCookie: 'cookie' } },
      replicas: 5,
      queueType: 'classic',
      plugins: ['rabbitmq_shovel'],
      management: true,
      maxConnections: 100,
      settings: { heartbeat: 30 },
    },
  ],
  kept: [{ props: { replicas: 1 }, field: 'PodDisruptionBudget', value: undefined }],
});

const etcd = subject<EtcdProps>({
  name: 'StatefulBackend.etcd',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => StatefulBackend.etcd(scope, id, props),
  minimal: { storage: '10Gi' },
  full: [
    {
      storage: { size: '10Gi', storageClass: 'fast' },
      replicas: 5,
      clusterState: 'existing',
      quota: '1Gi',
      historyRetention: '30m',
      settings: { 'max-txn-ops': 512 },
      credentials: { secret: 'registry' },
      metrics: false,
    },
  ],
  kept: [{ props: { replicas: 1 }, field: 'PodDisruptionBudget', value: undefined }],
});

const zookeeper = subject<ZookeeperProps>({
  name: 'StatefulBackend.zookeeper',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => StatefulBackend.zookeeper(scope, id, props),
  minimal: { storage: '10Gi' },
  full: [
    {
      storage: { size: '10Gi', storageClass: 'fast' },
      logStorage: '5Gi',
      replicas: 5,
      credentials: { secret: 'registry' },
      maxConnections: 100,
      settings: { tickTime: 3000 },
      metrics: false,
    },
  ],
  kept: [{ props: { replicas: 1 }, field: 'PodDisruptionBudget', value: undefined }],
});

const shardedDatabase = subject<ShardedPostgresProps>({
  name: 'ShardedDatabase',
  accepted: ['disruption-deadlock'],
  make: (scope, id, props) => ShardedDatabase.postgres(scope, id, props),
  minimal: {
    shards: 2,
    tables: { orders: { shardBy: 'customer_id' } },
    storage: '10Gi',
    credentials: { secret: 'orders-db' },
  },
  full: [
    {
      shards: 4,
      tables: {
        orders: { shardBy: 'customer_id', of: 'numbers' },
        items: { shardBy: 'customer_id', with: 'orders' },
        sessions: { shardBy: 'token', of: 'text' },
        currencies: 'every shard',
      },
      reads: 'replicas',
      proxy: {
        image: 'registry.example.com/shop/proxy:5.5.2',
        replicas: { from: 3, to: 4, cpuPercent: 60 },
        connectionsPerShard: 24,
        maxConnections: 100,
        priority: 'critical',
      },
      storage: { size: '10Gi', storageClass: 'fast' },
      credentials: { secret: 'orders', keys: { username: 'user', password: 'word' } },
      database: 'shop',
      replicas: 3,
      maxConnections: 300,
      settings: { work_mem: '16MB' },
    },
  ],
  kept: [
    { props: { metrics: false }, field: 'StatefulSet.spec.template.spec.initContainers', value: undefined },
    { props: { replicas: 1 }, field: 'Service.spec.sessionAffinity', value: 'None' },
  ],
});

/** Every public construct. A new one is a new line here, and keeps the contract from its first day. */
export const subjects: readonly Subject[] = [
  apiGateway,
  backup,
  batchJob,
  configCenter,
  environment,
  etcd,
  externalBackend,
  loggingSidecar,
  migration,
  monitoredApp,
  nodeAgent,
  rabbitmq,
  redis,
  postgres,
  scheduledJob,
  shardedDatabase,
  statefulBackend,
  statelessService,
  zookeeper,
];
