import type { KubernetesObject } from './api';

/**
 * Nodes spread evenly over zones, as a cloud would label them, with room for whole environments. Those of the first
 * zone are smaller and therefore always the fullest, where a scheduler that packs puts what does not ask to be apart.
 */
export function nodes(count: number, zones: number, resources?: NodeResources): KubernetesObject[] {
  return Array.from({ length: count }, (_, index) => {
    const zone = index % zones;
    return node(`node-${index + 1}`, zoneName(zone), resources ?? (zone === 0 ? less : plenty));
  });
}

/** What pods may take of a node, as its `status.allocatable` says. */
export interface NodeResources {
  readonly cpu: string;
  readonly memory: string;
  readonly 'ephemeral-storage': string;
  readonly pods: string;
}

/** For a hundred services and more, since nothing runs in them. */
const plenty: NodeResources = { cpu: '256', memory: '1Ti', 'ephemeral-storage': '4Ti', pods: '500' };

const less: NodeResources = { ...plenty, cpu: '128', memory: '512Gi' };

const zoneName = (index: number): string => `zone-${String.fromCharCode('a'.charCodeAt(0) + index)}`;

function node(name: string, zone: string, resources: NodeResources): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'region-1',
        'topology.kubernetes.io/zone': zone,
      },
    },
    status: { allocatable: resources, capacity: resources },
  };
}
