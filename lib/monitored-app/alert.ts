import type { AlertingRule } from '../../imports/prometheus-operator';
import type { Severities } from '../model/monitoring-facts';
import type { Selection, WatchedApp } from './selection';

/** An alert of one workload. Alerts that differ in nothing but the workload become one rule. */
export interface Alert {
  readonly name: string;
  readonly severity: keyof Severities;
  /** What it asks of a set of workloads; every series of the result has the label `service`. */
  readonly expr: (selection: Selection) => string;
  readonly for?: string;
  readonly summary: string;
  /** What was measured and what was allowed, as a sentence; Prometheus fills in the value and the service. */
  readonly description: string;
  /** The figures in its expression; with other ones it is another rule. */
  readonly threshold: string;
}

/** An alert with the workload that it watches, and whom it reaches. */
export interface PlacedAlert {
  readonly app: WatchedApp;
  readonly alert: Alert;
  readonly severities: Severities;
  readonly owner: string | undefined;
  /** Up to the name of the alert: `https://wiki.example.com/runbooks/{{ $labels.service }}`. */
  readonly runbook: string | undefined;
}

/**
 * One rule for each kind of alert, with a further one where thresholds, severity, owner or runbook differ. Its label
 * `threshold` keeps it apart from the usual one.
 */
export function mergedRules(
  alerts: readonly PlacedAlert[],
  watched: { readonly namespace: string | undefined; readonly count: number },
): AlertingRule[] {
  const groups = new Map<string, PlacedAlert[]>();
  for (const placed of alerts) {
    const { alert, severities, owner, runbook } = placed;
    const key = JSON.stringify([alert.name, alert.for, alert.threshold, severities[alert.severity], owner, runbook]);
    groups.set(key, [...(groups.get(key) ?? []), placed]);
  }
  const seen = new Set<string>();
  const order = new Map<string, number>();
  for (const { alert } of alerts) if (!order.has(alert.name)) order.set(alert.name, order.size);
  const place = (group: readonly PlacedAlert[]) => order.get(group[0]?.alert.name ?? '') ?? 0;
  // The usual one first, then the exceptions.
  const sorted = [...groups.values()].sort((a, b) => place(a) - place(b) || b.length - a.length);
  return sorted.map((group) => {
    const [{ alert, severities, owner, runbook }] = group as [PlacedAlert, ...PlacedAlert[]];
    const { namespace, count } = watched;
    const severity = severities[alert.severity];
    const identity = JSON.stringify([alert.name, severity, owner]);
    const isException = seen.has(identity);
    const isRepeated = seen.has(`${identity} ${alert.threshold}`);
    seen.add(identity).add(`${identity} ${alert.threshold}`);
    return {
      alert: alert.name,
      expr: alert.expr({ namespace, apps: group.map(({ app }) => app), isAll: group.length === count }),
      for: alert.for,
      labels: {
        ...(owner === undefined ? {} : { owner }),
        ...(namespace === undefined ? {} : { namespace }),
        severity,
        ...(isException ? { threshold: isRepeated ? `${alert.threshold} ${runbook}` : alert.threshold } : {}),
      },
      annotations: {
        summary: alert.summary,
        description: alert.description,
        ...(runbook === undefined ? {} : { runbook_url: `${runbook}#${dashed(alert.name)}` }),
      },
    };
  });
}

/** `HighErrorRatio` becomes `high-error-ratio`. */
export const dashed = (name: string): string => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
