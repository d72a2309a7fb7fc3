import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import {
  type PodMonitor,
  type PrometheusRule,
  podMonitorKind,
  type ServiceMonitor,
  serviceMonitorKind,
} from '../imports/prometheus-operator';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { selectorOf } from './metadata/labels';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import {
  type AlertGroup,
  filePlace,
  monitoringMetadata,
  ownerLabels,
  prometheusRule,
  ruleFile,
} from './monitored-app/alert-objects';
import { alertingRules } from './monitored-app/alerts';
import { dashboardJson } from './monitored-app/dashboard';
import type { Watched } from './monitored-app/expressions';
import { rateWindow } from './monitored-app/numbers';
import {
  type MonitoredAppProps,
  type MonitoredAppSettings,
  monitoredAppChecks,
  withDefaults,
} from './monitored-app/props';
import {
  annotationPart,
  knownPort,
  METRICS_PORT,
  podMonitorSpec,
  portPart,
  prometheusPods,
  type ScrapePort,
  scrapeLabel,
  scrapePort,
  scrapeVia,
  serviceMonitorSpec,
} from './monitored-app/scrape';
import type { ScrapedPods } from './workload/metrics-source';
import type { Workload } from './workload/workload';

/** The ports that a workload has, by name. */
export type PortsOf<Target extends Workload> = keyof Target['ports'] & string;

/**
 * A workload that is watched: scraped by Prometheus, with alerts on errors, latency, saturation and restarts, and a
 * dashboard for Grafana. Everything is in the file of the workload, and the way for the scrape is open in its policy.
 *
 * Makes a ServiceMonitor (or a PodMonitor, or annotations), a PrometheusRule and a ConfigMap with the dashboard.
 * Saturation and restarts are read from what kube-state-metrics and the kubelets tell Prometheus.
 *
 * @example
 * new MonitoredApp(orders, 'monitoring', { alerts: { latency: '300ms' }, runbook: 'https://wiki.example.com/orders' });
 * @see https://prometheus-operator.dev/docs/
 */
export class MonitoredApp<Target extends Workload = Workload> extends Construct {
  /** Missing where the pods are found in another way. */
  readonly serviceMonitor: KubernetesObject<ServiceMonitor> | undefined;
  readonly podMonitor: KubernetesObject<PodMonitor> | undefined;
  /** Missing without alerts, and where there is no operator. */
  readonly prometheusRule: KubernetesObject<PrometheusRule> | undefined;
  /** The alerts as a rule file to be mounted, where there is no operator. */
  readonly ruleFile: KubernetesObject<ConfigMap> | undefined;
  /** Missing where `dashboard` is `false`. */
  readonly dashboard: KubernetesObject<ConfigMap> | undefined;

  private readonly workload: Workload;
  /** Whose pods are asked: those of the workload, or of its exporter. */
  private readonly pods: ScrapedPods;
  private readonly scraped: boolean;
  /** Whether one of the ports of the workload is asked, and not one that its engine has for that. */
  private readonly ownPorts: boolean;
  private readonly environment: EnvironmentFacts;
  private readonly settings: MonitoredAppSettings;
  private readonly via: NonNullable<MonitoredAppProps['via']>;

  constructor(scope: Target, id: string, given: MonitoredAppProps<PortsOf<Target>> = {}) {
    super(scope, id);
    const { props, problems } = readProps(monitoredAppChecks, given as MonitoredAppProps);
    this.workload = scope;
    this.environment = environmentOf(this);
    const { monitoring } = this.environment;
    this.settings = withDefaults(props, monitoring, scope.name);
    const { pods, found, problems: ofPort, ownPorts } = this.target(props.port);
    this.pods = pods;
    this.scraped = found !== undefined;
    this.ownPorts = ownPorts;
    const { via, problems: ofVia } = scrapeVia(found, props.via ?? (monitoring.operator ? undefined : 'annotations'));
    this.via = via;
    if (found) this.openWay(found);
    this.serviceMonitor = found && via === 'service-monitor' ? this.createServiceMonitor(found) : undefined;
    this.podMonitor = found && via === 'pod-monitor' ? this.createPodMonitor(found) : undefined;
    const { alerts, dashboard } = this.settings;
    this.prometheusRule =
      alerts !== false && via !== 'annotations' ? prometheusRule(this, this.alertGroup()) : undefined;
    this.ruleFile = alerts !== false && via === 'annotations' ? ruleFile(this, this.alertGroup()) : undefined;
    this.dashboard = dashboard ? this.createDashboard() : undefined;
    this.applyOverrides();
    this.node.addValidation({ validate: () => [...problems, ...ofPort, ...ofVia] });
  }

