import type { AlertingRule } from '../../imports/prometheus-operator';
import { type Duration, seconds } from '../kubernetes/duration';
import { type Alert, alertingRule } from './alerting-rule';
import type { Runner, Watched } from './expressions';
import * as expressions from './expressions';
import { decimal, percent, prometheusDuration } from './numbers';

/** When somebody is told. */
export interface AlertThresholds {
  /** The share of requests that may fail. @defaultValue 0.05, for 5 minutes */
  readonly errorRatio?: number | false;
  /** How long requests may take. @defaultValue 1s, for 10 minutes */
  readonly latency?: Duration | false;
  /** For which share of the requests that holds. @defaultValue 0.99 */
  readonly latencyQuantile?: number;
  /** The share of time in which the CPU limit may hold the process back. @defaultValue 0.25, for 15 minutes */
  readonly cpuThrottling?: number | false;
  /** The share of its memory limit that a pod may use. @defaultValue 0.9, for 15 minutes */
  readonly memory?: number | false;
  /** How long the autoscaler may stand at its maximum. @defaultValue 15m */
  readonly autoscalerAtMaximum?: Duration | false;
  /** How many restarts there may be in 15 minutes, over all pods. @defaultValue 2 */
  readonly restarts?: number | false;
  /** How long pods may be missing. @defaultValue 15m: longer than a rollout takes */
  readonly unavailable?: Duration | false;
  /** How long no pod may answer with its metrics. @defaultValue 10m */
  readonly missing?: Duration | false;
}

export interface AlertInput {
  readonly watched: Watched;
  readonly thresholds: AlertThresholds;
  readonly environment: string;
  /** `undefined` where nothing is missing when the pods are gone. */
  readonly runner: Runner | undefined;
  /** Whether it is told to run no pods. */
  readonly isOff: boolean;
  /** The name of the autoscaler, where there is one. */
  readonly autoscaler: string | undefined;
  /** Whether Prometheus asks it for its metrics. */
  readonly isScraped: boolean;
  /** Whether it counts requests. */
  readonly servesRequests: boolean;
  /** Labels of every alert, beside namespace, service and severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly severities: { readonly critical: string; readonly warning: string };
  readonly runbook: string | undefined;
}

/** Every alert of a workload, in the order of how much it hurts. */
export function alertingRules(input: AlertInput): AlertingRule[] {
  const { watched, labels, severities, runbook } = input;
  const place = { namespace: watched.namespace, service: watched.service, labels, severities, runbook };
  return [...requestAlerts(input), ...podAlerts(input), ...saturationAlerts(input)].map((alert) =>
    alertingRule(alert, place),
  );
}

const value = '{{ $value | humanizePercentage }}';

function requestAlerts({ watched, thresholds, environment, servesRequests }: AlertInput): Alert[] {
  if (!servesRequests) return [];
  const { service } = watched;
  const { errorRatio = 0.05, latency = '1s', latencyQuantile = 0.99 } = thresholds;
  const found: Alert[] = [];
  if (errorRatio !== false) {
    found.push({
      name: 'HighErrorRatio',
      severity: 'critical',
      expr: `${expressions.errorRatio(watched)} > ${decimal(errorRatio)}`,
      for: '5m',
      summary: `${service} in ${environment} fails to answer.`,
      description: `${value} of the requests to ${service} in ${environment} fail; ${percent(errorRatio)} may.`,
    });
  }
  if (latency !== false) {
    found.push({
      name: 'HighLatency',
      severity: 'warning',
      expr: `${expressions.latency(watched, latencyQuantile)} > ${decimal(seconds(latency))}`,
      for: '10m',
      summary: `${service} in ${environment} is slow.`,
      description: `${percent(latencyQuantile)} of the requests to ${service} in ${environment} take up to {{ $value | humanizeDuration }}; ${prometheusDuration(latency)} is allowed.`,
    });
  }
  return found;
}

function podAlerts({ watched, thresholds, environment, runner, isOff, isScraped }: AlertInput): Alert[] {
  const { service } = watched;
  const { restarts = 2, unavailable = '15m', missing = '10m' } = thresholds;
  const gone = runner && expressions.unavailable(watched, runner);
  const found: Alert[] = [];
  if (missing !== false && isScraped && !isOff) {
    found.push({
      name: 'MetricsMissing',
      severity: 'critical',
      expr: `absent(${expressions.answeringPods(watched)} == 1)`,
      for: prometheusDuration(missing),
      summary: `No pod of ${service} in ${environment} answers with its metrics.`,
      description: `For ${prometheusDuration(missing)} Prometheus has heard of no pod of ${service} in ${environment}: either all are gone, or the way to them is closed.`,
    });
  }
  if (restarts !== false) {
    found.push({
      name: 'Restarting',
      severity: 'critical',
      expr: `${expressions.restarts(watched, '15m')} > ${decimal(restarts)}`,
      summary: `${service} in ${environment} restarts again and again.`,
      description: `Containers of ${service} in ${environment} were restarted {{ $value | humanize }} times in 15 minutes; ${decimal(restarts)} may.`,
    });
  }
  if (unavailable !== false && gone !== undefined) {
    found.push({
      name: 'ReplicasUnavailable',
      severity: 'warning',
      expr: `${gone} > 0`,
      for: prometheusDuration(unavailable),
      summary: `${service} in ${environment} has fewer pods than it should.`,
      description: `{{ $value }} pods of ${service} in ${environment} have been missing for ${prometheusDuration(unavailable)}.`,
    });
  }
  return found;
}

function saturationAlerts({ watched, thresholds, environment, autoscaler }: AlertInput): Alert[] {
  const { service } = watched;
  const { cpuThrottling = 0.25, memory = 0.9, autoscalerAtMaximum = '15m' } = thresholds;
  const found: Alert[] = [];
  if (cpuThrottling !== false) {
    found.push({
      name: 'CpuThrottled',
      severity: 'warning',
      expr: `${expressions.cpuThrottling(watched)} > ${decimal(cpuThrottling)}`,
      for: '15m',
      summary: `${service} in ${environment} has too little CPU.`,
      description: `${service} in ${environment} is held back by its CPU limit in ${value} of the time; ${percent(cpuThrottling)} is allowed.`,
    });
  }
  if (memory !== false) {
    found.push({
      name: 'MemoryNearLimit',
      severity: 'warning',
      expr: `${expressions.memoryShare(watched)} > ${decimal(memory)}`,
      for: '15m',
      summary: `${service} in ${environment} is about to run out of memory.`,
      description: `A pod of ${service} in ${environment} uses ${value} of its memory limit; ${percent(memory)} is allowed.`,
    });
  }
  if (autoscalerAtMaximum !== false && autoscaler !== undefined) {
    const figure = (which: 'desired' | 'maximum') => expressions.autoscaler(watched, autoscaler, which);
    found.push({
      name: 'AutoscalerAtMaximum',
      severity: 'warning',
      expr: `${figure('desired')} >= ${figure('maximum')}`,
      for: prometheusDuration(autoscalerAtMaximum),
      summary: `${service} in ${environment} cannot grow any more.`,
      description: `The autoscaler of ${service} in ${environment} has stood at its maximum of {{ $value }} pods for ${prometheusDuration(autoscalerAtMaximum)}.`,
    });
  }
  return found;
}
