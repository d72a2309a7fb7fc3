import fc from 'fast-check';
import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { peakByWorkload, peakCapacity, podCapacity } from '../../lib/model/capacity';

const container = fc.record({ cpu: fc.nat({ max: 1_000 }), isSidecar: fc.boolean() }).map(
  ({ cpu, isSidecar }): Container => ({
    name: 'c',
    restartPolicy: isSidecar ? 'Always' : undefined,
    resources: { requests: { cpu: `${cpu}m` } },
  }),
);
const cpuOf = ({ resources }: Container): number => Number.parseInt(String(resources?.requests?.cpu), 10);
const total = (containers: readonly Container[]): number => containers.reduce((sum, each) => sum + cpuOf(each), 0);

test('a pod takes what runs at the same moment, at the worst of all moments', () => {
  fc.assert(
    fc.property(
      fc.array(container, { maxLength: 4 }),
      fc.array(container, { minLength: 1, maxLength: 3 }),
      (initContainers, containers) => {
        const sidecars = (before: number) =>
          initContainers.slice(0, before).filter(({ restartPolicy }) => restartPolicy === 'Always');
        const moments = initContainers.map((starting, index) => total(sidecars(index)) + cpuOf(starting));
        const running = total(sidecars(initContainers.length)) + total(containers);
        expect(podCapacity({ containers, initContainers }).requestedCpu).toBe(Math.max(running, ...moments));
      },
    ),
  );
});

test('a limit alone counts as a request', () => {
  const { requestedCpu, cpuLimit } = podCapacity({ containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }] });
  expect([requestedCpu, cpuLimit]).toEqual([1_000, 1_000]);
});

const template = { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '100m' } } }] } };
const workload = (kind: string, spec: object): Manifest => ({ apiVersion: 'v1', kind, metadata: { name: 'a' }, spec });

test.each<[string, Manifest[], number]>([
  ['a Deployment with a share more, rounded up', [workload('Deployment', { replicas: 5, template })], 7],
  [
    'a Deployment with a fixed number more',
    [workload('Deployment', { replicas: 5, strategy: { rollingUpdate: { maxSurge: 1 } }, template })],
    6,
  ],
  [
    'a Deployment at the maximum of its autoscaler',
    [
      workload('Deployment', { strategy: { rollingUpdate: { maxSurge: 0 } }, template }),
      workload('HorizontalPodAutoscaler', { scaleTargetRef: { kind: 'Deployment', name: 'a' }, maxReplicas: 9 }),
    ],
    9,
  ],
  ['a StatefulSet, which is replaced pod by pod', [workload('StatefulSet', { replicas: 3, template })], 3],
  ['a Job with all that run side by side', [workload('Job', { parallelism: 4, template })], 4],
  ['a CronJob with one run', [workload('CronJob', { jobTemplate: { spec: { parallelism: 2, template } } })], 2],
  [
    'a CronJob with all runs that may meet: 17 minutes, every five',
    [
      workload('CronJob', {
        schedule: '*/5 * * * *',
        jobTemplate: { spec: { parallelism: 2, activeDeadlineSeconds: 1_020, template } },
      }),
    ],
    8,
  ],
  [
    'a CronJob with the run that is stopped and the next one',
    [
      workload('CronJob', {
        schedule: '*/5 * * * *',
        concurrencyPolicy: 'Replace',
        jobTemplate: { spec: { activeDeadlineSeconds: 1_020, template } },
      }),
    ],
    2,
  ],
  [
    'a CronJob that waits for its last run',
    [
      workload('CronJob', {
        schedule: '*/5 * * * *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { activeDeadlineSeconds: 1_020, template } },
      }),
    ],
    1,
  ],
  ['no pods where there are none', [workload('Service', {})], 0],
])('counts %s', (_, manifests, pods) => {
  expect(peakCapacity(manifests).pods).toBe(pods);
  expect(peakCapacity(manifests).requestedCpu).toBe(pods * 100);
});

test('counts no surge where the old pods end before the new ones start', () => {
  const recreated = workload('Deployment', { replicas: 4, strategy: { type: 'Recreate' }, template });
  expect(peakByWorkload([recreated])).toMatchObject([{ replicas: 4, surge: 0 }]);
});

test('counts a pod of a DaemonSet on every node', () => {
  expect(peakCapacity([workload('DaemonSet', { template })], 12)).toMatchObject({ pods: 12, requestedCpu: 1_200 });
});

test('names each workload with what it takes', () => {
  expect(peakByWorkload([workload('Deployment', { replicas: 4, template })])).toMatchObject([
    { kind: 'Deployment', name: 'a', replicas: 4, surge: 1 },
  ]);
});