  /** Where the metrics are. */
  private target(wanted: string | number | undefined) {
    const { workload } = this;
    const source = wanted === undefined ? workload.metricsSource() : 'its ports';
    if (source === 'none') return { pods: workload, found: undefined, problems: [], ownPorts: false };
    if (source === 'its ports') return { pods: workload, ...scrapePort(workload.ports, wanted), ownPorts: true };
    return { pods: source.pods, found: knownPort(source), problems: [], ownPorts: false };
  }

  private openWay(port: ScrapePort): void {
    const { pods, settings, via } = this;
    pods.add(portPart(port));
    if (via === 'annotations') pods.add(annotationPart(port, settings));
    pods.allowFrom([prometheusPods(settings)], port.port);
  }

  private metadata(name: string, labels: Readonly<Record<string, string>> = {}) {
    return monitoringMetadata(name, this.environment, labels);
  }

  private createServiceMonitor(port: ScrapePort): KubernetesObject<ServiceMonitor> {
    const { workload, settings } = this;
    const metadata = this.metadata(workload.name, settings.prometheus.labels);
    const label = scrapeLabel(workload.name);
    const service = this.objectOf('Service');
    for (const [key, value] of Object.entries(label)) service?.metadata.addLabel(key, value);
    return new KubernetesObject<ServiceMonitor>(this, 'ServiceMonitor', serviceMonitorKind, metadata, () => ({
      spec: serviceMonitorSpec(label, port, settings),
    }));
  }

  private createPodMonitor(port: ScrapePort): KubernetesObject<PodMonitor> {
    const { workload, pods, settings } = this;
    const metadata = this.metadata(workload.name, settings.prometheus.labels);
    return new KubernetesObject<PodMonitor>(this, 'PodMonitor', podMonitorKind, metadata, () => ({
      spec: podMonitorSpec(workload.name, selectorOf(pods.name), port, settings),
    }));
  }

  private createDashboard(): KubernetesObject<ConfigMap> {
    // By this label Grafana's sidecar finds it. It writes all files into one directory, so their names must differ.
    const metadata = this.metadata(`${this.workload.name}-dashboard`, { grafana_dashboard: '1' });
    return new KubernetesObject<ConfigMap>(this, 'Dashboard', kinds.ConfigMap, metadata, () => ({
      data: { [`${filePlace(this.workload.name, this.environment)}.json`]: dashboardJson(this.facts()) },
    }));
  }

  private alertGroup(): AlertGroup {
    const { workload, environment, settings } = this;
    const { alerts, severities, runbook, prometheus } = settings;
    const rules = () =>
      alertingRules({
        ...this.facts(),
        thresholds: alerts === false ? {} : alerts,
        labels: ownerLabels(environment),
        severities,
        runbook,
      });
    return { name: workload.name, environment, labels: prometheus.labels, rules };
  }

  private facts() {
    const { workload, environment, settings, via } = this;
    const watched: Watched = {
      namespace: environment.namespace,
      service: workload.name,
      // A Prometheus without operator copies the labels of the pod.
      serviceLabel: via === 'annotations' ? 'app_kubernetes_io_instance' : 'service',
      window: rateWindow(settings.interval),
      metrics: settings.metrics,
    };
    // A port that is there for metrics serves nobody else.
    const speaksHttp = Object.values(workload.ports).some(
      ({ name, protocol }) => name !== METRICS_PORT && (protocol === 'http' || protocol === 'https'),
    );
    const runner = this.objectOf('Deployment', 'StatefulSet', 'DaemonSet');
    return {
      watched,
      environment: environment.name,
      runner,
      isOff: runner?.toJson().spec?.replicas === 0,
      autoscaler: this.objectOf('HorizontalPodAutoscaler')?.name,
      isScraped: this.scraped,
      servesRequests: settings.countsRequests || (this.ownPorts && speaksHttp),
    };
  }

  /** An object that the workload made for itself. */
  private objectOf(...wanted: readonly string[]): ApiObject | undefined {
    const objects = this.workload.node.children.filter((child) => ApiObject.isApiObject(child));
    return objects.find(({ kind }) => wanted.includes(kind));
  }

  private applyOverrides(): void {
    const { serviceMonitor, podMonitor, prometheusRule, dashboard } = this.settings.overrides;
    if (serviceMonitor) this.serviceMonitor?.patch(serviceMonitor);
    if (podMonitor) this.podMonitor?.patch(podMonitor);
    if (prometheusRule) this.prometheusRule?.patch(prometheusRule);
    if (dashboard) this.dashboard?.patch(dashboard);
  }
}
