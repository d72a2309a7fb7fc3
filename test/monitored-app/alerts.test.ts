import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertingRule } from '../../imports/prometheus-operator';
import {
  ApiGateway,
  Migration,
  MonitoredApp,
  type MonitoredAppProps,
  ScheduledJob,
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

const rulesOf = (...given: Parameters<typeof groupsOf>) =>
  (groupsOf(...given)[0]?.rules ?? []).filter((rule) => rule.alert !== undefined && rule.alert !== 'PodMetricsMissing');
const ruleOf = (name: string, ...given: Parameters<typeof groupsOf>) =>
  rulesOf(...given).find(({ alert }) => alert === name);

const everyAlert = [
  'HighErrorRatio',
  'HighLatency',
  'RequestMetricsMissing',
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
  expect(labels).toMatchObject({ namespace: 'production', owner: 'shop' });
  expect(labels.severity).toMatch(/^(warning|info)$/);
  expect(annotations.summary).toContain('{{ $labels.service }} in test');
  expect(annotations.description).toContain('{{ $labels.service }} in test');
  expect(annotations.runbook_url).toBeUndefined();
});

test.each(everyAlert)('%s looks at its own namespace alone', (name) => {
  const { expr } = ruleOf(name) as AlertingRule;
  const selectors = expr.match(/\{[^}]*\}/g) ?? [];
  expect(selectors.length).toBeGreaterThan(0);
  for (const selector of selectors) expect(selector).toContain('namespace="production"');
});

describe('several services', () => {
  const shopOf = (alerts: readonly MonitoredAppProps['alerts'][]) => {
    const shop = quietEnvironment({ namespace: 'production' });
    const apps = alerts.map((given, index) => {
      const service = new StatelessService(shop, `s${index}`, { image: 's:1.0.0' });
      return new MonitoredApp(service, 'monitoring', { alerts: given });
    });
    const rules: AlertingRule[] = apps[0]?.prometheusRule?.toJson().spec.groups[0].rules;
    return rules.filter(({ alert }) => alert === 'HighErrorRatio');
  };

  test('share one rule', () => {
    const [rule, ...more] = shopOf([{}, {}, {}]);
    expect(more).toEqual([]);
    expect(rule?.expr).toContain('service=~"s0|s1|s2"');
  });

  test('have a further rule for a threshold of their own, kept apart by a label', () => {
    const rules = shopOf([{}, { errorRatio: 0.01 }, {}]);
    expect(rules.map(({ expr, labels }) => [expr.slice(-6), labels.threshold])).toEqual([
      ['> 0.05', undefined],
      ['> 0.01', '1% 5m'],
    ]);
    expect(rules[0]?.expr).toContain('service=~"s0|s2"');
    expect(rules[1]?.expr).toContain('service="s1"');
  });

  test('have a further rule for another owner or runbook', () => {
    const rules = shopOf([{}, { owner: 'payments' }, { runbook: 'https://wiki.example.com/s2' }]);
    expect(rules.map(({ labels }) => labels.owner)).toEqual([undefined, 'payments', undefined]);
    expect(rules).toHaveLength(3);
  });

  test('leave out the one that wants none', () => {
    expect(shopOf([{}, false])[0]?.expr).toContain('service="s0"');
    expect(shopOf([{}, { errorRatio: false }])[0]?.expr).toContain('service="s0"');
  });
});

test('a runbook of your own has a place for every alert', () => {
  expect(
    ruleOf('HighErrorRatio', { alerts: { runbook: 'https://wiki.example.com/orders' } })?.annotations.runbook_url,
  ).toBe('https://wiki.example.com/orders#high-error-ratio');
});

