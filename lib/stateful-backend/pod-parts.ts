import type { Container, PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { Labels } from '../metadata/labels';
import type { PodPart } from '../workload/pod-part';
import { type Port, portsOf } from '../workload/ports';
import type { VolumePlan } from './plan';

/** The volumes that each member has for itself. Their labels never change, because a template of claims must not. */
export function claimTemplates(volumes: readonly VolumePlan[], selector: Labels): PersistentVolumeClaim[] | undefined {
  if (volumes.length === 0) return undefined;
  return volumes.map(({ name, size, storageClass }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, labels: { ...selector } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClass,
      volumeMode: 'Filesystem',
      resources: { requests: { storage: size } },
    },
  }));
}

/** Kubernetes makes the volumes from the claims; the pod only mounts them. */
export function dataPart(volumes: readonly VolumePlan[]): PodPart {
  return { from: 'its storage', mounts: volumes.map(({ name, path }) => ({ name, mountPath: path })) };
}

/** The config files as one directory; scripts among them can be run. */
export function configPart(configMap: string, path: string): PodPart {
  return {
    from: 'its config files',
    volumes: [{ name: 'config', configMap: { name: configMap, defaultMode: 0o555 } }],
    mounts: [configMount(path)],
  };
}

export const configMount = (path: string) => ({ name: 'config', mountPath: path, readOnly: true });

/** A container that asks the engine and offers what it learns to Prometheus. */
export function exporter(container: Omit<Container, 'name' | 'ports'> & { readonly port: number }): {
  readonly part: PodPart;
  readonly port: Port;
} {
  const { port: number, ...rest } = container;
  const [port] = portsOf({ metrics: number }) as [Port];
  const ports = [{ name: 'metrics', containerPort: number, protocol: 'TCP' }];
  return { part: { from: 'its exporter', sidecars: [{ name: 'exporter', ...rest, ports }] }, port };
}
