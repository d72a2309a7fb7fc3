import type { Alert } from '../alert';
import type { AlertInput } from '../alert-input';
import { decimal } from '../numbers';
import {
  identity,
  MONITORED_SERVICE,
  ofMonitored,
  ofNamespace,
  ofServices,
  renamed,
  type Selection,
} from '../selection';

const service = '{{ $labels.service }}';

/**
 * Runs that fail, come late, take too long or are gone: what kube-state-metrics knows of them.
 * @see https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload
 */
export function jobAlerts(input: AlertInput): Alert[] {
  const { kind, thresholds, environment, startingDeadlineSeconds = 0, activeDeadlineSeconds } = input;
  if (thresholds.jobs === false || (kind !== 'Job' && kind !== 'CronJob')) return [];
  // What is started by hand from a CronJob has other names, and is watched by who started it.
  const runs = kind === 'Job' ? '-[0-9a-f]{10}' : '-[0-9]+';
  const found: Alert[] =
    kind === 'Job' ? [failedJob(environment, runs)] : cronJobAlerts(environment, startingDeadlineSeconds);
  if (activeDeadlineSeconds !== undefined) {
    const longest = Math.floor(activeDeadlineSeconds * 0.8);
    found.push({
      name: 'JobRunsLong',
      severity: 'warning',
      expr: (selection) => {
        const started = ofRuns('kube_job_status_start_time', selection, runs);
        const active = ofRuns('kube_job_status_active', selection, runs);
        const long = `time() - ${started} > ${decimal(longest)} and ${active} > 0`;
        return `max by (namespace, service) (${renamed(`(${long})`, 'job_name', namesOf(selection, runs))})`;
      },
      summary: `${service} in ${environment} takes unusually long.`,
      description: `A run of ${service} in ${environment} has been at work for {{ $value | humanizeDuration }}; after ${activeDeadlineSeconds} s it is stopped and has failed.`,
      threshold: `${kind === 'Job' ? '' : 'CronJob '}${longest}s`,
    });
  }
  return found;
}

function failedJob(environment: string, runs: string): Alert {
  return {
    name: 'JobFailed',
    severity: 'critical',
    expr: (selection) => {
      const series = `kube_job_failed${ofNamespace(selection, `condition="true",job_name=~${JSON.stringify(namesOf(selection, runs))}`)}`;
      return `max by (namespace, service) (${renamed(`${series}`, 'job_name', namesOf(selection, runs))}) > 0`;
    },
    summary: `${service} in ${environment} has failed.`,
    description: `A Job of ${service} in ${environment} has failed for good; what waits for it does not start. Its pods are kept, with their logs: kubectl logs -l app.kubernetes.io/instance=${service}.`,
    threshold: 'Job',
  };
}

function cronJobAlerts(environment: string, startingDeadlineSeconds: number): Alert[] {
  const metric = (name: string, selection: Selection) =>
    `max by (namespace, cronjob) (kube_cronjob_${name}${ofServices(selection, 'cronjob')})`;
  const late = startingDeadlineSeconds + 600;
  return [
    {
      name: 'JobFailed',
      severity: 'warning',
      expr: (selection) => {
        const good = `(${metric('status_last_successful_time', selection)} or ${metric('created', selection)})`;
        const failed = `${metric('status_last_schedule_time', selection)} > ${good} and ${metric('status_active', selection)} == 0`;
        return renamed(`(${failed})`, 'cronjob');
      },
      for: '5m',
      summary: `The last run of ${service} in ${environment} failed.`,
      description: `The last run of ${service} in ${environment} ended without success. Its pods are kept, with their logs: kubectl logs -l app.kubernetes.io/instance=${service}.`,
      threshold: 'CronJob',
    },
    {
      name: 'ScheduleMissed',
      severity: 'warning',
      // There is no next time while it is suspended.
      expr: (selection) =>
        renamed(`(time() - ${metric('next_schedule_time', selection)} > ${decimal(late)})`, 'cronjob'),
      summary: `${service} in ${environment} was not started at its time.`,
      description: `${service} in ${environment} should have started {{ $value | humanizeDuration }} ago; up to ${late} s may pass.`,
      threshold: `${late}s`,
    },
    {
      name: 'ScheduleMissing',
      severity: 'warning',
      expr: (selection) =>
        `${MONITORED_SERVICE}${ofMonitored(selection)} unless on (${identity(selection)}) ${renamed(metric('created', selection), 'cronjob')}`,
      for: '1h',
      summary: `There is no CronJob ${service} in ${environment}.`,
      description: `kube-state-metrics knows no CronJob ${service} in ${environment}: it was deleted, or kube-state-metrics is gone.`,
      threshold: '',
    },
  ];
}

const namesOf = ({ apps }: Selection, runs: string): string =>
  `(${apps.map(({ service: name }) => name).join('|')})${runs}`;

const ofRuns = (metric: string, selection: Selection, runs: string): string =>
  `max by (namespace, job_name) (${metric}${ofNamespace(selection, `job_name=~${JSON.stringify(namesOf(selection, runs))}`)})`;
