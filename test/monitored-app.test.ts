import { Chart } from 'cdk8s';
import { load } from 'js-yaml';
import {
  Environment,
  type MicroserviceApp,
  MonitoredApp,
  type MonitoredAppProps,
  StatelessService,
  type StatelessServiceProps,
} from '../lib';
import { dashboardUid } from '../lib/monitored-app/dashboard';
import { everyMonitoringProp } from './support/constructs';
import { findingsOf, manifestsOf, quietApp, quietEnvironment, yamlOf } from './support/render';
import { schemaProblems } from './support/validate';
import './support/yaml-snapshot';

const made = (props: MonitoredAppProps<'http'> = {}, service: Partial<StatelessServiceProps> = {}) => {
  const shop = quietEnvironment();
  const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0', ...service });
  return { shop, orders, monitoring: new MonitoredApp(orders, 'monitoring', props) };
};

/** A worker that nobody calls. */
const worker = (props: MonitoredAppProps<never>) => {
  const shop = quietEnvironment();
  const mailer = new StatelessService(shop, 'mailer', { image: 'mailer:1.0.0', ports: {} });
  return { shop, mailer, monitoring: new MonitoredApp(mailer, 'monitoring', props) };
};

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number };
  readonly targets: readonly { readonly expr: string }[];
}
const dashboardOf = (monitoring: MonitoredApp | MonitoredApp<StatelessService>) => {
  const [[file, text] = ['', '']] = Object.entries<string>(monitoring.dashboard?.toJson().data ?? {});
  return { file, text, dashboard: JSON.parse(text) as { uid: string; title: string; panels: Panel[] } };
};
const ingress = (service: StatelessService | StatelessService<never>) => service.networkPolicy.toJson().spec.ingress;

test('needs nothing', () => {
  const { monitoring, shop } = made();
  expect(findingsOf(shop)).toEqual([]);
  expect(yamlOf(monitoring)).toMatchSnapshot();
});

test('uses every prop', () => {
  const props: Required<MonitoredAppProps<'http'>> = {
    ...everyMonitoringProp,
    alerts: { ...everyMonitoringProp.alerts, missing: false },
    overrides: {
      serviceMonitor: { spec: { endpoints: [{ port: 'http', path: '/other' }] } },
      podMonitor: {},
    },
  };
  const { shop, orders, monitoring } = made(props, {
    replicas: { from: 2, to: 4, cpuPercent: 70 },
    resources: { cpu: '250m' },
  });
  expect(findingsOf(shop)).toEqual([]);
  expect(manifestsOf(shop).flatMap(schemaProblems)).toEqual([]);
  expect(yamlOf(monitoring) + yamlOf(orders.networkPolicy)).toMatchSnapshot();
});

