import { manifestsOf } from '../model/manifests';
import { mostReplicas } from '../model/replicas';
import type { Rule } from './rule';
import { nameOf } from './wording';

export const partitionParallelism: Rule = {
  id: 'partition-parallelism',
  severity: 'warning',
  summary: 'There are no more consumers than partitions: each partition has one, and the others idle.',
  *check(system) {
    const partitionsOf = new Map(
      system.backends.flatMap(({ path, partitions }) => (partitions === undefined ? [] : [[path, partitions]])),
    );
    if (partitionsOf.size === 0) return;
    const manifests = manifestsOf(system);
    const objectOf = new Map(system.workloads.map(({ path, objectPath }) => [path, objectPath]));
    for (const { from, to, consumersPerPod } of system.uses) {
      const partitions = partitionsOf.get(to);
      const owner = manifests.podOwnerAt(objectOf.get(from) ?? '');
      if (partitions === undefined || consumersPerPod === undefined || owner === undefined) continue;
      const pods = mostReplicas(manifests, owner);
      const consumers = pods * consumersPerPod;
      if (consumers <= partitions) continue;
      yield {
        path: from,
        message:
          `${nameOf(from)} may run ${pods} pods x ${consumersPerPod} = ${consumers} consumers of ${nameOf(to)}, ` +
          `which has ${partitions} partitions: ${consumers - partitions} of them idle`,
        fix: `${consumers} partitions, or at most ${partitions} consumers`,
      };
    }
  },
};
