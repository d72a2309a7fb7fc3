import type { VolumeProjection } from 'kubernetes-types/core/v1';
import { shortened, toDnsLabel } from '../metadata/names';
import type { PodPart } from '../workload/pod-part';

/** The name of a volume that a config centre adds to a pod. */
export function volumeName(prefix: string, center: string): string {
  return shortened(`${prefix}-${toDnsLabel(center)}`, 63);
}

/** All keys of a ConfigMap as environment variables. Kubernetes replaces nothing in them: `$(NAME)` stays as it is. */
export function variablesPart(from: string, configMap: string, names: readonly string[]): PodPart {
  return { from, envFrom: [{ configMapRef: { name: configMap } }], envFromNames: names };
}

/** Some keys of a ConfigMap. */
export interface FileKeys {
  readonly configMap: string;
  readonly keys: readonly string[];
}

/**
 * Files of several ConfigMaps in one directory. A directory and not a file: what is mounted by `subPath` never
 * changes again.
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/
 */
export function filesPart(from: string, volume: string, mountPath: string, files: readonly FileKeys[]): PodPart {
  const sources = files
    .filter(({ keys }) => keys.length > 0)
    .map(
      ({ configMap, keys }): VolumeProjection => ({
        configMap: { name: configMap, items: keys.map((key) => ({ key, path: key })) },
      }),
    );
  if (sources.length === 0) return { from };
  return {
    from,
    volumes: [{ name: volume, projected: { sources } }],
    mounts: [{ name: volume, mountPath, readOnly: true }],
  };
}
