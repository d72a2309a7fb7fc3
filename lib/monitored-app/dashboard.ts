import { createHash } from 'node:crypto';
import type { Runner, Watched } from './expressions';
import * as expressions from './expressions';
import { percent } from './numbers';

export interface DashboardInput {
  readonly watched: Watched;
  readonly environment: string;
  readonly runner: Runner | undefined;
  readonly autoscaler: string | undefined;
  readonly servesRequests: boolean;
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
export function dashboardUid(place: string, service: string): string {
  const uid = `${place}-${service}`;
  if (uid.length <= 40) return uid;
  return `${uid.slice(0, 29)}-${createHash('sha256').update(uid).digest('hex').slice(0, 10)}`;
}

/**
 * A dashboard for Grafana as JSON: requests, errors and duration, then what the pods have left.
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboardJson(input: DashboardInput): string {
  const { watched, environment } = input;
  const panels = [...requestPanels(input), ...saturationPanels(input)];
  const dashboard = {
    uid: dashboardUid(watched.namespace ?? environment, watched.service),
    title: `${watched.service} in ${environment}`,
    tags: ['cdk8s-microservices', environment],
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels: panels.map(rendered),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function requestPanels({ watched, servesRequests }: DashboardInput): Panel[] {
  if (!servesRequests) return [];
  const quantiles = [0.5, 0.95, 0.99];
  return [
    {
      title: 'Requests',
      unit: 'reqps',
      lines: [[`{{${watched.metrics.statusLabel}}}`, expressions.requestRateByStatus(watched)]],
    },
    { title: 'Errors', unit: 'percentunit', lines: [['failed', expressions.errorRatio(watched)]] },
    {
      title: 'Duration',
      unit: 's',
      lines: quantiles.map((quantile) => [percent(quantile), expressions.latency(watched, quantile)] as const),
    },
  ];
}

function saturationPanels({ watched, runner, autoscaler }: DashboardInput): Panel[] {
  const gone = runner && expressions.unavailable(watched, runner);
  return [
    {
      title: 'CPU',
      unit: 'none',
      lines: [
        ['{{pod}}', expressions.cpuUse(watched)],
        ['limit', expressions.limitOf(watched, 'cpu')],
      ],
    },
    { title: 'CPU held back', unit: 'percentunit', lines: [['of the time', expressions.cpuThrottling(watched)]] },
    {
      title: 'Memory',
      unit: 'bytes',
      lines: [
        ['{{pod}}', expressions.memoryUse(watched)],
        ['limit', expressions.limitOf(watched, 'memory')],
      ],
    },
    {
      title: 'Pods',
      unit: 'none',
      lines: [
        ['answering', `count(${expressions.answeringPods(watched)} == 1)`],
        ...(gone === undefined ? [] : [['missing', gone] as const]),
        ...(autoscaler === undefined
          ? []
          : [
              ['wanted', expressions.autoscaler(watched, autoscaler, 'desired')] as const,
              ['at most', expressions.autoscaler(watched, autoscaler, 'maximum')] as const,
            ]),
      ],
    },
    { title: 'Restarts', unit: 'none', lines: [['in 15 minutes', expressions.restarts(watched, '15m')]] },
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
