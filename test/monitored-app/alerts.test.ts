import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertingRule } from '../../imports/prometheus-operator';
import {
  MonitoredApp,
  type MonitoredAppProps,
  StatefulBackend,
  StatelessService,
  type StatelessServiceProps,
} from '../../lib';
import { toYaml } from '../../lib/kubernetes/yaml';
import { quietEnvironment } from '../support/render';
import { temporaryDirectory } from '../support/temporary';
import { promtool } from '../tools/promtool';

const groupsOf = (props: MonitoredAppProps<'http'> = {}, service: Partial<StatelessServiceProps> = {}) => {
  const shop = quietEnvironment({ namespace: 'production', owner: { team: 'shop', email: 'shop@example.com' } });
  const orders = new StatelessService(shop, 'orders', {
    image: 'orders:1.0.0',
    replicas: { from: 2, to: 4, cpuPercent: 70 },
    ...service,
  });
  const monitoring = new MonitoredApp(orders, 'monitoring', props);
  return monitoring.prometheusRule?.toJson().spec.groups as { name: string; rules: AlertingRule[] }[];
};

const rulesOf = (...given: Parameters<typeof groupsOf>) => groupsOf(...given)[0]?.rules as AlertingRule[];
const ruleOf = (name: string, ...given: Parameters<typeof groupsOf>) =>
  rulesOf(...given).find(({ alert }) => alert === name);

const everyAlert = [
  'HighErrorRatio',
  'HighLatency',
  'MetricsMissing',
  'Restarting',
  'ReplicasUnavailable',
  'CpuThrottled',
  'MemoryNearLimit',
  'AutoscalerAtMaximum',
];

test('there are alerts on errors, latency, restarts, missing pods and saturation', () => {
  expect(rulesOf().map(({ alert }) => alert)).toEqual(everyAlert);
});

test.each(everyAlert)('%s says whose it is, how grave, and what was measured', (name) => {
  const { labels, annotations } = ruleOf(name) as AlertingRule;
  expect(labels).toMatchObject({ namespace: 'production', service: 'orders', owner: 'shop' });
  expect(labels.severity).toMatch(/^(warning|info)$/);
  expect(annotations.summary).toContain('orders in test');
  expect(annotations.description).toContain('orders in test');
  expect(annotations.runbook_url).toBeUndefined();
});

test.each(everyAlert)('%s looks at its own namespace and service alone', (name) => {
  const { expr } = ruleOf(name) as AlertingRule;
  const selectors = expr.match(/\{[^}]*\}/g) ?? [];
  expect(selectors.length).toBeGreaterThan(0);
  for (const selector of selectors) {
    expect(selector).toContain('namespace="production"');
    expect(selector).toMatch(/(service|container|deployment|horizontalpodautoscaler)="orders"/);
  }
});

test('a runbook of your own has a place for every alert', () => {
  expect(ruleOf('HighErrorRatio', { runbook: 'https://wiki.example.com/orders' })?.annotations.runbook_url).toBe(
    'https://wiki.example.com/orders#high-error-ratio',
  );
});

test('severities are called as your Alertmanager calls them', () => {
  const severities = { critical: 'page', warning: 'ticket' };
  expect(ruleOf('HighErrorRatio', { severities })?.labels.severity).toBe('page');
  expect(ruleOf('HighLatency', { severities })?.labels.severity).toBe('ticket');
});

