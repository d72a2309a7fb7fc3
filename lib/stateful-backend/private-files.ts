import type { PodPart } from '../workload/pod-part';

/** Where scripts put what they render from Secrets: in memory, so that it never reaches the disk of a node. */
export const PRIVATE = '/run/private';

export const privatePart: PodPart = {
  from: 'its private files',
  volumes: [{ name: 'private', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
  mounts: [{ name: 'private', mountPath: PRIVATE }],
};
