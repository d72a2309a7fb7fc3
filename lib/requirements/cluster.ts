import type { Manifest } from '../kubernetes/kubernetes-object';
import { listOf, type Manifests, type PodOwner } from '../model/manifests';
import type { EnvironmentRecord, System } from '../model/system';
import { readerOf } from './reader';

/** What the cluster itself must offer. */
export interface ClusterRequirements {
  /** Custom resources, each with the controller that serves it. */
  readonly customResources: readonly CustomResourceRequirement[];
  /** Abilities of the cluster that no manifest can bring: an enforcer of NetworkPolicies, a metrics server. */
  readonly capabilities: readonly string[];
  /** Objects that others make: classes, issuers, stores. */
  readonly references: readonly ReferenceRequirement[];
  /** Pods of other namespaces that the policies admit or call: controllers, Prometheus, DNS. */
  readonly peers: readonly PeerRequirement[];
}

export interface CustomResourceRequirement {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** The project that installs it; `undefined` where the library does not know it. */
  readonly controller: string | undefined;
}

export interface ReferenceRequirement {
  readonly kind: string;
  readonly name: string;
  /** What refers to it: `Ingress gateway`. */
  readonly by: readonly string[];
}

export interface PeerRequirement {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** API groups of the projects that the library writes resources for. */
const controllers: Readonly<Record<string, string>> = {
  'cert-manager.io': 'cert-manager',
  'external-secrets.io': 'External Secrets Operator 0.16 or newer',
  'gateway.networking.k8s.io': 'Gateway API CRDs and a controller that implements them',
  'keda.sh': 'KEDA',
  'monitoring.coreos.com': 'Prometheus Operator',
  'networking.istio.io': 'Istio',
  'traefik.io': 'Traefik',
};

export function clusterRequirements(
  { expected }: EnvironmentRecord,
  { objects }: System,
  manifests: Manifests,
): ClusterRequirements {
  const all = objects.map(({ manifest }) => manifest);
  return {
    customResources: customResources(all),
    capabilities: capabilities(all, manifests),
    references: references(
      [...all.flatMap(namedByObject), ...manifests.podOwners.flatMap(classesOfPods)],
      all,
      expected,
    ),
    peers: peers(all),
  };
}

/** The API groups of Kubernetes itself. A name in `.k8s.io` is no proof: Gateway API and snapshots are installed. */
const builtIn =
  /^(v1|(apps|batch|autoscaling|policy|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)\/v\d\w*)$/;

function customResources(all: readonly Manifest[]): CustomResourceRequirement[] {
  const kinds = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of all) {
    if (builtIn.test(apiVersion)) continue;
    const known = kinds.get(apiVersion) ?? new Set();
    kinds.set(apiVersion, known.add(kind));
  }
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([apiVersion, found]) => ({
      apiVersion,
      kinds: [...found].sort(),
      controller: controllers[apiVersion.split('/')[0] ?? ''],
    }));
}

function capabilities(all: readonly Manifest[], { podOwners }: Manifests): string[] {
  const has = (kind: string): boolean => all.some((manifest) => manifest.kind === kind);
  const measures = all.some(
    ({ kind, spec }) =>
      kind === 'HorizontalPodAutoscaler' &&
      (spec?.metrics === undefined ||
        listOf<{ type?: string }>(spec.metrics).some(
          ({ type }) => type === 'Resource' || type === 'ContainerResource',
        )),
  );
  const claims = claimsOf(all);
  const balancers = all.some(({ kind, spec }) => kind === 'Service' && spec?.type === 'LoadBalancer');
  return [
    ...(has('NetworkPolicy') ? ['a network plugin that enforces NetworkPolicy'] : []),
    ...(measures ? ['metrics-server, for the autoscalers'] : []),
    ...(claims.some(({ storageClassName }) => storageClassName === undefined)
      ? ['a default StorageClass, expandable and with volumeBindingMode WaitForFirstConsumer']
      : []),
    ...(balancers ? ['load balancers for Services of type LoadBalancer'] : []),
    ...(podOwners.some(({ kind }) => kind === 'DaemonSet') ? ['nodes that admit a DaemonSet'] : []),
  ];
}

interface Claim {
  readonly storageClassName?: string;
}

function claimsOf(all: readonly { readonly kind: string; readonly spec?: Manifest['spec'] }[]): Claim[] {
  return all.flatMap(({ kind, spec }): Claim[] => {
    if (kind === 'PersistentVolumeClaim') return [spec ?? {}];
    return kind === 'StatefulSet'
      ? listOf<{ spec?: Claim }>(spec?.volumeClaimTemplates).map((template) => template.spec ?? {})
      : [];
  });
}

interface Named {
  readonly kind: string;
  readonly name: string | undefined;
  readonly by: string;
}

function namedByObject({ kind, metadata, spec }: Manifest): Named[] {
  const by = `${kind} ${metadata.name}`;
  switch (kind) {
    case 'Ingress':
      return [{ kind: 'IngressClass', name: spec?.ingressClassName, by }];
    case 'Certificate':
      return [{ kind: spec?.issuerRef?.kind ?? 'Issuer', name: spec?.issuerRef?.name, by }];
    case 'ExternalSecret':
      return [{ kind: spec?.secretStoreRef?.kind ?? 'SecretStore', name: spec?.secretStoreRef?.name, by }];
    default:
      return claimsOf([{ kind, spec }]).map(({ storageClassName: name }) => ({
        kind: 'StorageClass',
        name,
        by,
      }));
  }
}

function classesOfPods(owner: PodOwner): Named[] {
  const { pod } = owner;
  const by = readerOf(owner);
  return [
    { kind: 'PriorityClass', name: pod.priorityClassName, by },
    { kind: 'RuntimeClass', name: pod.runtimeClassName, by },
  ];
}

/** What is referred to and not in the output, and what the environment expects of others. */
function references(
  named: readonly Named[],
  all: readonly Manifest[],
  expected: readonly Manifest[],
): ReferenceRequirement[] {
  const made = new Set(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const missing = new Map<string, { kind: string; name: string; by: Set<string> }>();
  const expectedOnes = expected.map(
    ({ kind, metadata }): Named => ({ kind, name: metadata.name, by: 'the environment' }),
  );
  for (const { kind, name, by } of [...named, ...expectedOnes]) {
    if (name === undefined || name === '' || name.startsWith('system-') || made.has(`${kind} ${name}`)) continue;
    const known = missing.get(`${kind} ${name}`) ?? { kind, name, by: new Set() };
    missing.set(`${kind} ${name}`, known);
    known.by.add(by);
  }
  return [...missing.values()]
    .map(({ kind, name, by }) => ({ kind, name, by: [...by].sort() }))
    .sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

function peers(all: readonly Manifest[]): PeerRequirement[] {
  const found = new Map<string, PeerRequirement>();
  for (const { kind, spec } of all) {
    if (kind !== 'NetworkPolicy') continue;
    const rules = [...listOf<{ from?: Peer[] }>(spec?.ingress), ...listOf<{ to?: Peer[] }>(spec?.egress)];
    for (const { from, to } of rules as { from?: Peer[]; to?: Peer[] }[]) {
      for (const { namespaceSelector, podSelector } of [...listOf(from), ...listOf(to)]) {
        const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
        if (namespace === undefined) continue;
        const podLabels = podSelector?.matchLabels ?? {};
        found.set(JSON.stringify([namespace, podLabels]), { namespace, podLabels });
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peer]) => peer);
}
