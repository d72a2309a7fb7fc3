import type { PodSpec } from 'kubernetes-types/core/v1';
import {
  BatchJob,
  type BatchJobProps,
  type Environment,
  type EnvironmentProps,
  LoggingSidecar,
  StatefulBackend,
  StatelessService,
} from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietEnvironment, yamlOf } from './support/render';
import './support/yaml-snapshot';

const image = 'backfill:1.0.0';

function job(props: Partial<BatchJobProps> = {}, environment: EnvironmentProps = {}): BatchJob {
  return new BatchJob(quietEnvironment(environment), 'backfill', { image, ...props });
}

const manifestOf = (made: BatchJob): Manifest => made.job.toJson();
const nameOf = (made: BatchJob): string => manifestOf(made).metadata.name;
const podOf = (made: BatchJob): PodSpec => manifestOf(made).spec.template.spec;
const quotaOf = (environment: Environment<string>) =>
  manifestsOf(environment).find(({ kind }) => kind === 'ResourceQuota')?.spec.hard;

test('needs nothing but an image', () => {
  expect(yamlOf(job())).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'BatchJob')?.full[0] as BatchJobProps;
  expect(yamlOf(job(every))).toMatchSnapshot();
});

describe('its name', () => {
  test('stays while it runs the same', () => {
    expect(nameOf(job())).toBe(nameOf(job()));
    expect(nameOf(job())).toMatch(/^backfill-[0-9a-f]{10}$/);
  });

  test.each<[string, Partial<BatchJobProps>]>([
    ['another image', { image: 'backfill:1.0.1' }],
    ['another argument', { args: ['--all'] }],
    ['another variable', { env: { FROM: '2024' } }],
    ['an override of its pods', { overrides: { job: { spec: { template: { spec: { hostname: 'one' } } } } } }],
    ['more completions', { completions: 2 }],
  ])('changes with %s, because Kubernetes refuses another pod under the same name', (_, props) => {
    expect(nameOf(job(props))).not.toBe(nameOf(job()));
  });

  test('stays where only its bounds change, which Kubernetes takes in place', () => {
    expect(nameOf(job({ activeDeadline: '5m', backoffLimit: 0, ttlAfterFinished: '1h' }))).toBe(nameOf(job()));
  });

  test('changes with a patch that is made later', () => {
    const made = job();
    const before = nameOf(made);
    made.job.patch({ spec: { template: { spec: { hostname: 'one' } } } });
    expect(nameOf(made)).not.toBe(before);
  });

  test('leaves the name of what selects its pods alone', () => {
    const made = job();
    expect(made.networkPolicy.toJson().spec.podSelector.matchLabels).toEqual({
      'app.kubernetes.io/instance': 'backfill',
    });
    expect(manifestOf(made).spec.template.metadata.labels['app.kubernetes.io/instance']).toBe('backfill');
  });

  test('has room for the hash', () => {
    const long = new BatchJob(quietEnvironment(), 'a'.repeat(53), { image });
    expect(findingsOf(long)).toEqual([expect.stringContaining("'id': must be at most 52 characters")]);
  });

  test('has room for the numbers of its pods', () => {
    const long = new BatchJob(quietEnvironment(), 'a'.repeat(50), {
      image,
      completionMode: 'Indexed',
      completions: 100,
    });
    expect(findingsOf(long)).toEqual([expect.stringContaining("'id': must be at most 49 characters")]);
  });
});

describe('its end', () => {
  test('comes by itself: it has a deadline, and gives up after some retries', () => {
    expect(manifestOf(job()).spec).toMatchObject({ activeDeadlineSeconds: 3_600, backoffLimit: 6 });
  });

  test('leaves the Job, so that no tool that applies the same files again makes a second one', () => {
    expect(manifestOf(job()).spec).not.toHaveProperty('ttlSecondsAfterFinished');
    expect(findingsOf(job())).toEqual([]);
    expect(manifestOf(job({ ttlAfterFinished: '24h' })).spec.ttlSecondsAfterFinished).toBe(86_400);
  });

  test('waits for nobody: it has no probes and nothing before the stop', () => {
    const [container] = podOf(job()).containers;
    expect(container).not.toHaveProperty('readinessProbe');
    expect(container).not.toHaveProperty('livenessProbe');
    expect(container).not.toHaveProperty('lifecycle');
    expect(podOf(job({ flushTime: '7s' })).terminationGracePeriodSeconds).toBe(7);
  });

  test('keeps the log of every failed attempt: each is a pod of its own', () => {
    expect(podOf(job()).restartPolicy).toBe('Never');
    expect(podOf(job({ restartPolicy: 'OnFailure' })).restartPolicy).toBe('OnFailure');
  });

  test('counts no eviction as a failed attempt', () => {
    const policy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
    expect(manifestOf(job()).spec.podFailurePolicy).toEqual(policy);
    // Kubernetes takes the policy only with the other restart policy.
    expect(manifestOf(job({ restartPolicy: 'OnFailure' })).spec.podFailurePolicy).toBeUndefined();
  });
});

describe('its pods', () => {
  test('each do their share once', () => {
    expect(manifestOf(job({ parallelism: 4 })).spec).toMatchObject({ parallelism: 4, completions: 4 });
    expect(manifestOf(job({ parallelism: 2, completions: 9 })).spec).toMatchObject({ parallelism: 2, completions: 9 });
  });

  test('keep away from each other only where there are several', () => {
    expect(podOf(job()).topologySpreadConstraints).toBeUndefined();
    expect(podOf(job()).affinity?.podAntiAffinity).toBeUndefined();
    expect(podOf(job({ parallelism: 2 })).topologySpreadConstraints).toHaveLength(2);
  });

  test('are in the quota, all that run at once', () => {
    const environment = quietEnvironment();
    new BatchJob(environment, 'backfill', { image, parallelism: 4, completions: 9 });
    expect(quotaOf(environment)).toMatchObject({ pods: '5', 'requests.cpu': '500m' });
  });

  test('are told where a backend is, and are let in', () => {
    const environment = quietEnvironment();
    const cache = StatefulBackend.redis(environment, 'cache', { storage: '1Gi' });
    const made = new BatchJob(environment, 'backfill', { image });
    made.uses(cache);
    expect(podOf(made).containers[0]?.env).toContainEqual({ name: 'CACHE_HOST', value: 'cache' });
    expect(JSON.stringify(cache.networkPolicy.toJson().spec.ingress)).toContain('backfill');
  });

  test('cannot be called: they have no port', () => {
    const environment = quietEnvironment();
    const made = new BatchJob(environment, 'backfill', { image });
    new StatelessService(environment, 'orders', { image: 'orders:2.0.1' }).calls(made);
    expect(findingsOf(made)).toEqual([expect.stringContaining('it has no port')]);
  });
});

describe('a sidecar', () => {
  const output = { elasticsearch: { hosts: ['logs.example.com:9200'] } };

  test('ends with the job, because it is a native one', () => {
    const made = job();
    new LoggingSidecar(made, 'logs', { output });
    expect(podOf(made).initContainers?.map(({ restartPolicy }) => restartPolicy)).toEqual(['Always']);
    expect(findingsOf(made)).toEqual([]);
  });

  test('is refused before Kubernetes 1.29, where the job would never end', () => {
    const made = job({}, { kubernetesVersion: '1.28' });
    new LoggingSidecar(made, 'logs', { output });
    expect(findingsOf(made)).toEqual([
      "[test/backfill] 'sidecars': must be left out before Kubernetes 1.29, got some in 1.28: nothing ends them, so the job never does",
    ]);
  });
});
