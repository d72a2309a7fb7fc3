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
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { EXPORTER, selectorOf } from './metadata/labels';
import { recordsOf } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { PlacedAlert } from './monitored-app/alert';
import type { AlertInput, AlertThresholds } from './monitored-app/alert-input';
import { monitoringMetadata } from './monitored-app/alert-objects';
import { alertsOf } from './monitored-app/alerts';
import { MonitoringCollector, type Registration } from './monitored-app/collector';
import { rateWindow } from './monitored-app/numbers';
import {
  type AlertingProps,
  type MonitoredAppProps,
  type MonitoredAppSettings,
  monitoredAppChecks,
  withDefaults,
} from './monitored-app/props';
import {
  annotationPart,
  knownPort,
  podMonitorSpec,
  portPart,
  prometheusPods,
  type ScrapePort,
  scrapeLabel,
  scrapePort,
  scrapeVia,
  serviceMonitorSpec,
} from './monitored-app/scrape';
import type { WatchedApp } from './monitored-app/selection';
import { JobWorkload } from './workload/job-workload';
import type { ScrapedPods } from './workload/metrics-source';
import { isOperationsPort } from './workload/ports';
import { Workload } from './workload/workload';

/** The ports that a workload has, by name. */
export type PortsOf<Target extends Workload> = keyof Target['ports'] & string;

/**
 * A workload that is monitored: a service, a backend, an agent or a job. It is scraped by Prometheus, has alerts on
 * errors, latency, saturation, restarts, volumes, what its engine says of itself and failed runs, and is on a dashboard
 * of Grafana. Silence is an alert, too.
 *
 * Makes a ServiceMonitor, a PodMonitor or annotations, opens the way for the scrape, and adds to the two objects that
 * the whole environment shares in `_monitoring`: a PrometheusRule with one rule for each kind of alert, and a ConfigMap
 * with the dashboard. An exporter is made where an engine needs one. What the pods do is read from kube-state-metrics and
 * the kubelets. Certificates of the environment are watched as soon as anything in it is.
 *
 * @example
 * new MonitoredApp(orders, 'monitoring', { alerts: { latency: '300ms', runbook: 'https://wiki.example.com/orders' } });
 * @see https://prometheus-operator.dev/docs/
 */
export class MonitoredApp<Target extends Workload = Workload> extends Construct {
  /** Missing where the pods are found in another way. */
  readonly serviceMonitor: KubernetesObject<ServiceMonitor> | undefined;
  readonly podMonitor: KubernetesObject<PodMonitor> | undefined;
  /** The rules of the whole environment; missing without alerts, and where there is no operator. */
  prometheusRule: KubernetesObject<PrometheusRule> | undefined;
  /** The rules of the whole environment as a file to be mounted, where there is no operator. */
  ruleFile: KubernetesObject<ConfigMap> | undefined;
  /** The dashboard of the whole environment; missing where `dashboard` is `false`. */
  dashboard: KubernetesObject<ConfigMap> | undefined;

  private readonly workload: Workload;
  /** Whose pods are asked: those of the workload, or of its exporter. */
  private readonly pods: ScrapedPods;
  private readonly scraped: boolean;
  /** Whether one of the ports of the workload is asked, and not one that its engine has for that. */
  private readonly ownPorts: boolean;
  private readonly environment: EnvironmentFacts;
  private readonly settings: MonitoredAppSettings;
  private readonly via: NonNullable<MonitoredAppProps['via']>;

  /**
   * Watches everything in an environment that has no `MonitoredApp` of its own yet: services, backends, agents, jobs.
   * It sees what is there when it is called, so it comes last.
   *
   * @example
   * MonitoredApp.watchAll(shop);
   */
  static watchAll(environment: Construct): MonitoredApp[] {
    const constructs = environment.node.findAll();
    const watched = new Set(constructs.filter((one) => one instanceof MonitoredApp).map(({ node }) => node.scope));
    const workloads = constructs.filter((one): one is Workload => one instanceof Workload && !watched.has(one));
    const missed = () =>
      environment.node.findAll().filter((one) => one instanceof Workload && !constructs.includes(one));
    environment.node.addValidation({
      validate: () =>
        missed()
          .filter(
            (one) => isWatchable(one as Workload) && !one.node.children.some((child) => child instanceof MonitoredApp),
          )
          .map(({ node }) => `MonitoredApp.watchAll must be called after ${node.id} is made, or it is not watched`),
    });
    return workloads.filter(isWatchable).map((workload) => new MonitoredApp<Workload>(workload, 'monitoring'));
  }

