import { bytes, formatBytes, formatCpu, millicores } from '../kubernetes/quantity';
import { podCapacity } from '../model/capacity';
import { manifestsOf } from '../model/manifests';
import type { Rule } from './rule';

export const nodeFit: Rule = {
  id: 'node-fit',
  severity: 'error',
  summary: 'Every pod fits the largest node of its environment.',
  *check(system) {
    const nodes = new Map(
      system.environments.flatMap(({ name, nodes: { allocatable } }) => (allocatable ? [[name, allocatable]] : [])),
    );
    if (nodes.size === 0) return;
    for (const { object, pod } of manifestsOf(system).podOwners) {
      const node = nodes.get(object.environment ?? '');
      if (node === undefined) continue;
      const { requestedCpu, requestedMemory } = podCapacity(pod);
      const { path } = object;
      const never = 'so no node ever takes it';
      const fix = 'smaller requests, fewer sidecars, or larger nodes';
      if (requestedCpu > millicores(node.cpu)) {
        yield {
          path,
          message: `a pod requests ${formatCpu(requestedCpu)} CPU, but the largest node has ${node.cpu} for pods, ${never}`,
          fix,
        };
      }
      if (requestedMemory > bytes(node.memory)) {
        const message = `a pod requests ${formatBytes(requestedMemory)} of memory, but the largest node has ${node.memory} for pods, ${never}`;
        yield { path, message, fix };
      }
    }
  },
};
