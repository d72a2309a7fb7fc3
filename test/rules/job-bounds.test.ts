import { ApiObject } from 'cdk8s';
import { shortestInterval } from '../../lib/model/cron';
import { jobBounds } from '../../lib/rules/job-bounds';
import { Shop } from '../support/rules';

const job = { activeDeadlineSeconds: 600, backoffLimit: 3 };
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'main:1.0.0' }] } };
const cronJob = (spec: object, jobSpec: object = job) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report' },
  spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template, ...jobSpec } }, ...spec },
});

test('says nothing of jobs that end', () => {
  const shop = Shop.create();
  const spec = { ...job, template };
  shop.foreign('once', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec });
  shop.foreign('forbid', cronJob({ concurrencyPolicy: 'Forbid' }));
  shop.foreign('rare', cronJob({ schedule: '0 3 * * *' }));
  expect(shop.says(jobBounds)).toEqual([]);
});

test('says nothing of a job that only a person can create, who watches it', () => {
  const shop = Shop.create();
  const spec = { backoffLimit: 0, ttlSecondsAfterFinished: 86_400, template };
  shop.foreign('restore', { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'restore-' }, spec });
  const [object] = shop.system().objects.filter(({ manifest }) => manifest.kind === 'Job');
  expect(object).toBeDefined();
  const named = { ...object?.manifest, metadata: { generateName: 'restore-' } };
  const system = { ...shop.system(), objects: [{ ...object, manifest: named }] } as never;
  expect([...jobBounds.check(system)]).toEqual([]);
});

test('speaks of a job without an end, and warns of what is left to defaults', () => {
  const shop = Shop.create();
  const spec = { template: { spec: { containers: [] } } };
  shop.foreign('once', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec });
  expect(shop.says(jobBounds)).toEqual([
    '[test/once] error: may run for ever: it has no activeDeadlineSeconds',
    '[test/once] warning: does not say how often it is tried again after a failure: it is 6 times, over about an hour',
    '[test/once] error: has the restartPolicy Always, which Kubernetes refuses for a job',
  ]);
});

test('warns of a job that Argo CD would make again each time its TTL has deleted it', () => {
  const spec = { ...job, template, ttlSecondsAfterFinished: 3_600 };
  const once = (annotations: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', annotations },
    spec,
  });
  const argo = Shop.create({ deployOrder: 'argo-cd' });
  argo.foreign('once', once({}));
  expect(argo.says(jobBounds)).toEqual([
    '[test/once] warning: is deleted 3600 s after it is done, and then Argo CD makes it again: it runs once every 3600 s',
  ]);
  const hook = Shop.create({ deployOrder: 'argo-cd' });
  hook.foreign('once', once({ 'argocd.argoproj.io/hook': 'PreSync' }));
  const byHand = Shop.create();
  byHand.foreign('once', once({}));
  expect([...hook.says(jobBounds), ...byHand.says(jobBounds)]).toEqual([]);
});

test('warns of a job that is created anew each time and that nothing deletes', () => {
  const shop = Shop.create();
  const created = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'once-' },
    spec: { ...job, template },
  };
  new (class extends ApiObject {
    override toJson() {
      return created;
    }
  })(shop, 'once', { apiVersion: 'batch/v1', kind: 'Job' });
  expect(shop.says(jobBounds)).toEqual([
    '[test/once] warning: is created under a new name each time and never deleted: it has no ttlSecondsAfterFinished',
  ]);
});

test('compares the longest run with the interval', () => {
  const shop = Shop.create();
  shop.foreign('often', cronJob({}, { ...job, ttlSecondsAfterFinished: 60 }));
  expect(shop.says(jobBounds)).toEqual([
    '[test/often] error: starts every 5 min = 300 s (*/5 * * * *), but may run for 600 s, so several run at once',
    '[test/often] warning: its jobs are deleted 60 s after they are done, whatever history it is to keep',
  ]);
});

test.each<[string, number | undefined]>([
  ['* * * * *', 1],
  ['*/15 * * * *', 15],
  ['*/7 * * * *', 4],
  ['0,10,40 * * * *', 10],
  ['30 2 * * *', 1_440],
  ['0 8-18/2 * * 1-5', 120],
  ['0 0 * * 0', undefined],
  ['@hourly', 60],
  ['@daily', 1_440],
  ['@monthly', undefined],
  ['@every 90m', 90],
  ['at noon', undefined],
  ['61 * * * *', undefined],
])('knows that %s runs every %s minutes', (schedule, minutes) => {
  expect(shortestInterval(schedule)).toBe(minutes);
});
