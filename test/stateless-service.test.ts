import { App, Chart } from 'cdk8s';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import {
  ConfigCenter,
  Environment,
  type EnvironmentProps,
  ExternalBackend,
  type MicroserviceApp,
  StatelessService,
  type StatelessServiceProps,
} from '../lib';
import { dnsEgress } from '../lib/environment/dns';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietApp, quietEnvironment, yamlOf } from './support/render';
import './support/yaml-snapshot';

const image = 'orders:2.0.1';

function service(props: Partial<StatelessServiceProps<string>> = {}, environment: EnvironmentProps = {}) {
  return new StatelessService(quietEnvironment(environment), 'orders', { image, ...props });
}

const kindsOf = (made: StatelessService<string>): string[] => manifestsOf(made).map(({ kind }) => kind);
const podOf = (made: StatelessService<string>): PodSpec => (made.deployment.toJson() as Manifest).spec.template.spec;
const containerOf = (made: StatelessService<string>): Container => podOf(made).containers[0] as Container;
const specOf = (object: { toJson(): unknown } | undefined) => (object?.toJson() as Manifest | undefined)?.spec;
const policyOf = (made: StatelessService<string>) => specOf(made.networkPolicy);
const variablesOf = (made: StatelessService<string>) =>
  Object.fromEntries((containerOf(made).env ?? []).map(({ name, value }) => [name, value]));

test('needs nothing but an image', () => {
  expect(yamlOf(service())).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'StatelessService')?.full[0] as StatelessServiceProps<string>;
  expect(yamlOf(service(every))).toMatchSnapshot();
});

describe('objects', () => {
  test('has no autoscaler where the number of pods is fixed', () => {
    expect(kindsOf(service({ replicas: 3 }))).not.toContain('HorizontalPodAutoscaler');
  });

  test('has no disruption budget where there is one pod, which would block every drain', () => {
    expect(kindsOf(service({ replicas: 1 }))).not.toContain('PodDisruptionBudget');
  });

  test('has no Service where it has no ports', () => {
    expect(kindsOf(service({ ports: {} }))).not.toContain('Service');
  });

  test('has a service account without a token', () => {
    expect(service().serviceAccount.toJson().automountServiceAccountToken).toBe(false);
    expect(podOf(service())).toMatchObject({ serviceAccountName: 'orders', automountServiceAccountToken: false });
  });
});

describe('names and labels', () => {
  test('are the id, wherever it stands in the tree', () => {
    const environment = quietEnvironment();
    const names = manifestsOf(new StatelessService(environment, 'orders', { image })).map(
      ({ metadata }) => metadata.name,
    );
    expect(new Set(names)).toEqual(new Set(['orders']));
  });

  test('carry the version of the image, and select without it', () => {
    const { metadata, spec } = service().deployment.toJson() as Manifest;
    expect(metadata.labels?.['app.kubernetes.io/version']).toBe('2.0.1');
    expect(spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'orders' });
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  test('carry those of the environment', () => {
    const labels = service(
      {},
      { system: 'shop', labels: { tier: 'one' }, owner: { team: 'shop', email: 'shop@example.com' } },
    ).deployment.toJson().metadata;
    expect(labels).toMatchObject({ labels: { 'app.kubernetes.io/part-of': 'shop', tier: 'one', owner: 'shop' } });
    expect(labels).not.toHaveProperty('annotations');
  });

  test('carry the version only where it runs, so that a new image changes one object', () => {
    const orders = service({ replicas: { from: 2, to: 4, cpuPercent: 70 } });
    const versioned = manifestsOf(orders).filter(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/version'] !== undefined,
    );
    expect(versioned.map(({ kind }) => kind)).toEqual(['Deployment']);
  });

  test('find everything of a service by one label', () => {
    const environment = quietEnvironment();
    const settings = new ConfigCenter(environment, 'settings', { startup: { LOG_LEVEL: 'info' } });
    const orders = new StatelessService(environment, 'orders', { image, aliases: ['com.example.Orders'] });
    orders.configure(settings, { startup: ['LOG_LEVEL'] });
    const apps = manifestsOf(orders).map(({ kind, metadata }) => [kind, metadata.labels?.['app.kubernetes.io/name']]);
    expect(apps.map(([kind]) => kind)).toEqual(expect.arrayContaining(['ConfigMap', 'Service', 'Deployment']));
    expect(new Set(apps.map(([, app]) => app))).toEqual(new Set(['orders']));
  });
});

test('asks the registry for a tag at every start, and for a digest once', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(containerOf(service()).imagePullPolicy).toBe('Always');
  expect(containerOf(service({ image: `orders:2.0.1@${digest}` })).imagePullPolicy).toBe('IfNotPresent');
});

