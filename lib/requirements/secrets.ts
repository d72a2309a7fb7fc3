import type { Container, Volume } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, nameOf, type PodOwner } from '../model/manifests';
import type { System } from '../model/system';
import { readerOf } from './reader';

/** A Secret that must exist: no manifest holds the data of one. */
export interface SecretRequirement {
  readonly name: string;
  /** Its type, where Kubernetes demands one: `kubernetes.io/tls`, `kubernetes.io/dockerconfigjson`. */
  readonly type: string | undefined;
  readonly keys: readonly string[];
  /** The workloads that read it: `Deployment orders`. */
  readonly readers: readonly string[];
}

interface Reference {
  readonly secret: string;
  readonly keys: readonly string[];
  readonly reader: string;
  readonly type?: string;
}

/** Every Secret that is read and that nothing here makes, by name. */
export function secretRequirements({ objects }: System, manifests: Manifests): SecretRequirement[] {
  const made = new Set(objects.flatMap(({ manifest }) => madeSecret(manifest.kind, manifest)));
  const needed = new Map<string, { keys: Set<string>; readers: Set<string>; type: string | undefined }>();
  const references = [...manifests.podOwners.flatMap(ofPods), ...tlsOfIngresses(manifests)];
  for (const { secret, keys, reader, type } of references) {
    if (made.has(secret)) continue;
    const known = needed.get(secret) ?? { keys: new Set(), readers: new Set(), type };
    needed.set(secret, known);
    for (const key of keys) known.keys.add(key);
    known.readers.add(reader);
  }
  return [...needed]
    .map(([name, { keys, readers, type }]) => ({ name, type, keys: [...keys].sort(), readers: [...readers].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest of any kind
function madeSecret(kind: string, { metadata, spec }: any): string[] {
  switch (kind) {
    case 'Secret':
      return [metadata.name];
    case 'ExternalSecret':
      return [spec?.target?.name ?? metadata.name];
    case 'Certificate':
      return [spec?.secretName].filter(Boolean);
    default:
      return [];
  }
}

function ofPods(owner: PodOwner): Reference[] {
  const { pod, allContainers } = owner;
  const reader = readerOf(owner);
  const pull = listOf(pod.imagePullSecrets).flatMap(({ name: secret }) => secret ?? []);
  return [
    ...pull.map((secret) => ({
      secret,
      keys: ['.dockerconfigjson'],
      // One line for all workloads: every one of them pulls.
      reader: 'every workload',
      type: 'kubernetes.io/dockerconfigjson',
    })),
    ...listOf(pod.volumes).flatMap((volume) => ofVolume(volume, reader)),
    ...allContainers.flatMap((container) => ofVariables(container, reader)),
  ];
}

function ofVolume({ secret, projected }: Volume, reader: string): Reference[] {
  const own = secret?.secretName && secret.optional !== true ? [{ ...secret, name: secret.secretName }] : [];
  const others = listOf(projected?.sources).flatMap((source) => source.secret ?? []);
  return [...own, ...others].flatMap(({ name, items, optional }) =>
    name === undefined || optional === true
      ? []
      : [{ secret: name, keys: listOf(items).map(({ key }) => key), reader }],
  );
}

function ofVariables({ env, envFrom }: Container, reader: string): Reference[] {
  const single = listOf(env).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
  const whole = listOf(envFrom).flatMap(({ secretRef }) => secretRef ?? []);
  return [
    ...single.flatMap(({ name, key, optional }) =>
      name === undefined || optional === true ? [] : [{ secret: name, keys: [key], reader }],
    ),
    ...whole.flatMap(({ name, optional }) =>
      name === undefined || optional === true ? [] : [{ secret: name, keys: [], reader }],
    ),
  ];
}

function tlsOfIngresses({ ofKind }: Manifests): Reference[] {
  return ofKind('Ingress').flatMap((object) =>
    listOf<{ secretName?: string }>(object.manifest.spec?.tls).flatMap(({ secretName }) =>
      secretName === undefined
        ? []
        : [
            {
              secret: secretName,
              keys: ['tls.crt', 'tls.key'],
              reader: `Ingress ${nameOf(object)}`,
              type: 'kubernetes.io/tls',
            },
          ],
    ),
  );
}
