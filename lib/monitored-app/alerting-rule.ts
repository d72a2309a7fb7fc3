import type { AlertingRule } from '../../imports/prometheus-operator';

export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning';
  readonly expr: string;
  readonly for?: string;
  readonly summary: string;
  /** What was measured and what was allowed, as a sentence; Prometheus fills in the value. */
  readonly description: string;
}

/** Whose alert it is, and who is told how. */
export interface AlertPlace {
  /** `undefined` where whoever applies the manifests chooses it. */
  readonly namespace: string | undefined;
  readonly service: string;
  /** Labels of every alert, beside namespace, service and severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly severities: { readonly critical: string; readonly warning: string };
  readonly runbook: string | undefined;
}

/**
 * The labels are written out, whatever is left of those of the series: an Alertmanager that sorts by namespace drops
 * alerts without one.
 */
export function alertingRule(
  alert: Alert,
  { namespace, service, labels, severities, runbook }: AlertPlace,
): AlertingRule {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: {
      ...labels,
      ...(namespace === undefined ? {} : { namespace }),
      service,
      severity: severities[alert.severity],
    },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      // A page that says nothing of this system is worse than none at three in the morning.
      ...(runbook === undefined ? {} : { runbook_url: `${runbook}#${dashed(alert.name)}` }),
    },
  };
}

/** `HighErrorRatio` becomes `high-error-ratio`. */
const dashed = (name: string): string => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
