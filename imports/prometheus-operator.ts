import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1';

/** The kinds under which Prometheus Operator knows what to scrape and what to watch. */
export const serviceMonitorKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' } as const;
export const podMonitorKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' } as const;
export const prometheusRuleKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' } as const;

/**
 * Scrapes the pods behind a Service. The fields that this library writes.
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
 */
export interface ServiceMonitor {
  readonly apiVersion: typeof serviceMonitorKind.apiVersion;
  readonly kind: typeof serviceMonitorKind.kind;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    /** The label of the Service whose value becomes the label `job` of every series. */
    readonly jobLabel?: string;
    readonly selector: LabelSelector;
    readonly endpoints: readonly MetricsEndpoint[];
  };
}

/**
 * Scrapes pods that have no Service. The fields that this library writes.
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
 */
export interface PodMonitor {
  readonly apiVersion: typeof podMonitorKind.apiVersion;
  readonly kind: typeof podMonitorKind.kind;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    /** The label of the pods whose value becomes the label `job` of every series. */
    readonly jobLabel?: string;
    readonly selector: LabelSelector;
    readonly podMetricsEndpoints: readonly MetricsEndpoint[];
  };
}

export interface MetricsEndpoint {
  /** The name of the port. */
  readonly port: string;
  readonly path?: string;
  /** Parameters of the request. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly scheme?: 'http' | 'https';
  readonly interval?: string;
  readonly scrapeTimeout?: string;
  readonly relabelings?: readonly Relabeling[];
}

export interface Relabeling {
  readonly action?: 'replace';
  readonly targetLabel: string;
  readonly replacement: string;
}

/**
 * Alerts, as Prometheus evaluates them. The fields that this library writes.
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export interface PrometheusRule {
  readonly apiVersion: typeof prometheusRuleKind.apiVersion;
  readonly kind: typeof prometheusRuleKind.kind;
  readonly metadata?: ObjectMeta;
  readonly spec: { readonly groups: readonly RuleGroup[] };
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

export interface RecordingRule {
  /** The name of the series that is recorded. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must hold until the alert fires. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