test('thresholds are written without the digits that binary fractions leave behind', () => {
  const alerts = { errorRatio: 0.1 + 0.2, latency: '1.005s', latencyQuantile: 1 - 0.1, memory: 0.07 } as const;
  expect(ruleOf('HighErrorRatio', { alerts })?.expr).toMatch(/> 0\.3$/);
  expect(ruleOf('HighErrorRatio', { alerts })?.annotations.description).toContain('; 30% may.');
  expect(ruleOf('HighLatency', { alerts })?.expr).toMatch(/^histogram_quantile\(0\.9, .* > 1\.005$/);
  expect(ruleOf('HighLatency', { alerts })?.annotations.description).toContain('; 1005ms is allowed.');
  expect(ruleOf('MemoryNearLimit', { alerts })?.annotations.description).toContain('; 7% is allowed.');
});

test('a threshold of zero is one', () => {
  const alerts = { errorRatio: 0, restarts: 0 };
  expect(ruleOf('HighErrorRatio', { alerts })?.expr).toMatch(/ > 0$/);
  expect(ruleOf('Restarting', { alerts })?.expr).toMatch(/ > 0$/);
});

test('every alert can be left out', () => {
  const alerts = {
    errorRatio: false,
    latency: false,
    missing: false,
    restarts: false,
    unavailable: false,
    cpuThrottling: false,
    memory: false,
  } as const;
  expect(rulesOf({ alerts }).map(({ alert }) => alert)).toEqual(['AutoscalerAtMaximum']);
});

test('without an autoscaler none stands at its maximum', () => {
  expect(ruleOf('AutoscalerAtMaximum', {}, { replicas: 3 })).toBeUndefined();
});

test('rates are taken over four scrapes at least', () => {
  expect(ruleOf('HighErrorRatio', { interval: '30s' })?.expr).toContain('[5m]');
  expect(ruleOf('HighErrorRatio', { interval: '2m' })?.expr).toContain('[8m]');
});

test('metrics can have other names', () => {
  const metrics = {
    duration: 'http_request_seconds',
    requests: 'http_requests_total',
    statusLabel: 'code',
    failed: '5..|429',
  };
  expect(ruleOf('HighErrorRatio', { metrics })?.expr).toContain(
    'http_requests_total{namespace="production",service="orders",code=~"5..|429"}',
  );
  expect(ruleOf('HighLatency', { metrics })?.expr).toContain('http_request_seconds_bucket{');
});

describe('promtool', () => {
  const tool = promtool();
  // A check that cannot be made is counted and shown.
  const check = 'program' in tool ? test : test.skip;
  if ('missing' in tool) console.warn(`skipped: ${tool.missing}`);

  const run = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync('program' in tool ? tool.program : '', args, { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };

  /** Feeds the rules with series, and asks at a time which alerts fire. */
  const firing = (
    series: readonly [series: string, values: string][],
    minutes: number,
    alert: string,
    rules = ruleOf(alert) as AlertingRule,
  ) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'rules.yaml'), toYaml({ groups: [{ name: 'orders', rules: [rules] }] }));
    const asked = (expected: object[]) => ({
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([name, values]) => ({ series: name, values })),
          alert_rule_test: [{ eval_time: `${minutes}m`, alertname: alert, exp_alerts: expected }],
        },
      ],
    });
    writeFileSync(join(folder, 'silent.yaml'), toYaml(asked([])));
    const { status, output } = run('test', 'rules', join(folder, 'silent.yaml'));
    if (status === 0) return [];
    // What promtool got instead of nothing: labels and annotations as they reach Alertmanager.
    return [output];
  };

  const at = (labels: string) => `{namespace="production",${labels}}`;
  const requests = (status: string, values: string): [string, string] => [
    `http_server_request_duration_seconds_count${at(`service="orders",pod="orders-1",http_response_status_code="${status}"`)}`,
    values,
  ];
  const bucket = (le: string, values: string): [string, string] => [
    `http_server_request_duration_seconds_bucket${at(`service="orders",pod="orders-1",le="${le}"`)}`,
    values,
  ];
  const container = (metric: string, values: string, more = ''): [string, string] => [
    `${metric}${at(`pod="orders-1",container="orders"${more}`)}`,
    values,
  ];
  const autoscaler = (metric: string, values: string): [string, string] => [
    `kube_horizontalpodautoscaler_${metric}${at('horizontalpodautoscaler="orders"')}`,
    values,
  ];

  check('reads every rule', () => {
    const file = join(temporaryDirectory(), 'rules.yaml');
    writeFileSync(file, toYaml({ groups: groupsOf({ alerts: { latency: '1.5s' }, interval: '90s' }) }));
    expect(run('check', 'rules', file)).toMatchObject({
      status: 0,
      output: expect.stringContaining('SUCCESS: 8 rules found'),
    });
  });

  const cases: Record<
    string,
    { broken: [string, string][]; healthy: [string, string][]; minutes: number; value: string }
  > = {
    HighErrorRatio: {
      broken: [requests('200', '0+90x60'), requests('503', '0+10x60')],
      healthy: [requests('200', '0+99x60'), requests('503', '0+1x60')],
      minutes: 30,
      value: '10% of the requests to orders in test fail; 5% may.',
    },
    HighLatency: {
      broken: [bucket('1', '0+50x60'), bucket('2', '0+100x60'), bucket('+Inf', '0+100x60')],
      healthy: [bucket('1', '0+100x60'), bucket('2', '0+100x60'), bucket('+Inf', '0+100x60')],
      minutes: 40,
      value: '99% of the requests to orders in test take up to 1.98s; 1s is allowed.',
    },
    MetricsMissing: {
      broken: [[`up${at('service="orders",pod="orders-1"')}`, '1x5 0x60']],
      healthy: [
        [`up${at('service="orders",pod="orders-1"')}`, '0x60'],
        [`up${at('service="orders",pod="orders-2"')}`, '1x60'],
      ],
      minutes: 30,
      value: 'For 10m Prometheus has heard of no pod of orders in test',
    },
    Restarting: {
      broken: [container('kube_pod_container_status_restarts_total', '0x10 1 2 3 4 5x60')],
      healthy: [container('kube_pod_container_status_restarts_total', '0x10 1x60')],
      minutes: 20,
      value: 'were restarted',
    },
    ReplicasUnavailable: {
      broken: [[`kube_deployment_status_replicas_unavailable${at('deployment="orders"')}`, '1x60']],
      healthy: [[`kube_deployment_status_replicas_unavailable${at('deployment="orders"')}`, '1x5 0x60']],
      minutes: 30,
      value: '1 pods of orders in test have been missing for 15m.',
    },
    CpuThrottled: {
      broken: [
        container('container_cpu_cfs_periods_total', '0+100x60'),
        container('container_cpu_cfs_throttled_periods_total', '0+50x60'),
      ],
      healthy: [
        container('container_cpu_cfs_periods_total', '0+100x60'),
        container('container_cpu_cfs_throttled_periods_total', '0+5x60'),
      ],
      minutes: 40,
      value: 'held back by its CPU limit in 50% of the time; 25% is allowed.',
    },
    MemoryNearLimit: {
      broken: [
        container('container_memory_working_set_bytes', '95x60', ',id="/kubepods/x"'),
        container('kube_pod_container_resource_limits', '100x60', ',resource="memory",unit="byte"'),
      ],
      healthy: [
        container('container_memory_working_set_bytes', '50x60', ',id="/kubepods/x"'),
        container('kube_pod_container_resource_limits', '100x60', ',resource="memory",unit="byte"'),
      ],
      minutes: 40,
      value: 'uses 95% of its memory limit; 90% is allowed.',
    },
    AutoscalerAtMaximum: {
      broken: [autoscaler('status_desired_replicas', '4x60'), autoscaler('spec_max_replicas', '4x60')],
      healthy: [autoscaler('status_desired_replicas', '3x60'), autoscaler('spec_max_replicas', '4x60')],
      minutes: 30,
      value: 'at its maximum of 4 pods for 15m.',
    },
  };

  describe.each(Object.entries(cases))('%s', (alert, { broken, healthy, minutes, value }) => {
    check('fires on a broken system, with its labels and the figure', () => {
      const [fired = ''] = firing(broken, minutes, alert);
      expect(fired).toContain('namespace="production"');
      expect(fired).toContain('service="orders"');
      expect(fired).toContain('severity=');
      expect(fired).toContain(value);
    });

    check('is silent on a healthy one', () => {
      expect(firing(healthy, minutes, alert)).toEqual([]);
    });

    if (alert !== 'MetricsMissing') {
      check('is silent when it is another namespace that is broken', () => {
        const elsewhere = broken.map(([series, values]): [string, string] => [
          series.replace('namespace="production"', 'namespace="test"'),
          values,
        ]);
        expect(firing([...healthy, ...elsewhere], minutes, alert)).toEqual([]);
      });
    }
  });

  describe('ReplicasUnavailable of a StatefulSet', () => {
    const shop = quietEnvironment({ namespace: 'production' });
    const sessions = StatefulBackend.redis(shop, 'sessions', { topology: 'sentinel', storage: '1Gi' });
    const rule = new MonitoredApp(sessions, 'monitoring').prometheusRule
      ?.toJson()
      .spec.groups[0].rules.find(({ alert }: AlertingRule) => alert === 'ReplicasUnavailable');
    const members = (ready: number): [string, string][] => [
      [`kube_statefulset_replicas${at('statefulset="sessions"')}`, '3x60'],
      [`kube_statefulset_status_replicas_ready${at('statefulset="sessions"')}`, `${ready}x60`],
    ];

    check('counts those that are not ready', () => {
      expect(firing(members(1), 30, 'ReplicasUnavailable', rule)[0]).toContain('2 pods of sessions in test');
      expect(firing(members(3), 30, 'ReplicasUnavailable', rule)).toEqual([]);
    });
  });
});
