import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { PrometheusRule } from '../../imports/prometheus-operator';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { type EnvironmentFacts, environmentOf } from '../model/environment-facts';
import { mergedRules, type PlacedAlert } from './alert';
import { type AlertGroup, filePlace, monitoringMetadata, prometheusRule, ruleFile } from './alert-objects';
import { environmentRules } from './alerts/environment';
import { type DashboardApp, dashboardJson } from './dashboard';
import { recordingRules } from './recordings';
import type { WatchedApp } from './selection';

/** What a workload brings to the rules and the dashboard of its environment; asked when all is declared. */
export interface Registration {
  readonly app: () => WatchedApp;
  readonly alerts: () => readonly PlacedAlert[];
  /** Whether Prometheus finds it by annotations: then it reads rule files. */
  readonly byAnnotations: boolean;
  /** `undefined` where it is not on the dashboard. */
  readonly panels: (() => DashboardApp) | undefined;
}

const ID = '_monitoring';

/**
 * The rules and the dashboard of an environment: one rule for each kind of alert, whatever the number of workloads, and
 * one dashboard with the workload as a variable.
 */
export class MonitoringCollector extends Construct {
  /** The one of the environment, or chart, in which a construct stands; made with the first workload that is watched. */
  static of(construct: Construct): MonitoringCollector {
    const chart = Chart.of(construct);
    return (chart.node.tryFindChild(ID) as MonitoringCollector | undefined) ?? new MonitoringCollector(chart, ID);
  }

  prometheusRule: KubernetesObject<PrometheusRule> | undefined;
  ruleFile: KubernetesObject<ConfigMap> | undefined;
  dashboard: KubernetesObject<ConfigMap> | undefined;

  private readonly environment: EnvironmentFacts;
  private readonly registrations: Registration[] = [];

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.environment = environmentOf(this);
  }

  register(registration: Registration, hasAlerts: boolean): void {
    this.registrations.push(registration);
    if (hasAlerts && registration.byAnnotations) this.ruleFile ??= ruleFile(this, this.group(true));
    if (hasAlerts && !registration.byAnnotations) this.prometheusRule ??= prometheusRule(this, this.group(false));
    if (registration.panels) this.dashboard ??= this.createDashboard();
  }

  private group(byAnnotations: boolean): AlertGroup {
    const { environment } = this;
    const { namespace, name, monitoring } = environment;
    const rules = () => {
      const registered = this.registrations.filter((registration) => registration.byAnnotations === byAnnotations);
      const apps = sorted(registered.map(({ app }) => app()));
      const alerts = registered.flatMap((registration) => registration.alerts());
      const inOrder = [...alerts].sort((a, b) => (a.app.service < b.app.service ? -1 : 1));
      return [
        ...recordingRules(apps, namespace),
        ...mergedRules(inOrder, { namespace, count: apps.length }),
        ...environmentRules(name, namespace, this.certificates(), monitoring),
      ];
    };
    return { name: 'monitoring', environment, labels: monitoring.labels, rules };
  }

  private certificates(): string[] {
    const objects = Chart.of(this).node.findAll().filter(ApiObject.isApiObject);
    return objects
      .filter(({ kind, apiVersion }) => kind === 'Certificate' && apiVersion.startsWith('cert-manager.io/'))
      .map(({ name }) => name)
      .sort();
  }

  private createDashboard(): KubernetesObject<ConfigMap> {
    const { environment } = this;
    const metadata = monitoringMetadata('monitoring-dashboard', environment, environment.monitoring.dashboardLabels);
    return new KubernetesObject<ConfigMap>(this, 'Dashboard', kinds.ConfigMap, metadata, () => {
      const apps = this.registrations.flatMap(({ panels }) => panels?.() ?? []);
      const { namespace, name } = environment;
      return { data: { [`${filePlace('monitoring', environment)}.json`]: dashboardJson(apps, namespace, name) } };
    });
  }
}

const sorted = (apps: readonly WatchedApp[]): WatchedApp[] =>
  [...apps].sort((a, b) => (a.service < b.service ? -1 : 1));
