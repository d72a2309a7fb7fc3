import type { EnginePlan } from './plan';

type Needed =
  | 'pods'
  | 'requestSeconds'
  | 'flushSeconds'
  | 'updatePartition'
  | 'annotations'
  | 'spread'
  | 'overrides'
  | 'engine'
  | 'ports'
  | 'replicas'
  | 'probes'
  | 'variables';

/** A plan of which only what an engine has is said. */
export function planOf(given: Pick<EnginePlan, Needed> & Partial<EnginePlan>): EnginePlan {
  return {
    sidecarPorts: [],
    clientPorts: given.ports.map(({ name }) => name),
    peerPorts: [],
    writable: 'every member',
    readPorts: [],
    volumes: [],
    quorum: false,
    podManagement: 'Parallel',
    config: undefined,
    parts: [],
    credentials: undefined,
    maxConnections: undefined,
    reservedConnections: 0,
    partitions: undefined,
    problems: [],
    ...given,
  };
}

/** The variable by which a member knows who it is. */
export const POD_NAME = { fieldRef: { fieldPath: 'metadata.name' } } as const;

/** Where the config files and scripts of an engine stand that has no place of its own for them. */
export const CONFIG = '/etc/backend';
