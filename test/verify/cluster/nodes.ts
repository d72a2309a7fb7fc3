import type { KubernetesObject } from './api';

/** Nodes spread evenly over zones, as a cloud would label them, with room for whole environments. */
export function nodes(count: number, zones: number): KubernetesObject[] {
  return Array.from({ length: count }, (_, index) => node(`node-${index + 1}`, zoneName(index % zones)));
}

const zoneName = (index: number): string => `zone-${String.fromCharCode('a'.charCodeAt(0) + index)}`;

const resources = { cpu: '32', memory: '128Gi', 'ephemeral-storage': '1Ti', pods: '250' };

function node(name: string, zone: string): KubernetesObject {
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
