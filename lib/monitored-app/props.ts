import type { PodMonitor, ServiceMonitor } from '../../imports/prometheus-operator';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { addressCheck, severitiesCheck } from '../environment/monitoring';
import type { Duration } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import type { MonitoringFacts, Severities } from '../model/monitoring-facts';
import type { AlertThresholds } from './alert-input';
import type { RequestMetrics } from './expressions';

/** Which Prometheus watches, where it is another one than that of the Environment. */
export interface PrometheusInstance {
  /** Its namespace. @defaultValue that of the Environment */
  readonly namespace?: string;
  /** Labels that only its pods have. @defaultValue those of the Environment */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Labels by which it picks its monitors: `{ release: 'kube-prometheus-stack' }`. @defaultValue those of the Environment */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Whom alerts reach, and where to read what to do; the same wherever there are alerts. */
export interface AlertingProps {
  /** What Alertmanager calls the two severities. @defaultValue those of the Environment */
  readonly severities?: Partial<Severities>;
  /**
   * The page that says what to do; the name of the alert is added, as in `#high-error-ratio`.
   * @defaultValue the runbook of the Environment, if it has one
   */
  readonly runbook?: string;
  /** The label `owner`, by which Alertmanager finds the receiver. @defaultValue that of the Environment */
  readonly owner?: string;
}

export interface MonitoredAppProps<PortName extends string = string> {
  /**
   * Where the process answers with its metrics: one of its ports, or the number of one that it has for nothing else.
   * @defaultValue its port `metrics`, else `management`, else `http`, else its only one
   */
  readonly port?: PortName | number;
  /** @defaultValue /metrics; of a backend the path of its engine */
  readonly path?: string;
  /** How often it is asked. @defaultValue 30s */
  readonly interval?: Duration;
  /**
   * How Prometheus finds it: Prometheus Operator by the Service or by the pods, or a Prometheus without operator that
   * looks for annotations of pods.
   * @defaultValue service-monitor; pod-monitor for backends, of which each member is read, and where the port is no port of
   * the Service; annotations where the Environment has no operator
   * @see https://prometheus-operator.dev/docs/developer/getting-started/
   */
  readonly via?: 'service-monitor' | 'pod-monitor' | 'annotations';
  /** @defaultValue the one of the Environment */
  readonly prometheus?: PrometheusInstance;
  /**
   * The names under which the process counts its requests.
   * @defaultValue those of OpenTelemetry: `http_server_request_duration_seconds` with `http_response_status_code`
   * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
   */
  readonly metrics?: Partial<RequestMetrics>;
  /** When alerts fire, and whom they reach; `false` for none, as a whole or one by one. @defaultValue see each of them */
  readonly alerts?: (AlertThresholds & AlertingProps) | false;
  /** Whether it is on the dashboard of its environment. @defaultValue true */
  readonly dashboard?: boolean;
  /** Anything else, laid over the rendered objects in the field names of the API. @defaultValue none */
  readonly overrides?: {
    readonly serviceMonitor?: Patch<ServiceMonitor>;
    readonly podMonitor?: Patch<PodMonitor>;
  };
}

const metricName = check.matching(
  (value) => check.isText(value) && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(value),
  'the name of a metric: letters, digits, underscores and colons',
);
const pattern = check.matching((value) => check.isText(value) && isPattern(value), 'a regular expression such as 5..');
const ratio = check.optional(
  check.either(
    'a share between 0 and 1, or false',
    [(value) => value === false, check.anything],
    [check.isNumber, check.number(0, 1)],
  ),
);
const count = check.optional(
  check.either('a number, or false', [(value) => value === false, check.anything], [check.isNumber, check.number(0)]),
);
const wait = check.optional(
  check.either(
    'a duration such as 15m, or false',
    [(value) => value === false, check.anything],
    [check.isText, check.positiveDuration],
  ),
);

export const alertingChecks: Checks<AlertingProps> = {
  severities: check.optional(severitiesCheck),
  runbook: check.optional(addressCheck),
  owner: check.optional(check.labelValue),
};

export const monitoredAppChecks: Checks<MonitoredAppProps> = {
  port: check.optional(
    check.either(
      'the name of a port, or a number',
      [check.isNumber, check.portNumber],
      [check.isText, check.nonEmptyText],
    ),
  ),
  path: check.optional(
    check.matching(
      (value) => check.isText(value) && /^\/[!-~]*$/.test(value),
      'a path that starts with / and has no spaces',
    ),
  ),
  interval: check.optional(check.positiveDuration),
  via: check.optional(check.oneOf('service-monitor', 'pod-monitor', 'annotations')),
  prometheus: check.optional(
    check.fields({
      namespace: check.optional(check.dnsLabel),
      podLabels: check.optional(check.labelMap),
      labels: check.optional(check.labelMap),
    }),
  ),
  metrics: check.optional(
    check.fields({
      duration: check.optional(metricName),
      requests: check.optional(metricName),
      statusLabel: check.optional(metricName),
      failed: check.optional(pattern),
    }),
  ),
  alerts: check.optional(
    check.either(
      'thresholds, or false',
      [(value) => value === false, check.anything],
      [
        check.isMap,
        check.fields({
          errorRatio: ratio,
          latency: wait,
          latencyQuantile: check.optional(check.number(0, 1)),
          cpuThrottling: ratio,
          memory: ratio,
          autoscalerAtMaximum: wait,
          restarts: count,
          unavailable: wait,
          missing: wait,
          requestsMissing: wait,
          volumeFree: ratio,
          jobs: check.optional(check.boolean),
          engine: check.optional(check.boolean),
          ...alertingChecks,
        }),
      ],
    ),
  ),
  dashboard: check.optional(check.boolean),
  overrides: check.optional(
    check.fields({
      serviceMonitor: check.optional(check.plainMap),
      podMonitor: check.optional(check.plainMap),
    }),
  ),
};

export type MonitoredAppSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: MonitoredAppProps, monitoring: MonitoringFacts) {
  const { interval = '30s', alerts = {}, dashboard = true, prometheus = {}, metrics = {} } = props;
  const duration = metrics.duration ?? 'http_server_request_duration_seconds';
  return {
    ...props,
    interval,
    alerts,
    dashboard,
    prometheus: {
      namespace: prometheus.namespace ?? monitoring.namespace,
      podLabels: prometheus.podLabels ?? monitoring.podLabels,
      labels: prometheus.labels ?? monitoring.labels,
    },
    metrics: {
      duration,
      requests: metrics.requests ?? `${duration}_count`,
      statusLabel: metrics.statusLabel ?? 'http_response_status_code',
      failed: metrics.failed ?? '5..',
    },
    /** Whether somebody said that it counts requests, whatever its ports speak. */
    countsRequests: props.metrics !== undefined,
    overrides: props.overrides ?? {},
  };
}

function isPattern(value: string): boolean {
  try {
    new RegExp(value);
    return value !== '';
  } catch {
    return false;
  }
}
