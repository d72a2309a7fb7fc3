import type { RecordingRule } from '../../imports/prometheus-operator';
import { MONITORED_POD, MONITORED_SERVICE, ofNamespace, podPattern, type WatchedApp } from './selection';

/**
 * What is watched, as series: `service:monitored` names every workload, also one that is gone, and `pod:monitored` says
 * which pod belongs to which. Alerts and the dashboard go by them.
 */
export function recordingRules(apps: readonly WatchedApp[], namespace: string | undefined): RecordingRule[] {
  const labels = namespace === undefined ? {} : { labels: { namespace } };
  const named = apps.map(({ service }) => `label_replace(vector(1), "service", ${JSON.stringify(service)}, "", "")`);
  const { pattern, service } = podPattern(apps);
  const quoted = JSON.stringify(pattern);
  const pods = `kube_pod_info${ofNamespace({ namespace }, `pod=~${quoted}`)}`;
  return [
    { record: MONITORED_SERVICE, expr: named.join('\nor '), ...labels },
    {
      record: MONITORED_POD,
      expr: `max by (namespace, pod, service) (label_replace(${pods}, "service", "${service}", "pod", ${quoted}))`,
    },
  ];
}
