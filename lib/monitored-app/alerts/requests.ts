import { seconds } from '../../kubernetes/duration';
import type { Alert } from '../alert';
import type { AlertInput } from '../alert-input';
import { decimal, percent, prometheusDuration } from '../numbers';
import { identity, ofServices, renamed, type Selection } from '../selection';

const service = '{{ $labels.service }}';

/** Errors, latency, and the silence of the counter on which both depend. */
export function requestAlerts(input: AlertInput): Alert[] {
  const { thresholds, environment, servesRequests, isScraped, isOff, metrics, window, serviceLabel: label } = input;
  if (!servesRequests || !isScraped) return [];
  const { errorRatio = 0.05, latency = '1s', latencyQuantile = 0.99, requestsMissing = '1h' } = thresholds;
  const vocabulary = JSON.stringify(metrics);
  const by = `sum by (namespace, ${label})`;
  const rate = (selection: Selection, more = '') =>
    `${by} (rate(${metrics.requests}${ofServices(selection, label, more)}[${window}]))`;
  const found: Alert[] = [];
  if (errorRatio !== false) {
    const failed = `${metrics.statusLabel}=~${JSON.stringify(metrics.failed)}`;
    found.push({
      name: 'HighErrorRatio',
      severity: 'critical',
      expr: (selection) =>
        `${renamed(`${rate(selection, failed)} / ${rate(selection)}`, label)} > ${decimal(errorRatio)}`,
      for: '5m',
      summary: `${service} in ${environment} fails to answer.`,
      description: `{{ $value | humanizePercentage }} of the requests to ${service} in ${environment} fail; ${percent(errorRatio)} may.`,
      threshold: key(percent(errorRatio), window, label, vocabulary),
    });
  }
  if (latency !== false) {
    found.push({
      name: 'HighLatency',
      severity: 'warning',
      expr: (selection) => {
        const buckets = `rate(${metrics.duration}_bucket${ofServices(selection, label)}[${window}])`;
        const quantile = `histogram_quantile(${decimal(latencyQuantile)}, sum by (namespace, ${label}, le) (${buckets}))`;
        return `${renamed(quantile, label)} > ${decimal(seconds(latency))}`;
      },
      for: '10m',
      summary: `${service} in ${environment} is slow.`,
      description: `${percent(latencyQuantile)} of the requests to ${service} in ${environment} take up to {{ $value | humanizeDuration }}; ${prometheusDuration(latency)} is allowed.`,
      threshold: key(`${prometheusDuration(latency)} ${percent(latencyQuantile)}`, window, label, vocabulary),
    });
  }
  if (requestsMissing !== false && !isOff) {
    found.push({
      name: 'RequestMetricsMissing',
      severity: 'warning',
      expr: (selection) => {
        const up = renamed(`max by (namespace, ${label}) (up${ofServices(selection, label)} == 1)`, label);
        const counted = renamed(
          `count by (namespace, ${label}) (${metrics.requests}${ofServices(selection, label)})`,
          label,
        );
        return `${up} unless on (${identity(selection)}) ${counted}`;
      },
      for: prometheusDuration(requestsMissing),
      summary: `${service} in ${environment} is scraped, but counts no requests.`,
      description: `For ${prometheusDuration(requestsMissing)} ${service} in ${environment} has had no series ${metrics.requests}: its alerts on errors and latency cannot fire. Name its metrics in 'metrics' of its MonitoredApp, or see why nothing reaches it.`,
      threshold: key(prometheusDuration(requestsMissing), '', label, vocabulary),
    });
  }
  return found;
}

/** Everything in which the expressions of two services may differ. */
const key = (threshold: string, window: string, label: string, vocabulary: string): string =>
  [
    threshold,
    window,
    label === 'service' ? '' : label,
    vocabulary.includes('"http_server_request_duration_seconds"') ? '' : vocabulary,
  ]
    .filter(Boolean)
    .join(' ');
