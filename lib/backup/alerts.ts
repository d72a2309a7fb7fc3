import type { AlertingRule } from '../../imports/prometheus-operator';
import type { Duration } from '../kubernetes/duration';
import { type Alert, type AlertPlace, alertingRule } from '../monitored-app/alerting-rule';
import { select } from '../monitored-app/expressions';
import { decimal, prometheusDuration } from '../monitored-app/numbers';

export interface BackupAlertInput extends AlertPlace {
  /** The name of the CronJob. */
  readonly cronJob: string;
  readonly environment: string;
  readonly maxAgeSeconds: number;
  /** How late a run may start. */
  readonly startingSeconds: number;
}

/**
 * What kube-state-metrics knows of the CronJob. A success counts when the dump was stored and read back, because the
 * job fails otherwise. Where there never was one, its age is that of the CronJob.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md
 */
export function backupAlerts(input: BackupAlertInput): AlertingRule[] {
  const { namespace, service, cronJob, environment, maxAgeSeconds, startingSeconds } = input;
  const labels = select({ ...(namespace === undefined ? {} : { namespace }), cronjob: cronJob });
  const metric = (name: string) => `max by (namespace, cronjob) (kube_cronjob_${name}${labels})`;
  const last = `(${metric('status_last_successful_time')} or ${metric('created')})`;
  const allowed = prometheusDuration(`${maxAgeSeconds}s` as Duration);
  const alerts: Alert[] = [
    {
      name: 'BackupTooOld',
      severity: 'critical',
      expr: `time() - ${last} > ${decimal(maxAgeSeconds)}`,
      summary: `${service} in ${environment} has no recent backup.`,
      description: `The last good backup of ${service} in ${environment} by ${cronJob} is {{ $value | humanizeDuration }} old, or there was none since the CronJob was made; ${allowed} is allowed.`,
    },
    {
      name: 'BackupFailed',
      severity: 'warning',
      expr: `${metric('status_last_schedule_time')} > ${last} and ${metric('status_active')} == 0`,
      for: '5m',
      summary: `The last backup of ${service} in ${environment} failed.`,
      description: `The last run of ${cronJob} in ${environment} ended without a backup of ${service}. Its pods are kept, with their logs.`,
    },
    {
      name: 'BackupMissing',
      severity: 'critical',
      expr: `absent(kube_cronjob_created${labels})`,
      for: prometheusDuration(`${Math.max(3_600, startingSeconds)}s` as Duration),
      summary: `Nobody makes backups of ${service} in ${environment}.`,
      description: `Prometheus has heard nothing of the CronJob ${cronJob} in ${environment}: either it is gone, or kube-state-metrics is.`,
    },
  ];
  return alerts.map((alert) => alertingRule(alert, input));
}
