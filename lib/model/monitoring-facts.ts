/** How the monitoring of a cluster finds what an environment has for it, and whom its alerts reach. */
export interface MonitoringFacts {
  /** Whether Prometheus Operator runs: monitors and rules are then objects of its kinds. */
  readonly operator: boolean;
  /** The namespace of Prometheus. */
  readonly namespace: string;
  /** Labels that only the pods of Prometheus have. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Labels by which Prometheus picks its monitors and rules. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels by which Grafana picks its dashboards. */
  readonly dashboardLabels: Readonly<Record<string, string>>;
  /** What Alertmanager calls the two severities. */
  readonly severities: Severities;
  /** Where the runbooks are; the service and the alert are added. */
  readonly runbook: string | undefined;
  /** The label `owner` of every alert. */
  readonly owner: string | undefined;
}

export interface Severities {
  readonly critical: string;
  readonly warning: string;
}

/** Outside production no alert pages: each severity is one level lower. */
export function defaultSeverities(production: boolean): Severities {
  return production ? { critical: 'critical', warning: 'warning' } : { critical: 'warning', warning: 'info' };
}

export function defaultMonitoring(production: boolean): MonitoringFacts {
  return {
    operator: true,
    namespace: 'monitoring',
    podLabels: { 'app.kubernetes.io/name': 'prometheus' },
    labels: {},
    dashboardLabels: { grafana_dashboard: '1' },
    severities: defaultSeverities(production),
    runbook: undefined,
    owner: undefined,
  };
}
