import type { Container, LimitRangeItem, ResourceQuotaSpec } from 'kubernetes-types/core/v1';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { bytes, formatBytes, formatCpu, millicores } from '../kubernetes/quantity';
import { type Capacity, peakByWorkload, type WorkloadPeak } from '../model/capacity';
import { listOf, type Manifests, manifestsOf, namespaceOf, reaches } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';

/** The workloads that are named in a sum; the rest is one term. */
const NAMED = 5;

export const capacityQuota: Rule = {
  id: 'capacity-quota',
  severity: 'error',
  summary:
    'The quota of a namespace holds all that is in it at its peak, and every container is within the limits of the namespace.',
  *check(system) {
    const manifests = manifestsOf(system);
    const nodes = new Map(system.environments.map((environment) => [environment.name, environment.nodes.count]));
    for (const quota of manifests.ofKind('ResourceQuota')) {
      yield* aboutQuota(quota, manifests, nodes.get(quota.environment ?? ''));
    }
    for (const range of manifests.ofKind('LimitRange')) {
      for (const bound of boundsOf(range)) {
        for (const { object, allContainers } of manifests.podOwnersIn(namespaceOf(range))) {
          if (!reaches(range, object)) continue;
          for (const container of allContainers) yield* outside(object.path, container, bound);
        }
      }
    }
  },
};

interface Measure {
  readonly field: keyof Capacity;
  readonly read: (quantity: string) => number;
  readonly write: (amount: number) => string;
}

const pods: Measure = { field: 'pods', read: Number, write: String };
const cpu = (field: keyof Capacity): Measure => ({ field, read: millicores, write: formatCpu });
const size = (field: keyof Capacity): Measure => ({ field, read: bytes, write: formatBytes });

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/#compute-resource-quota */
const measures: Readonly<Record<string, Measure>> = {
  pods,
  'count/pods': pods,
  cpu: cpu('requestedCpu'),
  'requests.cpu': cpu('requestedCpu'),
  'limits.cpu': cpu('cpuLimit'),
  memory: size('requestedMemory'),
  'requests.memory': size('requestedMemory'),
  'limits.memory': size('memoryLimit'),
  'ephemeral-storage': size('requestedDisk'),
  'requests.ephemeral-storage': size('requestedDisk'),
  'limits.ephemeral-storage': size('diskLimit'),
};

function* aboutQuota(quota: ObjectRecord, manifests: Manifests, nodes: number | undefined): Iterable<Violation> {
  const { hard = {}, scopes, scopeSelector }: ResourceQuotaSpec = quota.manifest.spec ?? {};
  // A quota with scopes counts only some of the pods.
  if (scopes !== undefined || scopeSelector !== undefined) return;
  const peaks = peakByWorkload(countedBy(quota, manifests), nodes);
  for (const [resource, limit] of Object.entries(hard)) {
    const measure = measures[resource];
    if (measure === undefined) continue;
    const needed = peaks.reduce((sum, { capacity }) => sum + capacity[measure.field], 0);
    if (!(needed > measure.read(String(limit)))) continue;
    yield {
      path: quota.path,
      message: `allows ${resource} ${limit}, but at its peak the namespace takes ${sumOf(peaks, measure, needed)}`,
      fix: `quota: { '${resource}': '${measure.write(needed)}' } or more, quota: 'computed', or fewer replicas at the most`,
    };
  }
}

/** What decides how many pods there are in the namespace of a quota. */
function countedBy(quota: ObjectRecord, manifests: Manifests): Manifest[] {
  const owners = manifests.podOwnersIn(namespaceOf(quota)).map(({ object }) => object);
  const scalers = manifests.beside(quota, 'HorizontalPodAutoscaler');
  return [...owners.filter((object) => reaches(quota, object)), ...scalers].map(({ manifest }) => manifest);
}

/** `orders (10 + 3 surge) x 100m + payments (3 + 1 surge) x 250m = 2300m`. */
function sumOf(peaks: readonly WorkloadPeak[], { field, write }: Measure, total: number): string {
  const largest = [...peaks]
    .sort((a, b) => b.capacity[field] - a.capacity[field])
    .filter(({ capacity }) => capacity[field] > 0);
  const terms = largest.slice(0, NAMED).map(({ name, replicas, surge, perPod }) => {
    const count = surge === 0 ? String(replicas) : `(${replicas} + ${surge} surge)`;
    return field === 'pods' ? `${name} ${count}` : `${name} ${count} x ${write(perPod[field])}`;
  });
  const rest = largest.slice(NAMED);
  const others = rest.reduce((sum, { capacity }) => sum + capacity[field], 0);
  return [...terms, ...(rest.length > 0 ? [`${rest.length} others ${write(others)}`] : [])]
    .join(' + ')
    .concat(` = ${write(total)}`);
}

/** What containers of a namespace must keep to, in one resource. */
interface Bound {
  readonly resource: string;
  readonly read: (quantity: string) => number;
  readonly least: Limit | undefined;
  readonly most: Limit | undefined;
  readonly ratio: string | undefined;
}

interface Limit {
  readonly text: string;
  readonly value: number;
}

const readers: readonly (readonly [string, Bound['read']])[] = [
  ['cpu', millicores],
  ['memory', bytes],
  ['ephemeral-storage', bytes],
];

/** @see https://kubernetes.io/docs/concepts/policy/limit-range/ */
function boundsOf(range: ObjectRecord): Bound[] {
  const items = listOf<LimitRangeItem>(range.manifest.spec?.limits).filter(({ type }) => type === 'Container');
  return items.flatMap(({ min, max, maxLimitRequestRatio }) =>
    readers.flatMap(([resource, read]) => {
      const limit = (text: string | undefined): Limit | undefined =>
        text === undefined ? undefined : { text, value: read(text) };
      const [least, most, ratio] = [limit(min?.[resource]), limit(max?.[resource]), maxLimitRequestRatio?.[resource]];
      return least === undefined && most === undefined && ratio === undefined
        ? []
        : [{ resource, read, least, most, ratio }];
    }),
  );
}

function* outside(
  path: string,
  { name, resources }: Container,
  { resource, read, least, most, ratio }: Bound,
): Iterable<Violation> {
  const limit = resources?.limits?.[resource];
  const request = resources?.requests?.[resource] ?? limit;
  const about = `the ${resource} of ${name}`;
  if (least !== undefined && request !== undefined && read(request) < least.value) {
    const message = `${about} is ${request}, below the ${least.text} that the namespace asks of each container`;
    yield {
      path,
      message,
      fix: `${resource}: '${least.text}' or more, or a lower containerLimits.min of the Environment`,
    };
  }
  const larger = limit ?? request;
  if (most !== undefined && larger !== undefined && read(larger) > most.value) {
    const message = `the ${resource} limit of ${name} is ${larger}, above the ${most.text} that the namespace allows each container`;
    yield {
      path,
      message,
      fix: `${resource} of ${most.text} at the most, or a higher containerLimits.max of the Environment`,
    };
  }
  if (
    ratio !== undefined &&
    limit !== undefined &&
    request !== undefined &&
    read(limit) / read(request) > Number(ratio)
  ) {
    const actual = Number((read(limit) / read(request)).toFixed(2));
    const message = `${about} has limit ${limit} / request ${request} = ${actual}, above the ratio of ${ratio}`;
    yield { path, message, fix: 'a higher request or a lower limit' };
  }
}