describe('the scrape', () => {
  test('goes by the Service, and finds no other by its labels', () => {
    const { monitoring, orders } = made({}, { aliases: ['com.example.OrderService'] });
    const selector = monitoring.serviceMonitor?.toJson().spec.selector.matchLabels;
    const [[label, value] = ['', '']] = Object.entries<string>(selector);
    const services = [orders.service, ...orders.aliases].map((service) => service?.toJson().metadata);
    expect(
      services.filter((metadata) => metadata?.labels?.[label] === value).map((metadata) => metadata?.name),
    ).toEqual(['orders']);
  });

  test('is let in by the policy, from the pods of Prometheus and on its port', () => {
    const { orders } = made({ prometheus: { namespace: 'observability' } });
    expect(ingress(orders)).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
          },
        ],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('takes the port for metrics where there is one', () => {
    const shop = quietEnvironment();
    const orders = new StatelessService(shop, 'orders', {
      image: 'orders:1.0.0',
      ports: { http: 8080, metrics: 9090 },
    });
    const monitoring = new MonitoredApp(orders, 'monitoring');
    expect(monitoring.serviceMonitor?.toJson().spec.endpoints[0].port).toBe('metrics');
    expect(ingress(orders as unknown as StatelessService)[0].ports).toEqual([{ port: 9090, protocol: 'TCP' }]);
  });

  test('goes by the pods, on a port that is declared for it, where the Service does not have it', () => {
    const { monitoring, mailer } = worker({ port: 9464 });
    expect(monitoring.serviceMonitor).toBeUndefined();
    expect(monitoring.podMonitor?.toJson().spec.podMetricsEndpoints[0]).toMatchObject({
      port: 'metrics',
      relabelings: [{ action: 'replace', targetLabel: 'service', replacement: 'mailer' }],
    });
    expect(mailer.deployment.toJson().spec.template.spec.containers[0].ports).toEqual([
      { name: 'metrics', containerPort: 9464, protocol: 'TCP' },
    ]);
    expect(ingress(mailer)[0].ports).toEqual([{ port: 9464, protocol: 'TCP' }]);
    expect(manifestsOf(monitoring).flatMap(schemaProblems)).toEqual([]);
  });

  test('takes the number of a port that the service has for that port', () => {
    const { monitoring, orders } = made({ port: 8080 });
    expect(monitoring.serviceMonitor?.toJson().spec.endpoints[0].port).toBe('http');
    expect(orders.deployment.toJson().spec.template.spec.containers[0].ports).toHaveLength(1);
  });

  test('speaks TLS where the port does', () => {
    const { monitoring } = made({}, { ports: { http: { port: 8443, protocol: 'https' } } });
    expect(monitoring.serviceMonitor?.toJson().spec.endpoints[0].scheme).toBe('https');
  });

  test('never waits longer than until the next one', () => {
    const timeout = (interval: '5s' | '1m') =>
      made({ interval }).monitoring.serviceMonitor?.toJson().spec.endpoints[0].scrapeTimeout;
    expect(timeout('5s')).toBe('5s');
    expect(timeout('1m')).toBe('10s');
  });

  test('is announced by annotations of the pods where there is no operator, and the alerts are a file', () => {
    const { orders, monitoring } = made({ via: 'annotations', path: '/m' });
    expect(orders.deployment.toJson().spec.template.metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/scheme': 'http',
      'prometheus.io/port': '8080',
      'prometheus.io/path': '/m',
    });
    expect(manifestsOf(monitoring)).toEqual([]);
    expect(monitoring.prometheusRule).toBeUndefined();
    const file = load(monitoring.ruleFile?.toJson().data['test-monitoring.rules.yaml']) as {
      groups: { rules: { alert?: string; expr: string }[] }[];
    };
    const rule = file.groups[0]?.rules.find(({ alert }) => alert === 'HighErrorRatio');
    expect(rule?.expr).toContain('{namespace="test",app_kubernetes_io_instance="orders",');
  });

  test('does not compile with a port that the service does not have', () => {
    const { shop, orders } = made();
    // @ts-expect-error there is no such port
    new MonitoredApp(orders, 'more', { port: 'grpc' });
    expect(findingsOf(shop)).toContain(`[test/orders/more] 'port': must be one of http, or a number, got "grpc"`);
  });

  test('takes services with different ports in one loop', () => {
    const shop = quietEnvironment();
    const orders = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    const stock = new StatelessService(shop, 'stock', {
      image: 'stock:1.0.0',
      ports: { http: 8080, grpc: { port: 9090, protocol: 'grpc' } },
    });
    for (const service of [orders, stock]) new MonitoredApp(service, 'monitoring', { port: 'http' });
    expect(findingsOf(shop)).toEqual([]);
  });
});

test('Prometheus picks its objects by the labels that it is known to look for', () => {
  const { monitoring } = made({ prometheus: { labels: { release: 'stack' } } });
  expect(monitoring.serviceMonitor?.toJson().metadata.labels?.release).toBe('stack');
});

test('the monitor is in the file of the service; rules and dashboard are one file of the environment', () => {
  const { shop } = made();
  const { objects } = (shop.node.root as MicroserviceApp).system();
  const files = objects.filter(({ path }) => path.includes('monitoring/')).map(({ file }) => file);
  expect(files.sort()).toEqual(['test/_monitoring.k8s.yaml', 'test/_monitoring.k8s.yaml', 'test/orders.k8s.yaml']);
});