test('severities are called as your Alertmanager calls them', () => {
  const severities = { critical: 'page', warning: 'ticket' };
  expect(ruleOf('HighErrorRatio', { alerts: { severities } })?.labels.severity).toBe('page');
  expect(ruleOf('HighLatency', { alerts: { severities } })?.labels.severity).toBe('ticket');
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
    requestsMissing: false,
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

  type Rules = { readonly name: string; readonly rules: readonly AlertingRule[] }[];

  /** Feeds the rules with series, and asks at a time which alerts fire. */
  const firing = (
    series: readonly [series: string, values: string][],
    minutes: number,
    alert: string,
    groups: Rules = groupsOf(),
  ) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'rules.yaml'), toYaml({ groups }));
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
    `http_server_request_duration_seconds_count${at(`service="orders",pod="orders-7c9f8d9b6-abcde",http_response_status_code="${status}"`)}`,
    values,
  ];
  const bucket = (le: string, values: string): [string, string] => [
    `http_server_request_duration_seconds_bucket${at(`service="orders",pod="orders-7c9f8d9b6-abcde",le="${le}"`)}`,
    values,
  ];
  const container = (metric: string, values: string, more = ''): [string, string] => [
    `${metric}${at(`pod="orders-7c9f8d9b6-abcde",container="orders"${more}`)}`,
    values,
  ];
  const pod: [string, string] = [`kube_pod_info${at('pod="orders-7c9f8d9b6-abcde",host_ip="10.0.0.1"')}`, '1x120'];
  const up: [string, string] = [`up${at('service="orders",pod="orders-7c9f8d9b6-abcde"')}`, '1x120'];
  const sidecar = (metric: string, values: string, more = ''): [string, string] => [
    `${metric}${at(`pod="orders-7c9f8d9b6-abcde",container="logs-filebeat"${more}`)}`,
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
      output: expect.stringContaining('SUCCESS: 12 rules found'),
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
      broken: [[`up${at('service="orders",pod="orders-7c9f8d9b6-abcde"')}`, '1x5 0x60']],
      healthy: [
        [`up${at('service="orders",pod="orders-7c9f8d9b6-abcde"')}`, '0x60'],
        [`up${at('service="orders",pod="orders-7c9f8d9b6-fghij"')}`, '1x60'],
      ],
      minutes: 30,
      value: 'For 10m no pod of orders in test has answered Prometheus',
    },
    RequestMetricsMissing: {
      broken: [up],
      healthy: [up, requests('200', '0x120')],
      minutes: 65,
      value: 'has had no series http_server_request_duration_seconds_count',
    },
    Restarting: {
      broken: [pod, container('kube_pod_container_status_restarts_total', '0x10 1 2 3 4 5x60')],
      healthy: [pod, container('kube_pod_container_status_restarts_total', '0x10 1x60')],
      minutes: 20,
      value: 'The container orders of orders in test was restarted',
    },
    ReplicasUnavailable: {
      broken: [[`kube_deployment_status_replicas_unavailable${at('deployment="orders"')}`, '1x60']],
      healthy: [[`kube_deployment_status_replicas_unavailable${at('deployment="orders"')}`, '1x5 0x60']],
      minutes: 30,
      value: '1 pods of orders in test have been missing for 15m.',
    },
    CpuThrottled: {
      broken: [
        pod,
        container('container_cpu_cfs_periods_total', '0+100x60'),
        container('container_cpu_cfs_throttled_periods_total', '0+50x60'),
      ],
      healthy: [
        pod,
        container('container_cpu_cfs_periods_total', '0+100x60'),
        container('container_cpu_cfs_throttled_periods_total', '0+5x60'),
      ],
      minutes: 40,
      value: 'throttled by its CPU limit in 50% of the time; 25% is allowed.',
    },
    MemoryNearLimit: {
      broken: [
        pod,
        container('container_memory_working_set_bytes', '95x60', ',id="/kubepods/x"'),
        container('kube_pod_container_resource_limits', '100x60', ',resource="memory",unit="byte"'),
      ],
      healthy: [
        pod,
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

  describe('sidecars', () => {
    check('that restart are reported: they are init containers of Kubernetes', () => {
      const [fired = ''] = firing(
        [pod, sidecar('kube_pod_init_container_status_restarts_total', '0x10 1 2 3 4 5x60')],
        20,
        'Restarting',
      );
      expect(fired).toContain('The container logs-filebeat of orders in test was restarted');
    });

    check('that are about to run out of memory are reported', () => {
      const [fired = ''] = firing(
        [
          pod,
          sidecar('container_memory_working_set_bytes', '95x60'),
          sidecar('kube_pod_init_container_resource_limits', '100x60', ',resource="memory",unit="byte"'),
        ],
        40,
        'MemoryNearLimit',
      );
      expect(fired).toContain('The container logs-filebeat of orders in test uses 95% of its memory limit');
    });
  });

  check('silence of kube-state-metrics is an alert', () => {
    const cadvisor = container('container_memory_working_set_bytes', '1x60');
    expect(firing([cadvisor], 30, 'PodMetricsMissing')[0]).toContain('Nothing is known of the pods of test');
    expect(firing([cadvisor, pod], 30, 'PodMetricsMissing')).toEqual([]);
  });

  check('a service that Prometheus has never heard of is an alert', () => {
    expect(firing([], 30, 'MetricsMissing')[0]).toContain('service="orders"');
  });

  describe('what is no service', () => {
    const shop = quietEnvironment({ namespace: 'production' });
    const sessions = StatefulBackend.redis(shop, 'sessions', { topology: 'sentinel', storage: '1Gi' });
    StatefulBackend.kafka(shop, 'events', { storage: '1Gi' });
    const owner = new StatelessService(shop, 'orders', { image: 'orders:1.0.0' });
    const gateway = new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { issuer: 'letsencrypt' } });
    gateway.route('/', owner);
    new Migration(shop, 'schema', { image: 'schema:1.0.0' });
    new ScheduledJob(shop, 'report', { image: 'report:1.0.0', schedule: '@daily' });
    MonitoredApp.watchAll(shop);
    const [{ prometheusRule }] = [
      sessions.node.children.find((child) => child instanceof MonitoredApp) as MonitoredApp,
    ];
    const all: Rules = prometheusRule?.toJson().spec.groups;
    const member: [string, string] = [`kube_pod_info${at('pod="sessions-0"')}`, '1x120'];
    const claim = 'persistentvolumeclaim="data-sessions-0"';
    const claimed: [string, string] = [
      `kube_pod_spec_volumes_persistentvolumeclaims_info${at(`pod="sessions-0",volume="data",${claim}`)}`,
      '1x600',
    ];
    const volume = (available: string): [string, string][] => [
      [member[0], '1x600'],
      claimed,
      [`kubelet_volume_stats_available_bytes${at(claim)}`, available],
      [`kubelet_volume_stats_capacity_bytes${at(claim)}`, '1000x600'],
    ];
    const members = (ready: number): [string, string][] => [
      [`kube_statefulset_replicas${at('statefulset="sessions"')}`, '3x60'],
      [`kube_statefulset_status_replicas_ready${at('statefulset="sessions"')}`, `${ready}x60`],
    ];
    const job = (metric: string, values: string, name = 'schema-0123456789', more = ''): [string, string] => [
      `${metric}${at(`job_name="${name}"${more}`)}`,
      values,
    ];
    const cron = (metric: string, values: string): [string, string] => [
      `kube_cronjob_${metric}${at('cronjob="report"')}`,
      values,
    ];
    const redis = (metric: string, values: string): [string, string] => [
      `${metric}${at('service="sessions",pod="sessions-0"')}`,
      values,
    ];
    const kafka = (metric: string, values: string, more = ''): [string, string] => [
      `${metric}${at(`service="events",pod="events-exporter-7c9f8d9b6-abcde"${more}`)}`,
      values,
    ];
    const certificate = (metric: string, values: string, more = ''): [string, string] => [
      `certmanager_certificate_${metric}{namespace="cert-manager",exported_namespace="production",name="gateway"${more}}`,
      values,
    ];

    const others: [
      alert: string,
      broken: [string, string][],
      healthy: [string, string][],
      minutes: number,
      text: string,
    ][] = [
      ['ReplicasUnavailable', members(1), members(3), 30, '2 pods of sessions in test'],
      [
        'VolumeAlmostFull',
        volume('99x600'),
        volume('101x600'),
        20,
        'claim data-sessions-0 of sessions in test 9.9% is free',
      ],
      ['VolumeFilling', volume('290-0.2x600'), volume('290x600'), 460, 'nothing will be in four days'],
      [
        'JobFailed',
        [job('kube_job_failed', '1x60', 'schema-0123456789', ',condition="true"')],
        [job('kube_job_failed', '0x60', 'schema-0123456789', ',condition="true"')],
        10,
        'A Job of schema in test has failed for good',
      ],
      [
        'JobRunsLong',
        [job('kube_job_status_start_time', '0x60'), job('kube_job_status_active', '1x60')],
        [job('kube_job_status_start_time', '0x60'), job('kube_job_status_active', '0x60')],
        50,
        'A run of schema in test has been at work for 50m',
      ],
      [
        'JobFailed',
        [cron('created', '0x60'), cron('status_last_schedule_time', '600x60'), cron('status_active', '0x60')],
        [
          cron('created', '0x60'),
          cron('status_last_schedule_time', '600x60'),
          cron('status_last_successful_time', '900x60'),
          cron('status_active', '0x60'),
        ],
        20,
        'The last run of report in test ended without success',
      ],
      [
        'ScheduleMissed',
        [cron('next_schedule_time', '600x120')],
        [cron('next_schedule_time', '600x60')],
        90,
        'report in test should have started',
      ],
      ['ScheduleMissing', [], [cron('created', '0x120')], 70, 'knows no CronJob report in test'],
      ['RedisDown', [redis('redis_up', '0x60')], [redis('redis_up', '1x60')], 10, 'sessions in test has a member'],
      [
        'RedisReplicaDisconnected',
        [redis('redis_master_link_up', '0x60')],
        [redis('redis_master_link_up', '1x60')],
        10,
        'without its primary',
      ],
      [
        'RedisMemoryNearMax',
        [redis('redis_memory_used_bytes', '91x60'), redis('redis_memory_max_bytes', '100x60')],
        [redis('redis_memory_used_bytes', '89x60'), redis('redis_memory_max_bytes', '100x60')],
        20,
        'more than 90% of maxmemory',
      ],
      [
        'RedisConnectionsNearMax',
        [redis('redis_connected_clients', '81x60'), redis('redis_config_maxclients', '100x60')],
        [redis('redis_connected_clients', '79x60'), redis('redis_config_maxclients', '100x60')],
        20,
        'more than 80% of its connections',
      ],
      [
        'KafkaBrokersMissing',
        [kafka('kafka_brokers', '2x60')],
        [kafka('kafka_brokers', '3x60')],
        10,
        'fewer brokers than members',
      ],
      [
        'KafkaPartitionsOffline',
        [kafka('kafka_topic_partition_leader', '-1x60', ',topic="orders",partition="0"')],
        [kafka('kafka_topic_partition_leader', '0x60', ',topic="orders",partition="0"')],
        10,
        'partitions without a leader',
      ],
      [
        'KafkaUnderReplicated',
        [kafka('kafka_topic_partition_under_replicated_partition', '1x60', ',topic="orders",partition="0"')],
        [kafka('kafka_topic_partition_under_replicated_partition', '0x60', ',topic="orders",partition="0"')],
        30,
        'fewer copies in sync',
      ],
      [
        'CertificateNotReady',
        [certificate('ready_status', '0x120', ',condition="True"')],
        [certificate('ready_status', '1x120', ',condition="True"')],
        70,
        'The Certificate gateway in test is not ready',
      ],
      [
        'CertificateExpiring',
        [certificate('expiration_timestamp_seconds', '1209600x120')],
        [certificate('expiration_timestamp_seconds', '1300000x120')],
        70,
        'The Certificate gateway in test expires in',
      ],
    ];

    check.each(others)('%s (case %#) fires, and is silent just below', (alert, broken, healthy, minutes, text) => {
      expect(firing(broken, minutes, alert, all)[0]).toContain(text);
      // The alert of another kind of workload with the same name may speak; this one must not.
      expect(firing(healthy, minutes, alert, all)[0] ?? '').not.toContain(text);
    });

    check('all its rules are read', () => {
      const file = join(temporaryDirectory(), 'rules.yaml');
      writeFileSync(file, toYaml({ groups: all }));
      const { status, output } = run('check', 'rules', file);
      expect(output).not.toContain('duplicate');
      expect(status).toBe(0);
    });
  });

  describe('the alerts of every engine', () => {
    const credentials = { secret: 'accounts' };
    const storage = '10Gi';
    const shop = quietEnvironment({ namespace: 'production' });
    StatefulBackend.mysql(shop, 'mysql', { storage, credentials });
    StatefulBackend.mariadb(shop, 'mariadb', { storage, credentials });
    StatefulBackend.postgres(shop, 'postgres', { storage, credentials });
    StatefulBackend.mongodb(shop, 'mongodb', { storage, credentials });
    StatefulBackend.elasticsearch(shop, 'elasticsearch', { storage });
    StatefulBackend.memcached(shop, 'memcached', {});
    StatefulBackend.rabbitmq(shop, 'rabbitmq', { storage, credentials });
    StatefulBackend.etcd(shop, 'etcd', { storage });
    StatefulBackend.consul(shop, 'consul', { storage });
    const [app] = MonitoredApp.watchAll(shop);
    const all: Rules = app?.prometheusRule?.toJson().spec.groups;
    const of = (service: string, metric: string, values: string, more = ''): [string, string] => [
      `${metric}${at(`service="${service}",pod="${service}-1"${more}`)}`,
      values,
    ];
    const pairs: [
      alert: string,
      service: string,
      broken: [string, string, string?][],
      healthy: [string, string, string?][],
    ][] = [
      ['MysqlDown', 'mysql', [['mysql_up', '0x60']], [['mysql_up', '1x60']]],
      ['MysqlDown', 'mariadb', [['mysql_up', '0x60']], [['mysql_up', '1x60']]],
      [
        'MysqlReplicationStopped',
        'mysql',
        [['mysql_slave_status_replica_sql_running', '0x60']],
        [['mysql_slave_status_replica_sql_running', '1x60']],
      ],
      [
        'MysqlReplicationStopped',
        'mariadb',
        [['mysql_slave_status_slave_io_running', '0x60']],
        [['mysql_slave_status_slave_io_running', '1x60']],
      ],
      [
        'MysqlReplicationLag',
        'mysql',
        [['mysql_slave_status_seconds_behind_source', '61x60']],
        [['mysql_slave_status_seconds_behind_source', '60x60']],
      ],
      [
        'MysqlConnectionsNearMax',
        'mysql',
        [
          ['mysql_global_status_threads_connected', '81x60'],
          ['mysql_global_variables_max_connections', '100x60'],
        ],
        [
          ['mysql_global_status_threads_connected', '80x60'],
          ['mysql_global_variables_max_connections', '100x60'],
        ],
      ],
      ['PostgresDown', 'postgres', [['pg_up', '0x60']], [['pg_up', '1x60']]],
      [
        'PostgresReplicationLag',
        'postgres',
        [['pg_replication_lag_seconds', '61x60']],
        [['pg_replication_lag_seconds', '60x60']],
      ],
      [
        'PostgresConnectionsNearMax',
        'postgres',
        [
          ['pg_stat_activity_count', '50x60', ',state="idle"'],
          ['pg_stat_activity_count', '31x60', ',state="active"'],
          ['pg_settings_max_connections', '100x60'],
        ],
        [
          ['pg_stat_activity_count', '50x60', ',state="idle"'],
          ['pg_stat_activity_count', '30x60', ',state="active"'],
          ['pg_settings_max_connections', '100x60'],
        ],
      ],
      ['MongodbDown', 'mongodb', [['mongodb_up', '0x60']], [['mongodb_up', '1x60']]],
      [
        'MongodbMemberUnhealthy',
        'mongodb',
        [['mongodb_rs_members_health', '0x60', ',member_idx="2"']],
        [['mongodb_rs_members_health', '1x60', ',member_idx="2"']],
      ],
      [
        'MongodbConnectionsNearMax',
        'mongodb',
        [
          ['mongodb_ss_connections', '81x60', ',conn_type="current"'],
          ['mongodb_ss_connections', '19x60', ',conn_type="available"'],
        ],
        [
          ['mongodb_ss_connections', '80x60', ',conn_type="current"'],
          ['mongodb_ss_connections', '20x60', ',conn_type="available"'],
        ],
      ],
      [
        'ElasticsearchRed',
        'elasticsearch',
        [['elasticsearch_cluster_health_status', '1x60', ',color="red"']],
        [['elasticsearch_cluster_health_status', '0x60', ',color="red"']],
      ],
      [
        'ElasticsearchNodesMissing',
        'elasticsearch',
        [['elasticsearch_cluster_health_number_of_nodes', '2x60']],
        [['elasticsearch_cluster_health_number_of_nodes', '3x60']],
      ],
      [
        'ElasticsearchDiskLow',
        'elasticsearch',
        [
          ['elasticsearch_filesystem_data_available_bytes', '9x60'],
          ['elasticsearch_filesystem_data_size_bytes', '100x60'],
        ],
        [
          ['elasticsearch_filesystem_data_available_bytes', '10x60'],
          ['elasticsearch_filesystem_data_size_bytes', '100x60'],
        ],
      ],
      [
        'ElasticsearchHeapHigh',
        'elasticsearch',
        [
          ['elasticsearch_jvm_memory_used_bytes', '91x60', ',area="heap"'],
          ['elasticsearch_jvm_memory_max_bytes', '100x60', ',area="heap"'],
        ],
        [
          ['elasticsearch_jvm_memory_used_bytes', '90x60', ',area="heap"'],
          ['elasticsearch_jvm_memory_max_bytes', '100x60', ',area="heap"'],
        ],
      ],
      ['MemcachedDown', 'memcached', [['memcached_up', '0x60']], [['memcached_up', '1x60']]],
      [
        'MemcachedConnectionsNearMax',
        'memcached',
        [
          ['memcached_current_connections', '81x60'],
          ['memcached_max_connections', '100x60'],
        ],
        [
          ['memcached_current_connections', '80x60'],
          ['memcached_max_connections', '100x60'],
        ],
      ],
      [
        'RabbitmqMemoryAlarm',
        'rabbitmq',
        [['rabbitmq_alarms_memory_used_watermark', '1x60']],
        [['rabbitmq_alarms_memory_used_watermark', '0x60']],
      ],
      [
        'RabbitmqDiskAlarm',
        'rabbitmq',
        [['rabbitmq_alarms_free_disk_space_watermark', '1x60']],
        [['rabbitmq_alarms_free_disk_space_watermark', '0x60']],
      ],
      [
        'RabbitmqPeersUnreachable',
        'rabbitmq',
        [['rabbitmq_unreachable_cluster_peers_count', '1x60']],
        [['rabbitmq_unreachable_cluster_peers_count', '0x60']],
      ],
      ['EtcdNoLeader', 'etcd', [['etcd_server_has_leader', '0x60']], [['etcd_server_has_leader', '1x60']]],
      [
        'EtcdSpaceNearQuota',
        'etcd',
        [
          ['etcd_mvcc_db_total_size_in_bytes', '81x60'],
          ['etcd_server_quota_backend_bytes', '100x60'],
        ],
        [
          ['etcd_mvcc_db_total_size_in_bytes', '80x60'],
          ['etcd_server_quota_backend_bytes', '100x60'],
        ],
      ],
      ['ConsulUnhealthy', 'consul', [['consul_autopilot_healthy', '0x60']], [['consul_autopilot_healthy', '1x60']]],
    ];

    test('are all tried', () => {
      const names = (all[0]?.rules ?? [])
        .map(({ alert }) => alert)
        .filter((name) => /^(Mysql|Postgres|Mongodb|Elastic|Mem[c]|Rabbit|Etcd|Consul)/.test(name ?? ''));
      expect([...new Set(names)].sort()).toEqual([...new Set(pairs.map(([alert]) => alert))].sort());
    });

    check.each(pairs)('%s of %s fires, and is silent just below', (alert, service, broken, healthy) => {
      const series = (given: [string, string, string?][]) =>
        given.map(([metric, values, more]) => of(service, metric, values, more));
      expect(firing(series(broken), 30, alert, all)[0]).toContain(`service="${service}"`);
      expect(firing(series(healthy), 30, alert, all)).toEqual([]);
    });
  });
});
