import type { Container, LimitRangeItem, ResourceQuotaSpec } from 'kubernetes-types/core/v1';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { bytes, formatBytes, formatCpu, millicores } from '../kubernetes/quantity';
import { type Capacity, peakByWorkload, type WorkloadPeak } from '../model/capacity';
import { listOf, type Manifests, manifestsOf, namespaceOf, type PodOwner, reaches } from '../model/manifests';
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
    for (const quota of manifests.ofKind('ResourceQuota')) yield* aboutQuota(quota, manifests);
    for (const owner of manifests.podOwners) yield* aboutRanges(owner, manifests);
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

function* aboutQuota(quota: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const { hard = {}, scopes, scopeSelector }: ResourceQuotaSpec = quota.manifest.spec ?? {};
  // A quota with scopes counts only some of the pods.
  if (scopes !== undefined || scopeSelector !== undefined) return;
  const peaks = peakByWorkload(countedBy(quota, manifests));
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

const perContainer: Readonly<Record<string, Pick<Measure, 'read'>>> = {
  cpu: { read: millicores },
  memory: { read: bytes },
  'ephemeral-storage': { read: bytes },
};

/** @see https://kubernetes.io/docs/concepts/policy/limit-range/ */
function* aboutRanges({ object, allContainers }: PodOwner, manifests: Manifests): Iterable<Violation> {
  const ranges = manifests
    .beside(object, 'LimitRange')
    .flatMap(({ manifest }) => listOf<LimitRangeItem>(manifest.spec?.limits))
    .filter(({ type }) => type === 'Container');
  for (const range of ranges) {
    for (const container of allContainers) yield* outside(object.path, container, range);
  }
}

function* outside(
  path: string,
  { name, resources }: Container,
  { min, max, maxLimitRequestRatio }: LimitRangeItem,
): Iterable<Violation> {
  for (const [resource, { read }] of Object.entries(perContainer)) {
    const limit = resources?.limits?.[resource];
    const request = resources?.requests?.[resource] ?? limit;
    const [least, most, ratio] = [min?.[resource], max?.[resource], maxLimitRequestRatio?.[resource]];
    const about = `the ${resource} of ${name}`;
    if (least !== undefined && request !== undefined && read(String(request)) < read(String(least))) {
      const message = `${about} is ${request}, below the ${least} that the namespace asks of each container`;
      yield {
        path,
        message,
        fix: `${resource}: '${least}' or more, or a lower containerLimits.min of the Environment`,
      };
    }
    const larger = limit ?? request;
    if (most !== undefined && larger !== undefined && read(String(larger)) > read(String(most))) {
      const message = `the ${resource} limit of ${name} is ${larger}, above the ${most} that the namespace allows each container`;
      yield {
        path,
        message,
        fix: `${resource} of ${most} at the most, or a higher containerLimits.max of the Environment`,
      };
    }
    if (ratio !== undefined && limit !== undefined && request !== undefined) {
      const actual = read(String(limit)) / read(String(request));
      if (actual > Number(ratio)) {
        const message = `${about} has limit ${limit} / request ${request} = ${Number(actual.toFixed(2))}, above the ratio of ${ratio}`;
        yield { path, message, fix: 'a higher request or a lower limit' };
      }
    }
  }
}
