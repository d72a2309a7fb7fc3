import type { VolumeMount } from 'kubernetes-types/core/v1';
import type { PodPart } from './pod-part';

/** All parts of a pod as one. */
export type JoinedParts = {
  [Kind in Exclude<keyof PodPart, 'from'>]-?: Required<PodPart>[Kind] extends readonly (infer Item)[]
    ? Item[]
    : Required<PodPart>[Kind];
};

export function joinParts(parts: readonly PodPart[]): JoinedParts {
  return {
    sidecars: parts.flatMap(({ sidecars = [] }) => sidecars),
    initContainers: parts.flatMap(({ initContainers = [] }) => initContainers),
    volumes: [...new Map(parts.flatMap(({ volumes = [] }) => volumes).map((volume) => [volume.name, volume])).values()],
    env: parts.flatMap(({ env = [] }) => env),
    envFrom: parts.flatMap(({ envFrom = [] }) => envFrom),
    envFromNames: parts.flatMap(({ envFromNames = [] }) => envFromNames),
    mounts: distinct(parts),
    ports: parts.flatMap(({ ports = [] }) => ports),
    annotations: Object.assign({}, ...parts.map(({ annotations = {} }) => annotations)),
  };
}

/** What is mounted where; two uses of one backend bring the same. */
const distinct = (parts: readonly PodPart[]): VolumeMount[] => {
  const mounts = parts.flatMap(({ mounts: own = [] }) => own);
  return [...new Map(mounts.map((mount) => [JSON.stringify(mount), mount])).values()];
};

/**
 * Everything that two parts of a pod both claim. This is the one place where such conflicts are found, whatever the
 * parts are.
 */
export function conflicts(parts: readonly PodPart[]): string[] {
  const found: string[] = [];
  const claim = (what: string, claims: (part: PodPart) => readonly string[]): void => {
    const owners = new Map<string, string>();
    for (const part of parts) {
      for (const name of claims(part)) {
        const owner = owners.get(name);
        if (owner === undefined) owners.set(name, part.from);
        else {
          const sources = owner === part.from ? `twice from ${owner}` : `from ${owner} and from ${part.from}`;
          found.push(`'${what}.${name}': must be set once, got it ${sources}`);
        }
      }
    }
  };
  const containers = ({ sidecars = [], initContainers = [] }: PodPart) => [...sidecars, ...initContainers];
  claim('env', ({ env = [], envFromNames = [] }) => [...env.map(({ name }) => name), ...envFromNames]);
  claim('containers', (part) => containers(part).map(({ name }) => name));
  const firstOf = new Map([...parts].reverse().map((part) => [part.from, part]));
  claim('mounts', (part) =>
    firstOf.get(part.from) === part
      ? distinct(parts.filter(({ from }) => from === part.from)).map(({ mountPath }) => mountPath)
      : [],
  );
  const ports = (part: PodPart) => [
    ...(part.ports ?? []),
    ...containers(part).flatMap(({ ports: containerPorts = [] }) => containerPorts),
  ];
  claim('ports', (part) => ports(part).flatMap(({ name }) => (name === undefined ? [] : [name])));
  claim('ports', (part) => ports(part).map(({ containerPort, protocol = 'TCP' }) => `${containerPort}/${protocol}`));
  return [...found, ...differentVolumes(parts)];
}

/** Two parts may share a volume, but only when they mean the same one. */
function differentVolumes(parts: readonly PodPart[]): string[] {
  const first = new Map<string, { readonly from: string; readonly text: string }>();
  const found: string[] = [];
  for (const { from, volumes = [] } of parts) {
    for (const volume of volumes) {
      const text = JSON.stringify(volume);
      const earlier = first.get(volume.name);
      if (earlier === undefined) first.set(volume.name, { from, text });
      else if (earlier.text !== text) {
        found.push(
          `'volumes.${volume.name}': must be one volume, got different ones from ${earlier.from} and from ${from}`,
        );
      }
    }
  }
  return found;
}
