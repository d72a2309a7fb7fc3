import type { Container, Toleration, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { container, envSource, toleration, volume, volumeMount } from '../checks/kubernetes';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Quantity } from '../kubernetes/quantity';
import type { Priority } from '../model/priority';
import type { EnvValue } from './env';
import { type Resources, resourcesCheck } from './resources';

/** What every workload can say of its pods, in one place. */
export interface PodProps {
  /** The image: `orders:1.4.2` in the registry of the environment, or with a registry of its own. */
  readonly image: string;
  /**
   * When the node asks the registry.
   * @defaultValue Always for a tag: one that was pushed again must not differ between nodes; IfNotPresent for a digest
   */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** Replaces the entry point of the image. Kubernetes replaces `$(NAME)` in it. @defaultValue that of the image */
  readonly command?: readonly string[];
  /** Replaces the arguments of the image. Kubernetes replaces `$(NAME)` in them. @defaultValue those of the image */
  readonly args?: readonly string[];
  /** Further environment variables; text stays as it is, `$` included. @defaultValue none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** @defaultValue those of the environment */
  readonly resources?: Resources;
  /**
   * Directories that the process may write, with their greatest size. The root of the container is read-only.
   * @defaultValue `/tmp` with 64Mi, which is there whatever else is named
   */
  readonly writablePaths?: Readonly<Record<string, Quantity>>;
  /** The user and group of the process. @defaultValue 10001: not root, and nobody's on the node */
  readonly uid?: number;
  /** Further volumes. @defaultValue none */
  readonly volumes?: readonly Volume[];
  /** Where the application's container mounts them. @defaultValue none */
  readonly volumeMounts?: readonly VolumeMount[];
  /** Containers that run to their end before the application starts; hardened like it. @defaultValue none */
  readonly initContainers?: readonly Container[];
  /**
   * Containers that run beside the application; hardened like it. Native sidecars where the Kubernetes version has
   * them, so that they start before the application and end after it.
   * @defaultValue none
   * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
   */
  readonly sidecars?: readonly Container[];
  /** Labels that a node must have. @defaultValue those of the environment */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints that the pods bear, beside those of the environment. @defaultValue none */
  readonly tolerations?: readonly Toleration[];
  /**
   * The order in which pods get resources when there are not enough for all: `critical` before `standard` before
   * `optional`. A lower one than that of a workload that cannot work without this one is a finding.
   * @defaultValue the highest of those that call or use it and cannot do without it, at least `standard`. Where that
   * changes, because something critical begins to call it, its pods are rolled out once
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
   */
  readonly priority?: Priority;
  /** Annotations of the pods. @defaultValue none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
}

export const podChecks: Checks<PodProps> = {
  image: check.imageReference,
  imagePullPolicy: check.optional(check.oneOf('Always', 'IfNotPresent', 'Never')),
  command: check.optional(check.listOf(check.text)),
  args: check.optional(check.listOf(check.text)),
  env: check.optional(
    check.mapOf(
      check.environmentVariable,
      check.either(
        'text, a number, true, false, { expand: text } or a reference',
        [(value) => ['string', 'number', 'boolean'].includes(typeof value), check.plainData],
        [(value) => check.isMap(value) && 'expand' in value, check.fields({ expand: check.text })],
        [check.isMap, envSource],
      ),
    ),
  ),
  resources: check.optional(resourcesCheck),
  writablePaths: check.optional(check.mapOf(check.absolutePath, check.quantity)),
  uid: check.optional(check.integer(1, 2 ** 31 - 1)),
  volumes: check.optional(check.listOf(volume)),
  volumeMounts: check.optional(check.listOf(volumeMount)),
  initContainers: check.optional(check.listOf(container)),
  sidecars: check.optional(check.listOf(container)),
  nodeSelector: check.optional(check.labelMap),
  tolerations: check.optional(check.listOf(toleration)),
  priority: check.optional(check.oneOf('critical', 'standard', 'optional')),
  podAnnotations: check.optional(check.annotationMap),
};
