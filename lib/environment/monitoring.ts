import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { defaultMonitoring, type MonitoringFacts, type Severities } from '../model/monitoring-facts';

/**
 * How the monitoring of the cluster finds what this environment has for it, and whom its alerts reach. Said once, and
 * used by every `MonitoredApp` and `Backup`.
 */
export interface MonitoringProps {
  /**
   * Whether Prometheus Operator runs in the cluster. Without it, pods are found by annotations, and alerts are a rule
   * file in a ConfigMap that Prometheus mounts.
   * @defaultValue true: the most used installation, kube-prometheus-stack, has it
   * @see https://prometheus-operator.dev/docs/getting-started/introduction/
   */
  readonly operator?: boolean;
  /** The namespace of Prometheus, whose pods are let in to scrape. @defaultValue monitoring */
  readonly namespace?: string;
  /** Labels that only the pods of Prometheus have. @defaultValue `app.kubernetes.io/name: prometheus`, as operator and charts set it */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * Labels by which Prometheus picks its monitors and rules. kube-prometheus-stack picks only those with the name of its
   * Helm release, `{ release: 'kube-prometheus-stack' }`; without that label nothing is scraped and no alert is loaded.
   * @defaultValue none: right for a Prometheus that takes all
   * @see https://prometheus-operator.dev/docs/developer/getting-started/#deploying-a-sample-application
   */
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels by which the sidecar of Grafana picks its dashboards. @defaultValue `grafana_dashboard: "1"`, as its chart has it */
  readonly dashboardLabels?: Readonly<Record<string, string>>;
  /**
   * The label `severity` of alerts that wake people, and of those that can wait until morning.
   * @defaultValue critical and warning in production, warning and info elsewhere: a test environment never pages
   */
  readonly severities?: Partial<Severities>;
  /**
   * The address under which runbooks are found: each alert links to `<runbook>/<service>#<alert>`, such as
   * `https://wiki.example.com/runbooks/orders#high-error-ratio`.
   * @defaultValue none, and then alerts have no link
   */
  readonly runbook?: string;
  /** The label `owner` of every alert, by which Alertmanager finds the receiver. @defaultValue the team that owns the environment */
  readonly owner?: string;
}

/** An address to which something is added. */
export const addressCheck = check.matching(
  (value) => check.isText(value) && /^https?:\/\/[^\s{}"<>\\]+$/.test(value),
  'an address such as https://wiki.example.com/orders',
);

export const severitiesCheck = check.fields({
  critical: check.optional(check.labelValue),
  warning: check.optional(check.labelValue),
});

const checks: Checks<MonitoringProps> = {
  operator: check.optional(check.boolean),
  namespace: check.optional(check.dnsLabel),
  podLabels: check.optional(check.labelMap),
  labels: check.optional(check.labelMap),
  dashboardLabels: check.optional(check.labelMap),
  severities: check.optional(severitiesCheck),
  runbook: check.optional(addressCheck),
  owner: check.optional(check.labelValue),
};

export const monitoringCheck = check.fields(checks);

export function monitoringFacts(
  { severities, ...given }: MonitoringProps,
  { production, owner }: { readonly production: boolean; readonly owner: string | undefined },
): MonitoringFacts {
  const defaults = defaultMonitoring(production);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaults, owner, ...said, severities: { ...defaults.severities, ...severities } };
}