describe('alerts', () => {
  const names = (monitoring: MonitoredApp | MonitoredApp<StatelessService>): string[] =>
    monitoring.prometheusRule?.toJson().spec.groups[0].rules.flatMap(({ alert }: { alert?: string }) => alert ?? []);

  test('can be left out', () => {
    expect(made({ alerts: false }).monitoring.prometheusRule).toBeUndefined();
  });

  test('on requests come with ports that serve requests, or where somebody says how they are counted', () => {
    expect(names(made().monitoring)).toContain('HighErrorRatio');
    expect(names(worker({ port: 9464 }).monitoring as unknown as MonitoredApp)).not.toContain('HighErrorRatio');
    const metrics = { duration: 'job_duration_seconds' };
    expect(names(worker({ port: 9464, metrics }).monitoring as unknown as MonitoredApp)).toContain('HighErrorRatio');
  });

  test('do not miss pods that are not meant to be there', () => {
    expect(names(made({}, { replicas: 0 }).monitoring)).not.toContain('MetricsMissing');
  });

  test('have no namespace where whoever applies them chooses it', () => {
    const chart = new Chart(quietApp(), 'chart');
    const monitoring = new MonitoredApp(new StatelessService(chart, 'orders', { image: 'orders:1.0.0' }), 'monitoring');
    const rule = monitoring.prometheusRule
      ?.toJson()
      .spec.groups[0].rules.find(({ alert }: { alert?: string }) => alert === 'HighErrorRatio');
    expect(rule.labels).not.toHaveProperty('namespace');
    expect(rule.expr).toContain('{service="orders",');
    expect(rule.expr).toContain('by (namespace, service)');
  });
});

