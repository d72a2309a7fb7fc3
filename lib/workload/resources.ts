import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import { bytes, formatBytes, formatCpu, millicores, type Quantity } from '../kubernetes/quantity';

/** What a container asks for. */
export interface Resources {
  /** Cores that it is sure of. @defaultValue that of the environment, 100m if it has none */
  readonly cpu?: Quantity;
  /**
   * Cores that it can use when they are free.
   * @defaultValue ten times `cpu`: room for a burst and for the start; at most 8, the greatest container of an environment
   */
  readonly cpuLimit?: Quantity;
  /**
   * Memory, both promised and allowed: a pod that was promised less than it uses is killed when the node is full.
   * @defaultValue that of the environment, 256Mi if it has none
   */
  readonly memory?: Quantity;
  /** Disk of the node for what the container writes outside its volumes: its log. @defaultValue 128Mi */
  readonly ephemeralStorage?: Quantity;
}

/** Room for the log of a container, which the kubelet rotates at 5 files of 10Mi. */
export const DEFAULT_DISK = '128Mi';

export const resourcesCheck = check.satisfying(
  check.fields({
    cpu: check.optional(check.quantity),
    cpuLimit: check.optional(check.quantity),
    memory: check.optional(check.quantity),
    ephemeralStorage: check.optional(check.quantity),
  }),
  ({ cpu, cpuLimit }: Resources) =>
    cpu === undefined || cpuLimit === undefined || millicores(cpu) <= millicores(cpuLimit),
  'resources whose cpu is no more than their cpuLimit',
);

/**
 * @param scratch - sizes of the `emptyDir` volumes, which count as disk of the node
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export function renderResources(
  { cpu, cpuLimit, memory, ephemeralStorage = DEFAULT_DISK }: Resources,
  defaults: { readonly cpu: Quantity; readonly memory: Quantity },
  scratch: readonly Quantity[] = [],
): ResourceRequirements {
  const request = millicores(cpu ?? defaults.cpu);
  const limit = cpuLimit === undefined ? Math.max(request, Math.min(request * 10, 8_000)) : millicores(cpuLimit);
  const room = memory ?? defaults.memory;
  const disk = formatBytes([ephemeralStorage, ...scratch].reduce((sum, size) => sum + bytes(size), 0));
  return {
    requests: { cpu: formatCpu(request), memory: room, 'ephemeral-storage': disk },
    limits: { cpu: formatCpu(limit), memory: room, 'ephemeral-storage': disk },
  };
}