describe('ports', () => {
  test('one number is the port http', () => {
    expect(containerOf(service({ ports: 3000 })).ports).toEqual([
      { name: 'http', containerPort: 3000, protocol: 'TCP' },
    ]);
  });

  test('several have names and protocols', () => {
    const made = service({
      ports: { http: 8080, grpc: { port: 9090, protocol: 'grpc' }, stats: { port: 8125, protocol: 'udp' } },
    });
    expect(specOf(made.service).ports).toEqual([
      { name: 'http', port: 8080, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' },
      { name: 'grpc', port: 9090, targetPort: 'grpc', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
      { name: 'stats', port: 8125, targetPort: 'stats', protocol: 'UDP' },
    ]);
  });

  test('are offered under another number', () => {
    const made = service({ ports: { http: { port: 8080, servicePort: 80 } } });
    expect(specOf(made.service).ports[0]).toMatchObject({ port: 80, targetPort: 'http' });
  });

  test.each([
    ['ClusterIP', { type: 'ClusterIP' }],
    ['NodePort', { type: 'NodePort' }],
    ['LoadBalancer', { type: 'LoadBalancer' }],
    ['Headless', { type: 'ClusterIP', clusterIP: 'None' }],
  ] as const)('the Service is %s', (serviceType, spec) => {
    expect(specOf(service({ serviceType }).service)).toMatchObject(spec);
  });

  test('a Service for the outside is closed on the ports for operators', () => {
    const ports = { http: 8080, management: 9090, metrics: 9091 };
    const [rule, ...others] = policyOf(service({ serviceType: 'LoadBalancer', ports })).ingress;
    expect(others).toEqual([]);
    expect(rule.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  });

  test('a client may be sent to the same pod again', () => {
    expect(specOf(service({ sessionAffinity: 'ClientIP' }).service).sessionAffinity).toBe('ClientIP');
  });

  test('a Service for the outside is open to every address of both families', () => {
    expect(policyOf(service({ serviceType: 'LoadBalancer' })).ingress).toEqual([
      {
        from: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('has further names, interface names among them', () => {
    const made = service({ aliases: ['order', 'com.example.OrderService'] });
    expect(made.aliases.map(({ name }) => name)).toEqual(['order', 'com-example-orderservice']);
    expect(specOf(made.aliases[1]).selector).toEqual({ 'app.kubernetes.io/instance': 'orders' });
    expect(made.aliases[1]?.toJson().metadata.annotations).toEqual({
      'cdk8s-microservices/alias-of': 'com.example.OrderService',
    });
  });
});

describe('replicas', () => {
  test('are 3 where nobody says', () => expect(specOf(service().deployment).replicas).toBe(3));

  test('stay with the autoscaler in a range', () => {
    const made = service({ replicas: { from: 2, to: 8 } });
    expect(specOf(made.deployment)).not.toHaveProperty('replicas');
    expect(specOf(made.horizontalPodAutoscaler)).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    });
  });

  test('follow the CPU of the application alone where there are sidecars', () => {
    const made = service({ replicas: { from: 2, to: 8 }, sidecars: [{ name: 'proxy', image: 'proxy:1' }] });
    expect(specOf(made.horizontalPodAutoscaler).metrics[0]).toMatchObject({
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'orders' },
    });
  });

  test('follow memory and further metrics', () => {
    const queue = {
      type: 'External',
      external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
    };
    const { metrics } = specOf(
      service({ replicas: { from: 2, to: 8, memoryPercent: 80, metrics: [queue] } }).horizontalPodAutoscaler,
    );
    expect(metrics).toEqual([
      expect.objectContaining({ resource: expect.objectContaining({ name: 'memory' }) }),
      queue,
    ]);
  });

  test('a rollout takes none away', () => {
    expect(specOf(service().deployment).strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
    });
  });

  test('a drain takes one at a time, and a broken pod never holds it up', () => {
    expect(specOf(service().podDisruptionBudget)).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });
});

test('waits for a new pod to stay ready before the rollout goes on', () => {
  expect(specOf(service().deployment).minReadySeconds).toBe(5);
  expect(specOf(service({ minReadyTime: '30s' }).deployment).minReadySeconds).toBe(30);
  expect(specOf(service({ startupTime: '10m', minReadyTime: '5m' }).deployment).progressDeadlineSeconds).toBe(1_020);
});

test('does not scale up for the warm-up of its own pods', () => {
  const upAfter = (warmUp?: '0s' | '90s') =>
    specOf(service({ replicas: { from: 2, to: 8, warmUp } }).horizontalPodAutoscaler).behavior.scaleUp
      .stabilizationWindowSeconds;
  expect([upAfter(), upAfter('0s'), upAfter('90s')]).toEqual([60, 0, 90]);
});

describe('probes', () => {
  test('assume no path of the image, and restart no HTTP service that declares no liveness probe', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(service());
    expect(readinessProbe?.tcpSocket).toEqual({ port: 'http' });
    expect(startupProbe?.tcpSocket).toEqual({ port: 'http' });
    expect(livenessProbe).toBeUndefined();
  });

  test('take the paths that the environment knows, where the service has the port and declares none', () => {
    const probes = { readiness: { http: '/readyz' }, liveness: { http: '/livez', port: 'admin' } } as const;
    const without = containerOf(service({}, { probes }));
    expect(without.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'http', scheme: 'HTTP' });
    expect(without.livenessProbe).toBeUndefined();
    const withPort = containerOf(service({ ports: { http: 8080, admin: 9090 }, readiness: { tcp: true } }, { probes }));
    expect(withPort.livenessProbe?.httpGet).toMatchObject({ path: '/livez', port: 'admin' });
    expect(withPort.readinessProbe?.tcpSocket).toEqual({ port: 'http' });
    const grpc = containerOf(service({ ports: { grpc: { port: 9090, protocol: 'grpc' } } }, { probes }));
    expect(grpc.readinessProbe?.grpc).toEqual({ port: 9090 });
  });

  test('follow the protocol of the first port', () => {
    const grpc = containerOf(service({ ports: { grpc: { port: 9090, protocol: 'grpc' } } }));
    expect(grpc.readinessProbe?.grpc).toEqual({ port: 9090 });
    expect(grpc.livenessProbe?.tcpSocket).toEqual({ port: 'grpc' });
    const tcp = containerOf(service({ ports: { tcp: { port: 5000, protocol: 'tcp' } } }));
    expect(tcp.readinessProbe?.tcpSocket).toEqual({ port: 'tcp' });
  });

  test('ask over HTTPS where the port does', () => {
    const { readinessProbe } = containerOf(
      service({ ports: { https: { port: 8443, protocol: 'https' } }, readiness: { http: '/readyz' } }),
    );
    expect(readinessProbe?.httpGet?.scheme).toBe('HTTPS');
  });

  test('wait for a slow start and no longer', () => {
    const { startupProbe } = containerOf(service({ startupTime: '2m' }));
    expect((startupProbe?.periodSeconds ?? 0) * (startupProbe?.failureThreshold ?? 0)).toBe(120);
  });

  test('can be a command, a named gRPC service, a connection, or none', () => {
    const made = containerOf(
      service({ readiness: { grpc: 'orders.Ready', port: 'http' }, liveness: { command: ['alive'] } }),
    );
    expect(made.readinessProbe?.grpc).toEqual({ port: 8080, service: 'orders.Ready' });
    expect(made.livenessProbe?.exec).toEqual({ command: ['alive'] });
    expect(containerOf(service({ readiness: false, liveness: false }))).not.toHaveProperty('startupProbe');
  });
});

describe('shutdown', () => {
  test('waits until nobody sends any more, then has the time of its longest request', () => {
    // 5 s until every node knows, 30 s for the longest request, 5 s to write down what it holds.
    const made = service();
    expect(containerOf(made).lifecycle?.preStop).toEqual({ sleep: { seconds: 5 } });
    expect(podOf(made).terminationGracePeriodSeconds).toBe(40);
  });

  test('waits for the balancer where one sends straight to it', () => {
    const made = service({ serviceType: 'LoadBalancer' });
    expect(containerOf(made).lifecycle?.preStop).toEqual({ sleep: { seconds: 15 } });
    expect(podOf(made).terminationGracePeriodSeconds).toBe(50);
  });

  test('follows the longest that a caller waits', () => {
    const environment = quietEnvironment();
    const payments = new StatelessService(environment, 'payments', { image });
    const orders = new StatelessService(environment, 'orders', { image });
    orders.calls(payments, { timeout: '90s' });
    expect(podOf(payments).terminationGracePeriodSeconds).toBe(100);
  });

  test('sleeps with a command where the cluster cannot by itself', () => {
    const made = service({}, { kubernetesVersion: '1.29' });
    expect(containerOf(made).lifecycle?.preStop).toEqual({ exec: { command: ['sleep', '5'] } });
  });
});

describe('security', () => {
  test('runs as nobody, without rights, on a root that it cannot write', () => {
    expect(podOf(service()).securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10_001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(service()).securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('writes to /tmp and to declared paths, each with a size', () => {
    const made = service({ writablePaths: { '/var/cache/orders': '1Gi' } });
    expect(containerOf(made).volumeMounts).toEqual([
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'var-cache-orders', mountPath: '/var/cache/orders' },
    ]);
    expect(podOf(made).volumes).toEqual([
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'var-cache-orders', emptyDir: { sizeLimit: '1Gi' } },
    ]);
  });

  test('asks for the disk that its scratch volumes may take', () => {
    const { requests } = containerOf(service({ writablePaths: { '/cache': '1Gi' } })).resources ?? {};
    // 128Mi for its log, 64Mi for /tmp, 1024Mi for the cache.
    expect(requests?.['ephemeral-storage']).toBe('1216Mi');
  });

  test('hardens init containers and sidecars in the same way', () => {
    const made = service({
      sidecars: [{ name: 'proxy', image: 'proxy:1' }],
      initContainers: [{ name: 'warm', image: 'warm:1' }],
    });
    for (const container of podOf(made).initContainers ?? []) {
      expect(container.securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources?.limits).toBeDefined();
    }
  });
});

describe('pods', () => {
  test('take no more memory than they were promised', () => {
    const { requests, limits } = containerOf(service({ resources: { memory: '512Mi', cpu: '250m' } })).resources ?? {};
    expect([requests?.memory, limits?.memory, requests?.cpu, limits?.cpu]).toEqual(['512Mi', '512Mi', '250m', '2500m']);
  });

  test('take the resources, registry and pull secrets of the environment', () => {
    const made = service(
      {},
      { resources: { memory: '1Gi' }, registry: 'registry.example.com/shop', imagePullSecrets: ['login'] },
    );
    expect(containerOf(made)).toMatchObject({
      image: 'registry.example.com/shop/orders:2.0.1',
      resources: { requests: { memory: '1Gi', cpu: '100m' } },
    });
    expect(podOf(made).imagePullSecrets).toEqual([{ name: 'login' }]);
  });

  test('are spread over zones and nodes, softly', () => {
    const constraints = podOf(service()).topologySpreadConstraints ?? [];
    expect(constraints.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable])).toEqual([
      ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
      ['kubernetes.io/hostname', 'ScheduleAnyway'],
    ]);
  });

  test('start native sidecars before the application, and init containers after them', () => {
    const made = service({
      sidecars: [{ name: 'proxy', image: 'proxy:1' }],
      initContainers: [{ name: 'warm', image: 'warm:1' }],
    });
    expect(podOf(made).initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['proxy', 'Always'],
      ['warm', undefined],
    ]);
  });

  test('have plain sidecars where the cluster has no native ones', () => {
    const made = service({ sidecars: [{ name: 'proxy', image: 'proxy:1' }] }, { kubernetesVersion: '1.28' });
    expect(podOf(made).containers.map(({ name }) => name)).toEqual(['orders', 'proxy']);
    expect(podOf(made)).not.toHaveProperty('initContainers');
  });

  test('have a priority, whose class the environment makes once', () => {
    const environment = quietEnvironment();
    const [a, b] = ['a', 'b'].map((id) => new StatelessService(environment, id, { image, priority: 'critical' }));
    expect(podOf(a as StatelessService).priorityClassName).toBe('test-critical');
    const classes = manifestsOf((b as StatelessService).node.root).filter(({ kind }) => kind === 'PriorityClass');
    expect(classes.map(({ metadata, value }) => [metadata.name, value])).toEqual([['test-critical', 3_000]]);
  });

  test('keep text in variables as it is', () => {
    const { env } = containerOf(service({ env: { PRICE: '$(5)', TEXT: '$$', URL: { expand: 'http://$(HOST)' } } }));
    expect(env).toEqual([
      { name: 'PRICE', value: '$$(5)' },
      // Kubernetes makes two of the three.
      { name: 'TEXT', value: '$$$' },
      { name: 'URL', value: 'http://$(HOST)' },
    ]);
  });

  test('take variables from where Kubernetes finds them', () => {
    const valueFrom = { fieldRef: { fieldPath: 'metadata.name' } };
    expect(containerOf(service({ env: { POD: valueFrom } })).env).toEqual([{ name: 'POD', valueFrom }]);
  });
});

