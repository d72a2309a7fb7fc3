import type { AlertingRule } from '../../../imports/prometheus-operator';
import type { MonitoringFacts } from '../../model/monitoring-facts';
import { dashed } from '../alert';
import { ofNamespace } from '../selection';

/** What is watched once for a whole environment: the certificates in it, and the sources that all other alerts rest on. */
export function environmentRules(
  environment: string,
  namespace: string | undefined,
  certificates: readonly string[],
  { severities, owner, runbook }: MonitoringFacts,
): AlertingRule[] {
  const rule = (
    name: string,
    severity: 'critical' | 'warning',
    duration: string,
    expr: string,
    text: [string, string],
  ) => ({
    alert: name,
    expr,
    for: duration,
    labels: {
      ...(owner === undefined ? {} : { owner }),
      ...(namespace === undefined ? {} : { namespace }),
      severity: severities[severity],
    },
    annotations: {
      summary: text[0],
      description: text[1],
      ...(runbook === undefined ? {} : { runbook_url: `${runbook}/monitoring#${dashed(name)}` }),
    },
  });
  const selector = ofNamespace({ namespace });
  const rules = [
    rule(
      'PodMetricsMissing',
      'critical',
      '15m',
      `absent(kube_pod_info${selector}) or absent(container_memory_working_set_bytes${selector})`,
      [
        `Nothing is known of the pods of ${environment}.`,
        `Prometheus has no series of kube-state-metrics or of the kubelets for ${environment}: alerts on restarts, memory, CPU, volumes and jobs cannot fire.`,
      ],
    ),
  ];
  if (certificates.length === 0) return rules;
  // Without honorLabels the namespace of a certificate is in `exported_namespace`, as in the charts of cert-manager.
  const series = (metric: string, more = '') =>
    namespace === undefined
      ? `certmanager_certificate_${metric}{${more}}`
      : `(certmanager_certificate_${metric}${ofNamespace({ namespace }, more)} or certmanager_certificate_${metric}{exported_namespace=${JSON.stringify(namespace)}${more && `,${more}`}})`;
  const expected = certificates
    .map((name) => `label_replace(vector(1), "name", ${JSON.stringify(name)}, "", "")`)
    .join(' or ');
  return [
    ...rules,
    rule(
      'CertificateNotReady',
      'critical',
      '1h',
      `(${expected}) unless on (name) (${series('ready_status', 'condition="True"')} == 1)`,
      [
        `A certificate of ${environment} is not ready.`,
        `The Certificate {{ $labels.name }} in ${environment} is not ready, or Prometheus has no metrics of cert-manager. See kubectl describe certificate {{ $labels.name }}.`,
      ],
    ),
    rule(
      'CertificateExpiring',
      'critical',
      '1h',
      `min by (name) (${series('expiration_timestamp_seconds')}) - time() < 1209600`,
      [
        `A certificate of ${environment} is about to expire.`,
        `The Certificate {{ $labels.name }} in ${environment} expires in {{ $value | humanizeDuration }}; cert-manager should have renewed it by now.`,
      ],
    ),
  ];
}
