import { decimal } from './numbers';

/** What is watched, and by which labels its series are told from those of others. */
export interface Watched {
  /** `undefined` where whoever applies the manifests chooses the namespace. */
  readonly namespace: string | undefined;
  readonly service: string;
  /** The label of the series that holds the service. */
  readonly serviceLabel: string;
  /** Over how long rates are taken. */
  readonly window: string;
  readonly metrics: RequestMetrics;
}

/** The names under which the process counts its requests. */
export interface RequestMetrics {
  /** The histogram of durations, in seconds, without `_bucket`. */
  readonly duration: string;
  /** The counter of requests. */
  readonly requests: string;
  /** The label with the status of the answer. */
  readonly statusLabel: string;
  /** A regular expression for the statuses that count as failed. */
  readonly failed: string;
}

/** The object that runs the pods. */
export interface Runner {
  readonly kind: string;
  readonly name: string;
}

type Labels = Readonly<Record<string, string>>;

/** `{namespace="production",container="orders"}`; text in PromQL is quoted like in JSON. */
export function select(labels: Labels, more = ''): string {
  const exact = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `{${[...exact, ...(more === '' ? [] : [more])].join(',')}}`;
}

const inNamespace = ({ namespace }: Watched): Labels => (namespace === undefined ? {} : { namespace });
const ofService = (watched: Watched): Labels => ({ ...inNamespace(watched), [watched.serviceLabel]: watched.service });
/** The container of the application is named like the workload, so no other pod of the namespace has one. */
const ofContainer = (watched: Watched): Labels => ({ ...inNamespace(watched), container: watched.service });
const byService = ({ serviceLabel }: Watched): string => `sum by (namespace, ${serviceLabel})`;

export function requestRate(watched: Watched, more?: string): string {
  const { metrics, window } = watched;
  return `${byService(watched)} (rate(${metrics.requests}${select(ofService(watched), more)}[${window}]))`;
}

export function requestRateByStatus(watched: Watched): string {
  const { metrics, window } = watched;
  return `sum by (${metrics.statusLabel}) (rate(${metrics.requests}${select(ofService(watched))}[${window}]))`;
}

export function errorRatio(watched: Watched): string {
  const { statusLabel, failed } = watched.metrics;
  return `${requestRate(watched, `${statusLabel}=~${JSON.stringify(failed)}`)} / ${requestRate(watched)}`;
}

export function latency(watched: Watched, quantile: number): string {
  const { metrics, window, serviceLabel } = watched;
  const buckets = `rate(${metrics.duration}_bucket${select(ofService(watched))}[${window}])`;
  return `histogram_quantile(${decimal(quantile)}, sum by (namespace, ${serviceLabel}, le) (${buckets}))`;
}

/** The share of time slices in which the container was held back by its limit. */
export function cpuThrottling(watched: Watched): string {
  const periods = (kind: string) =>
    `sum by (namespace, container) (rate(container_cpu_cfs_${kind}_total${select(ofContainer(watched))}[${watched.window}]))`;
  return `${periods('throttled_periods')} / ${periods('periods')}`;
}

export function cpuUse(watched: Watched): string {
  return `sum by (pod) (rate(container_cpu_usage_seconds_total${select(ofContainer(watched))}[${watched.window}]))`;
}

export function memoryUse(watched: Watched): string {
  return `max by (pod) (container_memory_working_set_bytes${select(ofContainer(watched))})`;
}

export function limitOf(watched: Watched, resource: 'cpu' | 'memory'): string {
  return `max(kube_pod_container_resource_limits${select({ ...ofContainer(watched), resource })})`;
}

/** What the pod that is nearest to its limit uses of it. */
export function memoryShare(watched: Watched): string {
  const perPod = (series: string) => `max by (namespace, pod, container) (${series})`;
  const used = `container_memory_working_set_bytes${select(ofContainer(watched))}`;
  const limit = `kube_pod_container_resource_limits${select({ ...ofContainer(watched), resource: 'memory' })}`;
  return `max by (namespace, container) (${perPod(used)} / ${perPod(limit)})`;
}

export function restarts(watched: Watched, window: string): string {
  const counter = `kube_pod_container_status_restarts_total${select(ofContainer(watched))}`;
  return `sum by (namespace, container) (increase(${counter}[${window}]))`;
}

/** Pods that should be there and are not; `undefined` for what ends by itself. */
export function unavailable(watched: Watched, { kind, name }: Runner): string | undefined {
  const labels = (label: string) => select({ ...inNamespace(watched), [label]: name });
  switch (kind) {
    case 'Deployment':
      return `max by (namespace, deployment) (kube_deployment_status_replicas_unavailable${labels('deployment')})`;
    case 'DaemonSet':
      return `max by (namespace, daemonset) (kube_daemonset_status_number_unavailable${labels('daemonset')})`;
    case 'StatefulSet': {
      const by = 'max by (namespace, statefulset)';
      const selected = labels('statefulset');
      return `${by} (kube_statefulset_replicas${selected}) - ${by} (kube_statefulset_status_replicas_ready${selected})`;
    }
    default:
      return undefined;
  }
}

export function autoscaler(watched: Watched, name: string, figure: 'desired' | 'maximum'): string {
  const metric = { desired: 'status_desired_replicas', maximum: 'spec_max_replicas' }[figure];
  const selected = select({ ...inNamespace(watched), horizontalpodautoscaler: name });
  return `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_${metric}${selected})`;
}

export function answeringPods(watched: Watched): string {
  return `up${select(ofService(watched))}`;
}
