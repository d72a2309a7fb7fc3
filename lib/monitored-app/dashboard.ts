import { createHash } from 'node:crypto';
import type { RequestMetrics } from './expressions';
import { decimal, percent } from './numbers';
import { MONITORED_POD, MONITORED_SERVICE, ofNamespace } from './selection';

/** What the dashboard must know of a workload. */
export interface DashboardApp {
  /** `undefined` where it counts no requests. */
  readonly metrics: RequestMetrics | undefined;
  /** The label of scraped series that holds its name. */
  readonly serviceLabel: string;
  readonly window: string;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  /** Each line with its name; `{{pod}}` is filled in by Grafana. */
  readonly lines: readonly (readonly [name: string, expression: string])[];
}

/**
 * The address of the dashboard, which must not change: people keep it, and alerts lead to it. At most 40 characters.
 * @see https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/#identifier-id-vs-unique-identifier-uid
 */
export function dashboardUid(place: string): string {
  const uid = `${place}-monitoring`;
  if (uid.length <= 40) return uid;
  return `${uid.slice(0, 29)}-${createHash('sha256').update(uid).digest('hex').slice(0, 10)}`;
}

/**
 * One dashboard of an environment for Grafana as JSON, with the workload as a variable: requests, errors and duration,
 * then what the pods have left.
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboardJson(
  apps: readonly DashboardApp[],
  namespace: string | undefined,
  environment: string,
): string {
  const scope = { namespace };
  const datasource = { type: 'prometheus', uid: '$datasource' };
  const service = {
    name: 'service',
    label: 'Service',
    type: 'query',
    datasource,
    query: `label_values(${MONITORED_SERVICE}${ofNamespace(scope)}, service)`,
    refresh: 2,
    sort: 1,
  };
  const panels = [...requestPanels(apps, scope), ...podPanels(apps, scope)];
  const dashboard = {
    uid: dashboardUid(namespace ?? environment),
    title: `Services in ${environment}`,
    tags: ['cdk8s-microservices', environment],
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }, service],
    },
    panels: panels.map(rendered),
  };
  return `${JSON.stringify(dashboard)}\n`;
}

interface Scope {
  readonly namespace: string | undefined;
}

/** Every vocabulary is asked; a service has series in one of them. */
function requestPanels(apps: readonly DashboardApp[], scope: Scope): Panel[] {
  const counting = apps.flatMap(({ metrics, ...app }) => (metrics === undefined ? [] : [{ ...app, metrics }]));
  const vocabularies = [...new Map(counting.map((app) => [JSON.stringify(app), app])).values()];
  if (vocabularies.length === 0) return [];
  const rate = (
    { metrics, serviceLabel, window }: (typeof vocabularies)[number],
    more = '',
    series = metrics.requests,
  ) =>
    `rate(${series}${ofNamespace(scope, [`${serviceLabel}="$service"`, more].filter(Boolean).join(','))}[${window}])`;
  return [
    {
      title: 'Requests',
      unit: 'reqps',
      lines: vocabularies.map((one) => [
        `{{${one.metrics.statusLabel}}}`,
        `sum by (${one.metrics.statusLabel}) (${rate(one)})`,
      ]),
    },
    {
      title: 'Errors',
      unit: 'percentunit',
      lines: vocabularies.map((one) => {
        const failed = `${one.metrics.statusLabel}=~${JSON.stringify(one.metrics.failed)}`;
        return ['failed', `sum(${rate(one, failed)}) / sum(${rate(one)})`];
      }),
    },
    {
      title: 'Duration',
      unit: 's',
      lines: vocabularies.flatMap((one) =>
        [0.5, 0.95, 0.99].map(
          (quantile) =>
            [
              percent(quantile),
              `histogram_quantile(${decimal(quantile)}, sum by (le) (${rate(one, '', `${one.metrics.duration}_bucket`)}))`,
            ] as const,
        ),
      ),
    },
  ];
}

function podPanels(apps: readonly DashboardApp[], scope: Scope): Panel[] {
  const monitored = `${MONITORED_POD}${ofNamespace(scope, 'service="$service"')}`;
  const ofPods = (expression: string) => `${expression} * on (namespace, pod) group_left (service) ${monitored}`;
  const series = (metric: string, more = 'container!=""') => `${metric}${ofNamespace(scope, more)}`;
  const limit = (resource: string) => {
    const of = (kind: string) => series(`kube_pod_${kind}_resource_limits`, `resource="${resource}"`);
    return `max by (container) (${ofPods(`(${of('container')} or ${of('init_container')})`)})`;
  };
  const perContainer = (of: string) =>
    `sum by (container) (${ofPods(`rate(${series(`container_cpu_cfs_${of}_total`)}[5m])`)})`;
  const labels = [...new Set(apps.map(({ serviceLabel }) => serviceLabel))];
  const restarted = (of: string) => `increase(kube_pod_${of}_status_restarts_total${ofNamespace(scope)}[15m])`;
  return [
    {
      title: 'CPU',
      unit: 'none',
      lines: [
        [
          '{{pod}} {{container}}',
          `sum by (pod, container) (${ofPods(`rate(${series('container_cpu_usage_seconds_total')}[5m])`)})`,
        ],
        ['limit {{container}}', limit('cpu')],
      ],
    },
    {
      title: 'CPU throttled',
      unit: 'percentunit',
      lines: [['{{container}}', `${perContainer('throttled_periods')} / ${perContainer('periods')}`]],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      lines: [
        ['{{pod}} {{container}}', `max by (pod, container) (${ofPods(series('container_memory_working_set_bytes'))})`],
        ['limit {{container}}', limit('memory')],
      ],
    },
    {
      title: 'Pods',
      unit: 'none',
      lines: [
        ['there', `count(${monitored})`],
        ...labels.map((label) => ['scraped', `count(up${ofNamespace(scope, `${label}="$service"`)} == 1)`] as const),
        [
          'autoscaler wants',
          `max(kube_horizontalpodautoscaler_status_desired_replicas${ofNamespace(scope, 'horizontalpodautoscaler="$service"')})`,
        ],
        [
          'autoscaler allows',
          `max(kube_horizontalpodautoscaler_spec_max_replicas${ofNamespace(scope, 'horizontalpodautoscaler="$service"')})`,
        ],
      ],
    },
    {
      title: 'Restarts in 15 minutes',
      unit: 'none',
      lines: [
        [
          '{{container}}',
          `sum by (container) (${ofPods(`(${restarted('container')} or ${restarted('init_container')})`)})`,
        ],
      ],
    },
    {
      title: 'Free space of volumes',
      unit: 'percentunit',
      lines: [
        [
          '{{persistentvolumeclaim}}',
          `kubelet_volume_stats_available_bytes${ofNamespace(scope)} / kubelet_volume_stats_capacity_bytes${ofNamespace(scope)} and on (namespace, persistentvolumeclaim) (${ofPods(`kube_pod_spec_volumes_persistentvolumeclaims_info${ofNamespace(scope)}`)})`,
        ],
      ],
    },
  ];
}

const COLUMNS = 2;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 8;

function rendered({ title, unit, lines }: Panel, index: number) {
  const datasource = { type: 'prometheus', uid: '$datasource' };
  return {
    id: index + 1,
    title,
    type: 'timeseries',
    datasource,
    gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: lines.map(([legendFormat, expr], position) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + position),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
