import type { Alert } from '../alert';
import type { AlertInput } from '../alert-input';
import { decimal, percent, prometheusDuration } from '../numbers';
import {
  identity,
  MONITORED_SERVICE,
  ofMonitored,
  ofNamespace,
  ofServices,
  renamed,
  type Selection,
  withService,
} from '../selection';

const service = '{{ $labels.service }}';
const container = '{{ $labels.container }}';

/** Pods that are silent, restart, are missing or have too little; of every container, sidecars too. */
export function podAlerts(input: AlertInput): Alert[] {
  const { thresholds, environment, kind, isOff, isScraped, isAutoscaled, serviceLabel, window } = input;
  const { restarts = 2, unavailable = '15m', missing = '10m' } = thresholds;
  const { cpuThrottling = 0.25, memory = 0.9, autoscalerAtMaximum = '15m' } = thresholds;
  const runs = kind !== undefined && kind !== 'Job' && kind !== 'CronJob';
  const found: Alert[] = [];
  if (missing !== false && isScraped && !isOff) {
    found.push({
      name: 'MetricsMissing',
      severity: 'critical',
      expr: (selection) => {
        const up = renamed(`up${ofServices(selection, serviceLabel)} == 1`, serviceLabel);
        return `${MONITORED_SERVICE}${ofMonitored(selection)} unless on (${identity(selection)}) (${up})`;
      },
      for: prometheusDuration(missing),
      summary: `No pod of ${service} in ${environment} answers with its metrics.`,
      description: `For ${prometheusDuration(missing)} no pod of ${service} in ${environment} has answered Prometheus: all are gone, Prometheus does not pick its monitor (see the labels in Environment.monitoring), or a policy is in the way.`,
      threshold: [prometheusDuration(missing), serviceLabel === 'service' ? '' : serviceLabel].join(' ').trim(),
    });
  }
  if (restarts !== false && runs) {
    found.push({
      name: 'Restarting',
      severity: 'critical',
      expr: (selection) => {
        const counter = (of: string) => `increase(kube_pod_${of}_status_restarts_total${ofNamespace(selection)}[15m])`;
        const all = `(${counter('container')} or ${counter('init_container')})`;
        return `sum by (namespace, service, container) (${withService(all, selection)}) > ${decimal(restarts)}`;
      },
      summary: `${service} in ${environment} restarts again and again.`,
      description: `The container ${container} of ${service} in ${environment} was restarted {{ $value | humanize }} times in 15 minutes; ${decimal(restarts)} may.`,
      threshold: decimal(restarts),
    });
  }
  if (unavailable !== false && runs && !isOff) {
    found.push({
      name: 'ReplicasUnavailable',
      severity: 'warning',
      expr: (selection) => `(${unavailablePods(selection)}) > 0`,
      for: prometheusDuration(unavailable),
      summary: `${service} in ${environment} has fewer pods than it should.`,
      description: `{{ $value }} pods of ${service} in ${environment} have been missing for ${prometheusDuration(unavailable)}.`,
      threshold: prometheusDuration(unavailable),
    });
  }
  if (cpuThrottling !== false && runs) {
    found.push({
      name: 'CpuThrottled',
      severity: 'warning',
      expr: (selection) => {
        const periods = (of: string) => {
          const rate = `rate(container_cpu_cfs_${of}_total${ofNamespace(selection, 'container!=""')}[${window}])`;
          return `sum by (namespace, service, container) (${withService(rate, selection)})`;
        };
        return `${periods('throttled_periods')} / ${periods('periods')} > ${decimal(cpuThrottling)}`;
      },
      for: '15m',
      summary: `${service} in ${environment} has too little CPU.`,
      description: `The container ${container} of ${service} in ${environment} is throttled by its CPU limit in {{ $value | humanizePercentage }} of the time; ${percent(cpuThrottling)} is allowed.`,
      threshold: `${percent(cpuThrottling)} ${window}`,
    });
  }
  if (memory !== false && runs) {
    found.push({
      name: 'MemoryNearLimit',
      severity: 'warning',
      expr: (selection) => {
        const each = (series: string) => `max by (namespace, pod, container) (${series})`;
        const used = each(`container_memory_working_set_bytes${ofNamespace(selection, 'container!=""')}`);
        const limit = (of: string) => `kube_pod_${of}_resource_limits${ofNamespace(selection, 'resource="memory"')}`;
        const share = `(${used} / ${each(`${limit('container')} or ${limit('init_container')}`)})`;
        return `max by (namespace, service, container) (${withService(share, selection)}) > ${decimal(memory)}`;
      },
      for: '15m',
      summary: `${service} in ${environment} is about to run out of memory.`,
      description: `The container ${container} of ${service} in ${environment} uses {{ $value | humanizePercentage }} of its memory limit; ${percent(memory)} is allowed.`,
      threshold: percent(memory),
    });
  }
  if (autoscalerAtMaximum !== false && isAutoscaled) {
    found.push({
      name: 'AutoscalerAtMaximum',
      severity: 'warning',
      expr: (selection) => {
        const label = 'horizontalpodautoscaler';
        const figure = (which: string) =>
          `max by (namespace, ${label}) (kube_${label}_${which}${ofServices(selection, label)})`;
        return renamed(`(${figure('status_desired_replicas')} >= ${figure('spec_max_replicas')})`, label);
      },
      for: prometheusDuration(autoscalerAtMaximum),
      summary: `${service} in ${environment} cannot grow any more.`,
      description: `The autoscaler of ${service} in ${environment} has stood at its maximum of {{ $value }} pods for ${prometheusDuration(autoscalerAtMaximum)}.`,
      threshold: prometheusDuration(autoscalerAtMaximum),
    });
  }
  return found;
}

/** Pods that should be there and are not, of every kind of workload. */
export function unavailablePods(selection: Selection): string {
  return Object.entries(unavailableOf)
    .map(([kind, expression]) => ({ expression, apps: selection.apps.filter((app) => app.kind === kind) }))
    .filter(({ apps }) => apps.length > 0)
    .map(({ expression, apps }) => expression({ ...selection, apps }))
    .join(' or ');
}

const unavailableOf: Readonly<Record<string, (selection: Selection) => string>> = {
  Deployment: (selection) => {
    const series = `kube_deployment_status_replicas_unavailable${ofServices(selection, 'deployment')}`;
    return renamed(`max by (namespace, deployment) (${series})`, 'deployment');
  },
  DaemonSet: (selection) => {
    const series = `kube_daemonset_status_number_unavailable${ofServices(selection, 'daemonset')}`;
    return renamed(`max by (namespace, daemonset) (${series})`, 'daemonset');
  },
  StatefulSet: (selection) => {
    const figure = (of: string) =>
      `max by (namespace, statefulset) (kube_statefulset_${of}${ofServices(selection, 'statefulset')})`;
    return renamed(`${figure('replicas')} - ${figure('status_replicas_ready')}`, 'statefulset');
  },
};
