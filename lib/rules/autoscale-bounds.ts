import type { MetricSpec } from 'kubernetes-types/autoscaling/v2';
import type { Container, LimitRangeSpec } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import { type Scaler, scalerName, scalersOf } from '../model/replicas';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { listed } from './wording';

/** What Kubernetes measures where an autoscaler names nothing. */
const defaultMetrics: MetricSpec[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

export const autoscaleBounds: Rule = {
  id: 'autoscale-bounds',
  severity: 'error',
  summary: 'An autoscaler has room to move, something to measure, and nobody else who moves the same pods.',
  *check(system) {
    const manifests = manifestsOf(system);
    const { all, byTarget } = scalersOf(manifests);
    for (const scaler of all) if (scaler.min >= scaler.max) yield bounds(scaler);
    for (const [target, scalers] of byTarget) {
      // Where nothing is scaled, another rule speaks.
      if (target === undefined) continue;
      const [first] = scalers as [Scaler];
      if (scalers.length > 1) yield severalScalers(scalers);
      const owner = manifests.podOwnerAt(target.path);
      if (owner === undefined) continue;
      yield* staticReplicas(owner, first);
      for (const { object } of scalers) yield* metrics(object, owner, manifests);
    }
  },
};

function severalScalers(scalers: readonly Scaler[]): Violation {
  const { object, target } = scalers[1] as Scaler;
  return {
    path: object.path,
    message: `${target.kind} ${target.name} is scaled by ${listed(scalers.map(scalerName))}, which undo what the other does`,
    fix: 'one autoscaler with all metrics: it takes the largest number that one of them asks for',
  };
}

function bounds({ object: { path }, min, max }: Scaler): Violation {
  if (min > max) {
    return { path, message: `has a minimum of ${min} above its maximum of ${max}`, fix: `from: ${max}, to: ${min}` };
  }
  return {
    path,
    severity: 'warning',
    message: `cannot move: its minimum and its maximum are both ${min}`,
    fix: `replicas: ${min} without an autoscaler, or a wider range`,
  };
}

function* staticReplicas({ object }: PodOwner, scaler: Scaler): Iterable<Violation> {
  const replicas = object.manifest.spec?.replicas;
  if (replicas === undefined || replicas === null) return;
  yield {
    path: object.path,
    message: `says replicas ${replicas}, but ${scalerName(scaler)} moves them: every apply sets them back to ${replicas}`,
    fix: 'replicas: null in the override',
  };
}

function* metrics(object: ObjectRecord, owner: PodOwner, manifests: Manifests): Iterable<Violation> {
  const { kind, apiVersion, spec } = object.manifest;
  if (kind !== 'HorizontalPodAutoscaler' || apiVersion !== 'autoscaling/v2') return;
  const stated = listOf<MetricSpec>(spec?.metrics);
  const defaulted = requestedByDefault(object, manifests);
  for (const { resource, containerResource } of stated.length > 0 ? stated : defaultMetrics) {
    if (resource?.target?.type === 'Utilization') yield* podMetric(object, owner, resource.name, defaulted);
    if (containerResource) yield* containerMetric(object, owner, containerResource, defaulted);
  }
}

function* podMetric(
  { path }: ObjectRecord,
  owner: PodOwner,
  resource: string,
  defaulted: ReadonlySet<string>,
): Iterable<Violation> {
  const sidecars = owner.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const measured = [...sidecars, ...owner.containers];
  const without = measured.filter((container) => !requests(container, resource, defaulted));
  if (without.length > 0) yield unmeasurable(path, resource, without);
  if (measured.length < 2) return;
  yield {
    path,
    severity: 'warning',
    message:
      `measures the ${resource} of ${measured.length} containers as one (${listed(measured.map(({ name }) => name))}), ` +
      'so an idle sidecar hides that the application is busy',
    fix: 'a metric of type ContainerResource for the container of the application',
  };
}

function* containerMetric(
  { path }: ObjectRecord,
  owner: PodOwner,
  { container: wanted, name, target }: NonNullable<MetricSpec['containerResource']>,
  defaulted: ReadonlySet<string>,
): Iterable<Violation> {
  const all = owner.allContainers;
  const container = all.find((candidate) => candidate.name === wanted);
  if (container === undefined) {
    const offered = listed(owner.containers.map((candidate) => candidate.name));
    yield {
      path,
      message: `measures the container ${wanted}, which ${owner.kind} ${owner.name} does not have`,
      fix: `one of ${offered}`,
    };
  } else if (target?.type === 'Utilization' && !requests(container, name, defaulted)) {
    yield unmeasurable(path, name, [container]);
  }
}

function unmeasurable(path: string, resource: string, containers: readonly Container[]): Violation {
  const names = listed(containers.map(({ name }) => name));
  return {
    path,
    message: `measures ${resource} in percent of the request, but ${names} ${containers.length === 1 ? 'requests' : 'request'} none: 100 % of nothing`,
    fix: `requests.${resource} for ${names}`,
  };
}

function requests({ resources }: Container, resource: string, defaulted: ReadonlySet<string>): boolean {
  // A container that states only a limit is given it as its request.
  return (
    resources?.requests?.[resource] !== undefined ||
    resources?.limits?.[resource] !== undefined ||
    defaulted.has(resource)
  );
}

/** What the namespace gives to containers that say nothing. */
function requestedByDefault(object: ObjectRecord, manifests: Manifests): ReadonlySet<string> {
  const ranges = manifests.beside(object, 'LimitRange').map((range): LimitRangeSpec | undefined => range.manifest.spec);
  const limits = ranges.flatMap((spec) => listOf(spec?.limits)).filter(({ type }) => type === 'Container');
  return new Set(limits.flatMap(({ defaultRequest, default: limit }) => Object.keys({ ...defaultRequest, ...limit })));
}
