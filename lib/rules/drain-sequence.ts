import type { Container } from 'kubernetes-types/core/v1';
import { manifestsOf, type PodOwner } from '../model/manifests';
import type { ShutdownRecord, WorkloadRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { exceeds, inSeconds, rounded } from './wording';

/** What Kubernetes waits where nobody says. */
const DEFAULT_GRACE_SECONDS = 30;

/** Pods of these come and go while others send to them. */
const serving = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']);

export const drainSequence: Rule = {
  id: 'drain-sequence',
  severity: 'error',
  summary:
    'A pod that ends is told to stop only when nobody sends to it any more, and then has the time that its last requests need.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const workload of system.workloads) {
      const owner = manifests.podOwnerAt(workload.objectPath);
      if (owner !== undefined && serving.has(owner.kind)) yield* check(workload, owner);
    }
  },
};

function* check({ name, shutdown, ports }: WorkloadRecord, { object, containers, pod }: PodOwner): Iterable<Violation> {
  const main = containers.find((container) => container.name === name) ?? containers[0];
  if (main === undefined) return;
  const { path } = object;
  const { endpointPropagationSeconds, balancerDetectionSeconds, drainSeconds, longestRequestSeconds, flushSeconds } =
    shutdown;
  const quiet = endpointPropagationSeconds + balancerDetectionSeconds + drainSeconds;
  const declared = preStopSeconds(main);
  // Only what can be reached is sent to, and a script of unknown length may be long enough.
  if (ports.length > 0 && declared !== undefined && exceeds(quiet, declared)) {
    yield {
      path,
      message:
        `waits ${inSeconds(declared)} before it is told to stop, but is sent requests for up to ${quietOf(shutdown)} ` +
        'after its end has begun',
      fix: `a preStop of at least ${Math.ceil(quiet)} s, as the library writes it where no override takes it away`,
    };
  }
  const before = declared ?? (ports.length > 0 ? quiet : 0);
  const needed = before + longestRequestSeconds + flushSeconds;
  const grace = Number(pod.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
  if (exceeds(needed, grace)) {
    yield {
      path,
      message:
        `is killed after ${inSeconds(grace)}, but needs ${rounded(before)} s before the stop + ${inSeconds(longestRequestSeconds)} ` +
        `for its longest request + ${inSeconds(flushSeconds)} to write down what it holds = ${inSeconds(needed)}`,
      fix: `terminationGracePeriodSeconds: ${Math.ceil(needed)}, or a shorter requestTimeout`,
    };
  }
}

function quietOf({ endpointPropagationSeconds, balancerDetectionSeconds, drainSeconds }: ShutdownRecord): string {
  const terms = [
    `${inSeconds(endpointPropagationSeconds)} of propagation`,
    ...(balancerDetectionSeconds > 0 ? [`${inSeconds(balancerDetectionSeconds)} until the balancer notices`] : []),
    ...(drainSeconds > 0 ? [`${inSeconds(drainSeconds)} through connections that clients hold`] : []),
  ];
  if (terms.length === 1) return terms.join('');
  return `${terms.join(' + ')} = ${inSeconds(endpointPropagationSeconds + balancerDetectionSeconds + drainSeconds)}`;
}

/** How long the stop is held back; `undefined` where a command does what cannot be seen from here. */
function preStopSeconds({ lifecycle }: Container): number | undefined {
  const { preStop } = lifecycle ?? {};
  if (preStop === undefined || preStop === null) return 0;
  if (preStop.sleep) return Number(preStop.sleep.seconds);
  const [, slept] = /(?:^|[\s/;&|])sleep\s+(\d+(?:\.\d+)?)/.exec((preStop.exec?.command ?? []).join(' ')) ?? [];
  return slept === undefined ? undefined : Number(slept);
}
