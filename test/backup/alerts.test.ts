import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Backup, StatefulBackend } from '../../lib';
import { toYaml } from '../../lib/kubernetes/yaml';
import { quietEnvironment } from '../support/render';
import { temporaryDirectory } from '../support/temporary';
import { promtool } from '../tools/promtool';

const tool = promtool();
// A check that cannot be made is counted and shown.
const check = 'program' in tool ? test.each : test.skip.each;
if ('missing' in tool) console.warn(`skipped: ${tool.missing}`);

const cache = StatefulBackend.redis(quietEnvironment({ namespace: 'production' }), 'cache', { storage: '1Gi' });
// Three hours, then: one until the next, one until it starts, one until it has ended.
const backup = new Backup(cache, 'backup', { schedule: '@hourly', to: { volume: '1Gi' } });
const series = (name: string, values: string) => ({
  series: `kube_cronjob_${name}{namespace="production",cronjob="cache-backup",instance="any"}`,
  values,
});
const made = series('created', '0x400');
const idle = series('status_active', '0x400');
const started = series('status_last_schedule_time', '12000x400');

/** Whether an alert fires so many minutes after the CronJob was made. */
function fires(alert: string, minutes: number, found: readonly object[]): boolean {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'rules.yaml'), toYaml({ groups: backup.prometheusRule?.toJson().spec.groups }));
  const asked = {
    rule_files: ['rules.yaml'],
    tests: [
      {
        interval: '1m',
        input_series: found,
        alert_rule_test: [{ eval_time: `${minutes}m`, alertname: alert, exp_alerts: [] }],
      },
    ],
  };
  writeFileSync(join(folder, 'silent.yaml'), toYaml(asked));
  const { status, stdout, stderr } = spawnSync(
    'program' in tool ? tool.program : '',
    ['test', 'rules', join(folder, 'silent.yaml')],
    { encoding: 'utf8' },
  );
  if (status !== 0 && !`${stdout}${stderr}`.includes(`alertname: ${alert}`)) throw new Error(stdout + stderr);
  return status !== 0;
}

check([
  ['BackupTooOld', 'is silent while the first may still come', 170, [made], false],
  ['BackupTooOld', 'fires where there never was one', 190, [made], true],
  ['BackupTooOld', 'is silent after a good one', 250, [made, series('status_last_successful_time', '6000x400')], false],
  ['BackupTooOld', 'fires when that is too old', 290, [made, series('status_last_successful_time', '6000x400')], true],
  ['BackupFailed', 'fires where the last run left none', 300, [made, idle, started], true],
  ['BackupFailed', 'is silent while it runs', 300, [made, series('status_active', '1x400'), started], false],
  [
    'BackupFailed',
    'is silent after it ended well',
    300,
    [made, idle, started, series('status_last_successful_time', '12600x400')],
    false,
  ],
  ['BackupMissing', 'fires where nobody has heard of it', 90, [], true],
  ['BackupMissing', 'is silent where it is there', 90, [made], false],
] as const)('%s %s', (alert, _, minutes, found, wanted) => {
  expect(fires(alert, minutes, found)).toBe(wanted);
});
