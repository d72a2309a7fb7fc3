import type { PodSpec } from 'kubernetes-types/core/v1';
import { type EnvironmentProps, ScheduledJob, type ScheduledJobProps } from '../lib';
import { isSchedule } from '../lib/model/cron';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietEnvironment, yamlOf } from './support/render';
import './support/yaml-snapshot';

const minimal = { image: 'report:1.3.0', schedule: '30 2 * * *' };

function job(props: Partial<ScheduledJobProps> = {}, environment: EnvironmentProps = {}): ScheduledJob {
  return new ScheduledJob(quietEnvironment(environment), 'report', { ...minimal, ...props });
}

const specOf = (made: ScheduledJob) => made.cronJob.toJson().spec;
const podOf = (made: ScheduledJob): PodSpec => specOf(made).jobTemplate.spec.template.spec;

test('needs nothing but an image and a schedule', () => {
  expect(yamlOf(job())).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'ScheduledJob')?.full[0] as ScheduledJobProps;
  expect(yamlOf(job(every))).toMatchSnapshot();
});

describe('its schedule', () => {
  test('is in universal time unless it says otherwise, never in that of the cluster', () => {
    expect(specOf(job()).timeZone).toBe('Etc/UTC');
    expect(specOf(job({ timeZone: 'Asia/Shanghai' })).timeZone).toBe('Asia/Shanghai');
  });

  test.each(['Mars/Olympus', 'europe/berlin', '+01:00', 'Local', ''])('has no time zone %s', (timeZone) => {
    expect(findingsOf(job({ timeZone }))).toEqual([expect.stringContaining("'timeZone': must be a time zone")]);
  });

  test.each(['* * * * *', '0,30 8-18/2 1 */3 1-5', '15 3 * JAN-MAR sun', '0 0 ? * 0', '@daily', '@every 1h30m'])(
    'can be %s',
    (schedule) => {
      expect(isSchedule(schedule)).toBe(true);
    },
  );

  test.each([
    '',
    '* * * *',
    '0 0 * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 7',
    '0 0 * * MONDAY',
    '5-1 * * * *',
    '*/0 * * * *',
    'TZ=Europe/Berlin 0 0 * * *',
    '@midday',
    '@every day',
    '@every ',
  ])('cannot be "%s"', (schedule) => {
    expect(isSchedule(schedule)).toBe(false);
  });
});

describe('its runs', () => {
  test('do not meet each other', () => {
    expect(specOf(job()).concurrencyPolicy).toBe('Forbid');
  });

  test('may be late, by less than the interval of most', () => {
    expect(specOf(job()).startingDeadlineSeconds).toBe(3_600);
  });

  test('are kept by the history, not by a time to live', () => {
    expect(specOf(job())).toMatchObject({ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3 });
    expect(specOf(job()).jobTemplate.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test('end: they are stopped and given up', () => {
    expect(specOf(job()).jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 3_600, backoffLimit: 3 });
    expect(podOf(job()).restartPolicy).toBe('Never');
    expect(specOf(job()).jobTemplate.spec?.podFailurePolicy?.rules).toHaveLength(1);
  });

  test('have no probes and nothing before the stop', () => {
    const [container] = podOf(job()).containers;
    for (const field of ['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle']) {
      expect(container).not.toHaveProperty(field);
    }
  });

  test('are refused where they overlap', () => {
    const made = job({ schedule: '*/5 * * * *', concurrencyPolicy: 'Allow', activeDeadline: '17m' });
    expect(findingsOf(made)).toEqual([
      '[test/report/CronJob] job-bounds: starts every 5 min = 300 s (*/5 * * * *), but may run for 1020 s, so several run at once',
    ]);
  });
});

test.each<[ScheduledJobProps['concurrencyPolicy'], string, number]>([
  ['Forbid', '*/5 * * * *', 1],
  ['Allow', '*/5 * * * *', 4],
  ['Replace', '*/5 * * * *', 2],
  ['Allow', '30 2 * * *', 1],
  ['Allow', '0 0 * * 0', 1],
])(
  'the quota of one that may run for 17 minutes holds its runs: %s at %s is %s',
  (concurrencyPolicy, schedule, pods) => {
    const environment = quietEnvironment();
    new ScheduledJob(environment, 'report', { ...minimal, concurrencyPolicy, schedule, activeDeadline: '17m' });
    const quota = manifestsOf(environment).find(({ kind }) => kind === 'ResourceQuota');
    // And one that is started by hand.
    expect(quota?.spec.hard.pods).toBe(String(pods + 1));
  },
);

test('has a name with room for the moment of a run', () => {
  const long = new ScheduledJob(quietEnvironment(), 'a'.repeat(53), minimal);
  expect(findingsOf(long)).toEqual([expect.stringContaining("'id': must be at most 52 characters")]);
});

test('reports everything that is wrong in one go', () => {
  const wrong = { schedule: 'at night', startingDeadline: '5s', backoffLimit: -1, suspend: 'no' } as never;
  expect(findingsOf(job(wrong))).toEqual([
    expect.stringContaining("'backoffLimit'"),
    expect.stringContaining("'schedule'"),
    expect.stringContaining("'startingDeadline'"),
    expect.stringContaining("'suspend'"),
  ]);
});
