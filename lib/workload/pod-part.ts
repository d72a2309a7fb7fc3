import type { Container, ContainerPort, EnvFromSource, EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';

/**
 * What something adds to a pod: a sidecar, a config mount, an exporter, the addresses of a call. A value; parts are
 * joined once, when the pod is rendered.
 */
export interface PodPart {
  /** Who adds it, for messages: `call of payments`. */
  readonly from: string;
  /** Containers that run beside the application from before its start until after its end. */
  readonly sidecars?: readonly Container[];
  /** Containers that run to their end before the application starts. */
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  /** What the application's container gets. */
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  /** The variables that `envFrom` brings, so that two sources of one variable are found. */
  readonly envFromNames?: readonly string[];
  readonly mounts?: readonly VolumeMount[];
  readonly ports?: readonly ContainerPort[];
  readonly annotations?: Readonly<Record<string, string>>;
}