describe('the dashboard', () => {
  test('is found by its label', () => {
    expect(made().monitoring.dashboard?.toJson().metadata.labels?.grafana_dashboard).toBe('1');
  });

  test('can be left out', () => {
    expect(made({ dashboard: false }).monitoring.dashboard).toBeUndefined();
  });

  test('shows requests, errors, duration and what the pods have left', () => {
    const { dashboard } = dashboardOf(made().monitoring);
    expect(dashboard.panels.map(({ title }) => title)).toEqual([
      'Requests',
      'Errors',
      'Duration',
      'CPU',
      'CPU throttled',
      'Memory',
      'Pods',
      'Restarts in 15 minutes',
      'Free space of volumes',
    ]);
  });

  test('has panels that do not lie on each other', () => {
    const { panels } = dashboardOf(made().monitoring).dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`)).size).toBe(panels.length);
  });

  test('looks at its own namespace alone', () => {
    const { panels } = dashboardOf(made().monitoring).dashboard;
    const selectors = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\{[^}]*\}/g) ?? []));
    expect(selectors.length).toBeGreaterThan(panels.length);
    for (const selector of selectors) expect(selector).toContain('namespace="test"');
  });

  test('keeps its address, and differs from that of another environment', () => {
    const app = quietApp();
    const [test, production] = ['test', 'production'].map((stage) => {
      const orders = new StatelessService(new Environment(app, stage), 'orders', { image: 'orders:1.0.0' });
      return dashboardOf(new MonitoredApp(orders, 'monitoring'));
    });
    expect([test?.dashboard.uid, production?.dashboard.uid]).toEqual(['test-monitoring', 'production-monitoring']);
    expect([test?.file, production?.file]).toEqual(['test-monitoring.json', 'production-monitoring.json']);
  });

  test('has an address that Grafana accepts, however long the names are', () => {
    const uid = dashboardUid('production-of-the-shop-with-a-long-name');
    expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect(uid).not.toBe(dashboardUid('production-of-the-shop-with-a-longer-name'));
  });

  test('fits into a ConfigMap many times over', () => {
    expect(dashboardOf(made().monitoring).text.length).toBeLessThan(2 ** 20 / 50);
  });

  test('shows the bounds of an autoscaler where there is one', () => {
    const { dashboard } = dashboardOf(made({}, { replicas: { from: 2, to: 4, cpuPercent: 70 } }).monitoring);
    const { targets = [] } = dashboard.panels.find(({ title }) => title === 'Pods') ?? {};
    expect(targets.map(({ expr }) => expr).join()).toContain('kube_horizontalpodautoscaler_spec_max_replicas');
  });
});

describe('reports', () => {
  const share = 'must be between 0 and 1, inclusive';
  const long = 'must be a duration above zero, such as 250ms, 2s, 5m or 1h';
  const wrong: [title: string, props: object, message: string][] = [
    ['a port number that is none', { port: 70_000 }, `'port': must be between 1 and 65535, inclusive, got 70000`],
    ['a port that is neither', { port: true }, `'port': must be the name of a port, or a number, got true`],
    [
      'a relative path',
      { path: 'metrics' },
      `'path': must be a path that starts with / and has no spaces, got "metrics"`,
    ],
    ['an interval of nothing', { interval: '0s' }, `'interval': ${long}, got "0s"`],
    [
      'an unknown way',
      { via: 'push' },
      `'via': must be one of "service-monitor", "pod-monitor", "annotations", got "push"`,
    ],
    [
      'a namespace that is none',
      { prometheus: { namespace: 'A' } },
      `'prometheus.namespace': must be lower-case letters, digits and dashes, starting with a letter, at most 63 characters, got "A"`,
    ],
    [
      'a metric that is none',
      { metrics: { duration: 'http-seconds' } },
      `'metrics.duration': must be the name of a metric: letters, digits, underscores and colons, got "http-seconds"`,
    ],
    ['a percentage for a share', { alerts: { errorRatio: 5 } }, `'alerts.errorRatio': ${share}, got 5`],
    [
      'a share that is true',
      { alerts: { memory: true } },
      `'alerts.memory': must be a share between 0 and 1, or false, got true`,
    ],
    ['a latency without a unit', { alerts: { latency: '300' } }, `'alerts.latency': ${long}, got "300"`],
    [
      'a latency that is a number',
      { alerts: { latency: 300 } },
      `'alerts.latency': must be a duration such as 15m, or false, got 300`,
    ],
    ['restarts below zero', { alerts: { restarts: -1 } }, `'alerts.restarts': must be a number, 0 or more, got -1`],
    ['an unknown alert', { alerts: { errors: 0.1 } }, `'alerts.errors': must not be set, there is no such property`],
    ['alerts that are true', { alerts: true }, `'alerts': must be thresholds, or false, got true`],
    [
      'a severity that is no label',
      { alerts: { severities: { critical: 'very bad' } } },
      `'alerts.severities.critical': must be at most 63 letters, digits, dashes, underscores and dots, got "very bad"`,
    ],
    [
      'a runbook that is no address',
      { alerts: { runbook: 'wiki' } },
      `'alerts.runbook': must be an address such as https://wiki.example.com/orders, got "wiki"`,
    ],
    [
      'a runbook that is a template',
      { alerts: { runbook: 'https://wiki/{{ x }}' } },
      `'alerts.runbook': must be an address such as https://wiki.example.com/orders, got "https://wiki/{{ x }}"`,
    ],
    [
      'a pattern that is none',
      { metrics: { failed: '5(' } },
      `'metrics.failed': must be a regular expression such as 5.., got "5("`,
    ],
    ['a dashboard that is neither', { dashboard: 'yes' }, `'dashboard': must be true or false, got "yes"`],
    [
      'a property that does not exist',
      { scrapeInterval: '1m' },
      `'scrapeInterval': must not be set, there is no such property; did you mean 'interval'?`,
    ],
  ];
  test.each(wrong)('%s', (_, props, message) => {
    expect(findingsOf(made(props).shop)).toEqual([`[test/orders/monitoring] ${message}`]);
  });

  test('a worker that does not say where its metrics are', () => {
    expect(findingsOf(worker({}).shop)).toEqual([
      "[test/mailer/monitoring] 'port': must be the number of the port with its metrics, got nothing",
    ]);
  });

  test('a Service that does not have the port', () => {
    expect(findingsOf(worker({ port: 9464, via: 'service-monitor' }).shop)).toEqual([
      "[test/mailer/monitoring] 'via': must be pod-monitor or annotations, got service-monitor: the Service has no port 9464",
    ]);
  });
});
