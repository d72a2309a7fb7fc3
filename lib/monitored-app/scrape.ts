import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { MetricsEndpoint, PodMonitor, ServiceMonitor } from '../../imports/prometheus-operator';
import type { Labels } from '../metadata/labels';
import type { PortRecord } from '../model/system';
import type { MetricsSource } from '../workload/metrics-source';
import type { PodPart } from '../workload/pod-part';
import { MANAGEMENT_PORT, METRICS_PORT } from '../workload/ports';
import { prometheusDuration, scrapeTimeout } from './numbers';
import type { MonitoredAppSettings } from './props';

export interface ScrapePort {
  readonly port: PortRecord;
  /** Whether the Service has it too. */
  readonly onService: boolean;
  /** Whether a container declares it already. */
  readonly declared: boolean;
  /** The path that its kind knows; the one of the props wins. */
  readonly path?: string;
  readonly params?: MetricsSource['params'];
}

/** A place that the kind of the workload knows: the pods are found by their labels, each member for itself. */
export const knownPort = ({ port, path, params }: MetricsSource): ScrapePort => ({
  port,
  onService: false,
  declared: true,
  path,
  params,
});

/** Finds the port that is asked, or says what is wrong with what was said. */
export function scrapePort(
  ports: Readonly<Record<string, PortRecord>>,
  wanted: string | number | undefined,
): { readonly found?: ScrapePort; readonly problems: readonly string[] } {
  const known = Object.values(ports);
  if (typeof wanted === 'number') {
    const existing = known.find(({ port }) => port === wanted);
    const own: PortRecord = { name: METRICS_PORT, port: wanted, protocol: 'http' };
    return { found: placed(existing ?? own, existing !== undefined), problems: [] };
  }
  const named = (name: string) => known.find((port) => port.name === name);
  const usual =
    named(METRICS_PORT) ?? named(MANAGEMENT_PORT) ?? named('http') ?? (known.length === 1 ? known[0] : undefined);
  const port = wanted === undefined ? usual : named(wanted);
  if (port !== undefined) return { found: placed(port, true), problems: [] };
  const names = known.map(({ name }) => name);
  const offered =
    names.length === 0 ? 'the number of the port with its metrics' : `one of ${names.join(', ')}, or a number`;
  return { problems: [`'port': must be ${offered}, got ${wanted === undefined ? 'nothing' : `"${wanted}"`}`] };
}

const placed = (port: PortRecord, isPort: boolean): ScrapePort => ({ port, onService: isPort, declared: isPort });

/** How Prometheus finds the pods, or what is wrong with what was said. */
export function scrapeVia(
  scrape: ScrapePort | undefined,
  wanted: MonitoredAppSettings['via'],
): { readonly via: NonNullable<MonitoredAppSettings['via']>; readonly problems: readonly string[] } {
  const via = wanted ?? (scrape?.onService === false ? 'pod-monitor' : 'service-monitor');
  if (scrape === undefined || scrape.onService || via !== 'service-monitor') return { via, problems: [] };
  const message = `'via': must be pod-monitor or annotations, got service-monitor: the Service has no port ${scrape.port.port}`;
  return { via, problems: [message] };
}

/** The pods of Prometheus, for the policy. */
export function prometheusPods({ prometheus }: MonitoredAppSettings): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': prometheus.namespace } },
    podSelector: { matchLabels: { ...prometheus.podLabels } },
  };
}

/** A port of its own, declared on the container. */
export function portPart({ port, declared }: ScrapePort): PodPart {
  if (declared) return { from: 'its monitoring' };
  return { from: 'its monitoring', ports: [{ name: port.name, containerPort: port.port, protocol: 'TCP' }] };
}

/** What a Prometheus without an operator looks for. */
export function annotationPart({ port, path }: ScrapePort, settings: MonitoredAppSettings): PodPart {
  return {
    from: 'its monitoring',
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/scheme': scheme(port),
      'prometheus.io/port': String(port.port),
      'prometheus.io/path': settings.path ?? path ?? METRICS_PATH,
    },
  };
}

const METRICS_PATH = '/metrics';
const JOB_LABEL = 'app.kubernetes.io/name';

/**
 * The label of the one Service by which Prometheus finds the pods. `app.kubernetes.io/instance` is no choice: Argo CD
 * overwrites it on what it tracks by labels; and aliases and headless Services carry the name of the workload, too.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 */
export const scrapeLabel = (name: string): Labels => ({ 'cdk8s-microservices/scrape': name });

export function serviceMonitorSpec(
  selector: Labels,
  scrape: ScrapePort,
  settings: MonitoredAppSettings,
): ServiceMonitor['spec'] {
  return {
    jobLabel: JOB_LABEL,
    selector: { matchLabels: { ...selector } },
    endpoints: [endpoint(scrape, settings)],
  };
}

export function podMonitorSpec(
  service: string,
  selector: Labels,
  scrape: ScrapePort,
  settings: MonitoredAppSettings,
): PodMonitor['spec'] {
  // By the Service a series gets the label `service`; alerts and dashboards go by it.
  const relabelings = [{ action: 'replace', targetLabel: 'service', replacement: service }] as const;
  return {
    jobLabel: JOB_LABEL,
    selector: { matchLabels: { ...selector } },
    podMetricsEndpoints: [{ ...endpoint(scrape, settings), relabelings }],
  };
}

function endpoint({ port, path, params }: ScrapePort, settings: MonitoredAppSettings): MetricsEndpoint {
  const { interval } = settings;
  return {
    port: port.name,
    path: settings.path ?? path ?? METRICS_PATH,
    params,
    scheme: scheme(port),
    interval: prometheusDuration(interval),
    scrapeTimeout: scrapeTimeout(interval),
  };
}

const scheme = ({ protocol }: PortRecord): 'http' | 'https' => (protocol === 'https' ? 'https' : 'http');
