import type { StatefulSetSpec } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec, ServiceSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import type { Labels } from '../metadata/labels';
import { mayBeAway } from '../model/majority';
import { disruptionBudget } from '../workload/disruption';
import { serviceSpec } from '../workload/service';
import type { Spread } from '../workload/spread';
import { type EnginePlan, peerService, portsNamed } from './plan';
import { claimTemplates } from './pod-parts';

/** The members. Those of a StatefulSet are named, and keep their volumes. */
export function statefulSet(
  name: string,
  { replicas, podManagement, updatePartition, volumes }: EnginePlan,
  selector: Labels,
  template: PodTemplateSpec,
): StatefulSetSpec {
  return {
    replicas,
    serviceName: peerService(name),
    podManagementPolicy: podManagement,
    revisionHistoryLimit: 3,
    selector: { matchLabels: { ...selector } },
    // The last member first, and the next one when it is ready again.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: updatePartition } },
    // Data is deleted by people, never by a change of this file.
    persistentVolumeClaimRetentionPolicy:
      volumes.length > 0 ? { whenDeleted: 'Retain', whenScaled: 'Retain' } : undefined,
    template,
    volumeClaimTemplates: claimTemplates(volumes, selector),
  };
}

/** What its users call: all members, or the one that takes writes. */
export function clientService(name: string, plan: EnginePlan, selector: Labels): ServiceSpec {
  const { clientPorts, servicePorts = clientPorts, writable } = plan;
  return serviceSpec({
    selector: writable === 'every member' ? selector : firstMember(name, selector),
    ports: portsNamed(plan, servicePorts),
    type: 'ClusterIP',
    sessionAffinity: 'None',
  });
}

/** What those call who only read. */
export function readService(plan: EnginePlan, selector: Labels): ServiceSpec {
  return serviceSpec({
    selector,
    ports: portsNamed(plan, plan.readPorts),
    type: 'ClusterIP',
    sessionAffinity: 'None',
  });
}

/** What other sites follow. Only with the local policy it keeps the address of who comes, for the network policy. */
export function followersService(name: string, plan: EnginePlan, selector: Labels): ServiceSpec {
  return {
    ...serviceSpec({
      selector: firstMember(name, selector),
      ports: portsNamed(plan, plan.clientPorts),
      type: 'LoadBalancer',
      sessionAffinity: 'None',
    }),
    externalTrafficPolicy: 'Local',
    loadBalancerSourceRanges: [...(plan.followers ?? [])],
  };
}

/** In which each member has a name. */
export function memberService(plan: EnginePlan, selector: Labels): ServiceSpec {
  return serviceSpec({
    selector,
    ports: portsNamed(plan, [...plan.clientPorts, ...plan.peerPorts]),
    type: 'Headless',
    sessionAffinity: 'None',
    // Members look for each other before they are ready: they become it together.
    publishNotReadyAddresses: true,
  });
}

/** By the label that Kubernetes gives to each member. */
const firstMember = (name: string, selector: Labels): Labels => ({
  ...selector,
  'statefulset.kubernetes.io/pod-name': `${name}-0`,
});

/**
 * How its members are kept apart. Two of three on one node, or with their volumes in one zone, are a majority that one
 * failure takes away, and volumes keep them there.
 */
export function memberSpread({ replicas, quorum, volumes, spread }: EnginePlan): Spread {
  const isHard = spread === undefined ? quorum || volumes.length > 0 : spread === 'hard';
  return { perRevision: false, members: isHard && replicas > 1 ? replicas : undefined };
}

/** How many members a drain may take away at once. */
export function memberBudget(plan: EnginePlan, selector: Labels): PodDisruptionBudgetSpec {
  const { replicas, quorum, maxUnavailable = quorum ? mayBeAway(replicas) : 1 } = plan;
  return disruptionBudget(selector, { maxUnavailable });
}
