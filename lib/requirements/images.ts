import type { Container, Probe } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, type PodOwner } from '../model/manifests';
import { readerOf } from './reader';

/** What an image must provide, because its manifest relies on it. */
export interface ImageRequirement {
  readonly image: string;
  /** The workloads that run it: `Deployment orders`. */
  readonly usedBy: readonly string[];
  /** The user that it runs as; `undefined` where the image decides. */
  readonly uid: number | undefined;
  /** Paths that it may write; its root file system is read-only. `undefined` where it may write everywhere. */
  readonly writablePaths: readonly string[] | undefined;
  /** What the kubelet asks: `readiness GET /readyz on http`. */
  readonly probes: readonly string[];
}

/** By image; one that several workloads run must satisfy all of them. */
export function imageRequirements({ podOwners }: Manifests): ImageRequirement[] {
  const found = new Map<
    string,
    { usedBy: Set<string>; uid: number | undefined; paths: Set<string> | undefined; probes: Set<string> }
  >();
  for (const owner of podOwners) {
    for (const container of owner.allContainers) {
      if (container.image === undefined) continue;
      const known = found.get(container.image) ?? {
        usedBy: new Set(),
        uid: uidOf(owner, container),
        paths: container.securityContext?.readOnlyRootFilesystem === true ? new Set<string>() : undefined,
        probes: new Set(),
      };
      found.set(container.image, known);
      known.usedBy.add(readerOf(owner));
      for (const path of writable(owner, container)) known.paths?.add(path);
      for (const probe of probesOf(container)) known.probes.add(probe);
    }
  }
  return [...found]
    .map(([image, { usedBy, uid, paths, probes }]) => ({
      image,
      usedBy: [...usedBy].sort(),
      uid,
      writablePaths: paths && [...paths].sort(),
      probes: [...probes].sort(),
    }))
    .sort((a, b) => (a.image < b.image ? -1 : 1));
}

const uidOf = ({ pod }: PodOwner, { securityContext }: Container): number | undefined =>
  securityContext?.runAsUser ?? pod.securityContext?.runAsUser;

function writable({ object, pod }: PodOwner, { volumeMounts }: Container): string[] {
  const claims = listOf<{ metadata?: { name?: string } }>(object.manifest.spec?.volumeClaimTemplates);
  const volumes = new Set([
    ...listOf(pod.volumes).flatMap((volume) =>
      volume.emptyDir || volume.persistentVolumeClaim || volume.ephemeral ? volume.name : [],
    ),
    ...claims.flatMap(({ metadata }) => metadata?.name ?? []),
  ]);
  return listOf(volumeMounts).flatMap(({ name, mountPath, readOnly }) =>
    volumes.has(name) && readOnly !== true ? mountPath : [],
  );
}

function probesOf({ readinessProbe, livenessProbe, startupProbe }: Container): string[] {
  return Object.entries({ startup: startupProbe, readiness: readinessProbe, liveness: livenessProbe }).flatMap(
    ([what, probe]) => (probe === undefined ? [] : [`${what} ${handler(probe)}`]),
  );
}

function handler({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet) return `GET ${httpGet.path ?? '/'} on ${httpGet.port}`;
  if (tcpSocket) return `a connection to ${tcpSocket.port}`;
  if (grpc) return `gRPC health on ${grpc.port}`;
  return `command ${exec?.command?.[0] ?? ''}`;
}