describe('ways out', () => {
  test('overrides are laid over the objects', () => {
    const made = service({
      overrides: { deployment: { spec: { minReadySeconds: 10, template: { spec: { hostUsers: false } } } } },
    });
    expect(specOf(made.deployment)).toMatchObject({ minReadySeconds: 10, template: { spec: { hostUsers: false } } });
    expect(containerOf(made).image).toBe(image);
  });

  test('a patch reaches one container by its name', () => {
    const made = service();
    made.deployment.patch({ spec: { template: { spec: { containers: [{ name: 'orders', stdin: true }] } } } });
    expect(containerOf(made)).toMatchObject({ stdin: true, image });
  });
});

describe('calls', () => {
  function shop() {
    const environment = quietEnvironment();
    const payments = new StatelessService(environment, 'payments', {
      image,
      ports: { http: { port: 8080, servicePort: 80 }, admin: 9000 },
    });
    const orders = new StatelessService(environment, 'orders', { image });
    return { environment, payments, orders };
  }

  test('give the caller the address', () => {
    const { orders, payments } = shop();
    orders.calls(payments);
    expect(variablesOf(orders)).toEqual({
      PAYMENTS_URL: 'http://payments:80',
      PAYMENTS_HOST: 'payments',
      PAYMENTS_PORT: '80',
    });
  });

  test('give the address under another name', () => {
    const { orders, payments } = shop();
    orders.calls(payments, { env: 'BILLING', port: 'admin' });
    expect(variablesOf(orders)).toMatchObject({ BILLING_URL: 'http://payments:9000' });
  });

  test('of gRPC give a target that resolves to the pods, so that each client balances over all of them', () => {
    const environment = quietEnvironment();
    const ports = { grpc: { port: 9090, protocol: 'grpc', servicePort: 90 } } as const;
    const stock = new StatelessService(environment, 'stock', { image, ports });
    const orders = new StatelessService(environment, 'orders', { image });
    orders.calls(stock);
    expect(variablesOf(orders)).toEqual({
      STOCK_TARGET: 'dns:///stock-pods:9090',
      STOCK_HOST: 'stock',
      STOCK_PORT: '90',
    });
    expect(stock.podsService?.toJson()).toMatchObject({
      metadata: { name: 'stock-pods' },
      spec: { clusterIP: 'None', ports: [{ name: 'grpc', port: 9090, targetPort: 'grpc' }] },
    });
    expect(findingsOf(environment)).toEqual([]);
  });

  test('of gRPC take the Service itself where it is headless, and no second one', () => {
    const environment = quietEnvironment();
    const ports = { grpc: { port: 9090, protocol: 'grpc' } } as const;
    const stock = new StatelessService(environment, 'stock', { image, ports, serviceType: 'Headless' });
    const orders = new StatelessService(environment, 'orders', { image });
    orders.calls(stock);
    expect(variablesOf(orders)).toMatchObject({ STOCK_TARGET: 'dns:///stock:9090' });
    expect(stock.podsService).toBeUndefined();
  });

  test('of gRPC need a name with room for that of the second Service', () => {
    const made = new StatelessService(quietEnvironment(), 'a'.repeat(59), {
      image,
      ports: { grpc: { port: 9090, protocol: 'grpc' } },
    });
    expect(findingsOf(made)).toEqual([
      expect.stringContaining("'id': must be at most 58 characters where a port speaks grpc"),
    ]);
  });

  test('open the policy of the caller, on the port where the pods listen', () => {
    const { orders, payments } = shop();
    orders.calls(payments);
    expect(policyOf(orders).egress).toContainEqual({
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'payments' } } }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    });
  });

  test('open the policy of the callee to the caller, on that port alone', () => {
    const { orders, payments } = shop();
    orders.calls(payments);
    expect(policyOf(payments).ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'orders' } } }],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('leave name resolution to the policy of the environment, and open it by themselves in a plain chart', () => {
    expect(policyOf(shop().orders).egress).toBeUndefined();
    const plain = new StatelessService(new Chart(new App(), 'plain'), 'orders', { image: 'orders:1.0.0' });
    expect(policyOf(plain).egress).toEqual([dnsEgress()]);
  });

  test('lead to the port that serves callers, beside those for operators', () => {
    const environment = quietEnvironment();
    const ports = { web: 3000, management: 9000 };
    const stock = new StatelessService(environment, 'stock', { image, ports });
    const orders = new StatelessService(environment, 'orders', { image });
    orders.calls(stock);
    expect(variablesOf(orders)).toMatchObject({ STOCK_PORT: '3000' });
  });

  test('let nobody in who was not declared', () => {
    const { policyTypes, ingress } = policyOf(shop().payments);
    expect({ policyTypes, ingress }).toEqual({ policyTypes: ['Ingress', 'Egress'], ingress: undefined });
  });

  test('are facts for the rules', () => {
    const { environment, orders, payments } = shop();
    orders.calls(payments, { timeout: '3s', retries: 2, idempotent: true, optional: true, retryBackoff: '100ms' });
    const { calls } = (environment.node.root as MicroserviceApp).system();
    expect(calls).toEqual([
      expect.objectContaining({
        from: 'test/orders',
        to: 'test/payments',
        port: 'http',
        timeoutSeconds: 3,
        perTrySeconds: 1,
        retries: 2,
        backoffSeconds: 0.1,
        idempotent: true,
        optional: true,
      }),
    ]);
  });

  test('may come after the callee was made, and in a circle of optional ones', () => {
    const { orders, payments } = shop();
    payments.calls(orders, { synchronous: false });
    orders.calls(payments);
    expect(variablesOf(payments)).toHaveProperty('ORDERS_URL');
  });

  test('name the order of deployment for Argo CD where it is asked for', () => {
    const environment = quietEnvironment({ deployOrder: 'argo-cd' });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => new StatelessService(environment, id, { image })) as [
      StatelessService,
      StatelessService,
      StatelessService,
    ];
    a.calls(b);
    b.calls(c);
    const waves = [a, b, c].map(
      ({ deployment }) => deployment.toJson().metadata.annotations?.['argocd.argoproj.io/sync-wave'],
    );
    expect(waves).toEqual(['2', '1', undefined]);
  });

  test('do not leave the environment', () => {
    const app = quietApp();
    const orders = new StatelessService(new Environment(app, 'test'), 'orders', { image });
    const payments = new StatelessService(new Environment(app, 'production'), 'payments', { image });
    orders.calls(payments);
    expect(findingsOf(app)).toEqual([
      '[test/orders] calls(payments): must stay in its environment test, but the callee is in production; an ExternalBackend reaches further',
    ]);
  });

  test('reach what is outside', () => {
    const { environment, orders } = shop();
    orders.calls(
      new ExternalBackend(environment, 'mail', {
        host: 'mail.example.com',
        ports: { smtp: 587 },
        cidrs: ['10.9.0.0/24'],
      }),
    );
    expect(policyOf(orders).egress).toContainEqual({
      to: [{ ipBlock: { cidr: '10.9.0.0/24' } }],
      ports: [{ port: 587, protocol: 'TCP' }],
    });
    expect(variablesOf(orders)).toEqual({ MAIL_HOST: 'mail.example.com', MAIL_PORT: '587' });
  });
});