  constructor(scope: Target, id: string, given: MonitoredAppProps<PortsOf<Target>> = {}) {
    super(scope, id);
    const { props, problems } = readProps(monitoredAppChecks, given as MonitoredAppProps);
    this.workload = scope;
    this.environment = environmentOf(this);
    const { monitoring } = this.environment;
    this.settings = withDefaults(props, monitoring);
    const { pods, found, problems: ofPort, ownPorts } = this.target(props.port);
    this.pods = pods;
    this.scraped = found !== undefined;
    this.ownPorts = ownPorts;
    const { via, problems: ofVia } = scrapeVia(found, props.via ?? (monitoring.operator ? undefined : 'annotations'));
    this.via = via;
    if (found) this.openWay(found);
    this.serviceMonitor = found && via === 'service-monitor' ? this.createServiceMonitor(found) : undefined;
    this.podMonitor = found && via === 'pod-monitor' ? this.createPodMonitor(found) : undefined;
    this.register();
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

  /** Puts it into the rules and on the dashboard of its environment. */
  private register(): void {
    const { settings, via, workload } = this;
    const { alerts, dashboard } = settings;
    const app = () => ({ service: workload.name, kind: this.runner?.kind });
    const { serviceLabel, window, metrics } = this.series();
    const registration: Registration = {
      app,
      byAnnotations: via === 'annotations',
      alerts: () => (alerts === false ? [] : this.placed(alerts, app())),
      panels: dashboard
        ? () => ({ metrics: this.servesRequests ? metrics : undefined, serviceLabel, window })
        : undefined,
    };
    const collector = MonitoringCollector.of(this);
    collector.register(registration, alerts !== false);
    this.prometheusRule = alerts === false ? undefined : collector.prometheusRule;
    this.ruleFile = alerts === false ? undefined : collector.ruleFile;
    this.dashboard = dashboard ? collector.dashboard : undefined;
  }

  private placed(alerts: AlertThresholds & AlertingProps, app: WatchedApp): PlacedAlert[] {
    const { monitoring } = this.environment;
    const { owner = monitoring.owner, runbook: own } = alerts;
    const runbook = own ?? (monitoring.runbook && `${monitoring.runbook}/{{ $labels.service }}`);
    const severities = { ...monitoring.severities, ...alerts.severities };
    return alertsOf(this.alertInput(alerts)).map((alert) => ({ app, alert, severities, owner, runbook }));
  }

  private alertInput(thresholds: AlertThresholds): AlertInput {
    const { workload, environment, runner } = this;
    const spec = runner?.kind === 'Job' ? {} : (runner?.toJson().spec ?? {});
    const [backend] = recordsOf([workload]).backends;
    return {
      ...this.series(),
      service: workload.name,
      environment: environment.name,
      thresholds,
      kind: runner?.kind,
      isOff: spec.replicas === 0,
      isAutoscaled: this.objectOf('HorizontalPodAutoscaler') !== undefined,
      hasVolumes: (spec.volumeClaimTemplates ?? []).length > 0,
      isScraped: this.scraped,
      servesRequests: this.servesRequests,
      engine: backend?.engine,
      members: backend?.members,
      startingDeadlineSeconds: spec.startingDeadlineSeconds,
      activeDeadlineSeconds: workload instanceof JobWorkload ? workload.activeDeadlineSeconds : undefined,
    };
  }

  /** By what its series are told from those of others. */
  private series() {
    const { settings, via } = this;
    // A Prometheus without operator copies the labels of the pod.
    const serviceLabel = via === 'annotations' ? 'app_kubernetes_io_instance' : 'service';
    return { serviceLabel, window: rateWindow(settings.interval), metrics: settings.metrics };
  }

  private get servesRequests(): boolean {
    // A port that is there for metrics serves nobody else.
    const speaksHttp = Object.values(this.workload.ports).some(
      ({ name, protocol }) => !isOperationsPort(name) && (protocol === 'http' || protocol === 'https'),
    );
    return this.settings.countsRequests || (this.ownPorts && speaksHttp);
  }

  private get runner(): ApiObject | undefined {
    return this.objectOf('Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job');
  }

  /** An object that the workload made for itself; of several the one with its name. */
  private objectOf(...wanted: readonly string[]): ApiObject | undefined {
    const objects = this.workload.node.children
      .filter((child) => ApiObject.isApiObject(child))
      .filter(({ kind }) => wanted.includes(kind));
    return objects.find(({ name }) => name === this.workload.name) ?? objects[0];
  }

  private applyOverrides(): void {
    const { serviceMonitor, podMonitor } = this.settings.overrides;
    if (serviceMonitor) this.serviceMonitor?.patch(serviceMonitor);
    if (podMonitor) this.podMonitor?.patch(podMonitor);
  }
}

const isWatchable = (workload: Workload): boolean =>
  recordsOf([workload]).workloads.every(({ component }) => !watchedOtherwise.has(component));

/** Backups have alerts of their own, and an exporter is what is asked for its backend. */
const watchedOtherwise = new Set(['backup', 'restore', EXPORTER]);
