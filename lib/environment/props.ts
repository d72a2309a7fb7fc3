import type { Toleration } from 'kubernetes-types/core/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { type Duration, seconds } from '../kubernetes/duration';
import type { Quantity } from '../kubernetes/quantity';
import { type KubernetesVersion, kubernetesVersions } from '../kubernetes/version';
import { type BackendTls, backendTlsCheck } from '../model/backend-tls';
import { isProductionName } from '../model/environment-facts';
import type { Priority } from '../model/priority';
import type { HttpProbes } from '../model/probe';
import { probeOrNone } from '../workload/probes';
import { type DnsProps, dnsCheck } from './dns';
import { type MonitoringProps, monitoringCheck, monitoringFacts } from './monitoring';
import { HIGHEST_BASE, PRODUCTION_BASE } from './priority-classes';

export interface EnvironmentProps {
  /** The namespace that holds everything. @defaultValue the id of the environment */
  readonly namespace?: string;
  /** The system that runs in it, as `app.kubernetes.io/part-of`. @defaultValue none */
  readonly system?: string;
  /** The team that owns it: a label `owner` on every object, and an annotation `email` on the Namespace. @defaultValue none */
  readonly owner?: { readonly team: string; readonly email: string };
  /** Labels of every object. @defaultValue none */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The oldest Kubernetes in which the manifests are applied. Fields that came later are not written.
   * @defaultValue 1.30
   */
  readonly kubernetesVersion?: KubernetesVersion;
  /** Prefixed to images that name no registry. @defaultValue none: images say it themselves */
  readonly registry?: string;
  /**
   * Where the images of other registries are pulled from: engines, exporters, sidecars, backups. One place for all keeps
   * the registry in the path (`registry.example.com/mirror/docker.io/library/redis`), as a mirror by copies has it; a
   * place for each registry replaces it (`{ 'docker.io': 'registry.example.com/docker-hub' }`), as a proxy cache has it.
   * @defaultValue none: images are pulled from the registries that they name
   */
  readonly mirror?: string | Readonly<Record<string, string>>;
  /**
   * Digests of images, also of those that the library chooses: `{ 'docker.io/library/redis:8.10.2': 'sha256:…' }`. An
   * image with a digest is the same on every node and is pulled once.
   * @defaultValue none: tags
   * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
   */
  readonly digests?: Readonly<Record<string, string>>;
  /** Secrets with the credentials of the registry; they must exist in the namespace. @defaultValue none */
  readonly imagePullSecrets?: readonly string[];
  /** Requests of an application that states none. @defaultValue 100m CPU and 256Mi memory */
  readonly resources?: { readonly cpu?: Quantity; readonly memory?: Quantity };
  /**
   * What the namespace may use at the most: `computed` is the peak of what is in it (every autoscaler at its maximum,
   * while everything is rolled out); a map is taken as it is; `false` writes no quota.
   * @defaultValue computed: a mistake in one environment must not starve the others
   * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
   */
  readonly quota?: 'computed' | false | Readonly<Record<string, Quantity>>;
  /**
   * Whether customers depend on it: production-only rules apply, and its alerts may page.
   * @defaultValue whether the id is `production` or `prod`, also with a suffix: `production-eu`
   */
  readonly production?: boolean;
  /** The smallest and the largest container. @defaultValue 10m to 8 CPU, 16Mi to 32Gi memory */
  readonly containerLimits?: {
    readonly min?: { readonly cpu?: Quantity; readonly memory?: Quantity };
    readonly max?: { readonly cpu?: Quantity; readonly memory?: Quantity };
  };
  /** Who it belongs to, where several share a cluster; a label of the namespace. @defaultValue nobody in particular */
  readonly tenant?: string;
  /**
   * Nodes that only this environment uses: they carry the label and the taint `key=value:NoSchedule`.
   * @defaultValue any node
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#example-use-cases
   */
  readonly dedicatedNodes?: { readonly key: string; readonly value: string };
  /**
   * What the nodes are like: what pods can get of the largest node, in how many zones they stand, and how many there are
   * at the most, which is as many pods as a NodeAgent has. Rules ask whether each pod fits a node and whether what is
   * critical outlives the loss of a zone; members that vote or have volumes are kept in different zones.
   * @defaultValue not known: no rule reports it, and members are kept on different nodes only
   * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/#node-allocatable
   */
  readonly nodes?: {
    readonly allocatable?: {
      readonly cpu: Quantity;
      readonly memory: Quantity;
      /** Disk for logs, writable paths and images. @defaultValue not known: disk is not compared */
      readonly ephemeralStorage?: Quantity;
    };
    readonly zones?: number;
    readonly count?: number;
  };
  /**
   * The probes of services whose first port speaks HTTP and that declare none of their own, such as
   * `{ readiness: { http: '/readyz' }, liveness: { http: '/livez' } }`.
   * @defaultValue none: services are ready when they accept connections, and are not restarted while they run
   * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
   */
  readonly probes?: HttpProbes;
  /**
   * Where pods resolve names, for the policy `allow-dns` that lets each of them ask: a platform, a platform and the
   * address of its DNS Service, or peers of your own.
   * @defaultValue kube-dns: the pods of kube-dns or CoreDNS, and NodeLocal DNSCache, also under the address that
   * kubeadm gives to the DNS Service
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  readonly dns?: DnsProps;
  /** Until all nodes know that an address was taken out. @defaultValue 5s */
  readonly endpointPropagation?: Duration;
  /** Until a balancer outside the cluster sees that a pod is gone. @defaultValue 10s: two failed checks, five seconds apart */
  readonly balancerDetection?: Duration;
  /**
   * Annotates objects with the sync wave in which their health can become good: callees before callers, migrations
   * before what waits for them, and last what may stay unhealthy, such as an Ingress without an address.
   * @defaultValue no order: kubectl and Flux have none, and what depends on something that is not there yet retries
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
   */
  readonly deployOrder?: 'argo-cd';
  /**
   * Where the values of its priority classes begin: `optional` has this and 1000, `standard` this and 2000, `critical`
   * this and 3000. Environments that share a cluster are ordered by it; keep them 10000 apart. Kubernetes refuses to
   * change the value of a class: to change it later, delete the classes first (pods that run keep their value).
   * @defaultValue 100000 in production, otherwise 0: all of production goes before everything else, and only production
   * ends pods of others to make room
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
   */
  readonly priorityBase?: number;
  /**
   * Names of priority classes that the cluster has already, for some or all priorities:
   * `{ critical: 'platform-critical' }`. No class is written for them.
   * @defaultValue none: the environment writes a class of its own for each priority that is used
   */
  readonly priorityClasses?: Partial<Readonly<Record<Priority, string>>>;
  /**
   * Whether its cluster-scoped objects are written: the Namespace and the priority classes. `external` expects them,
   * where only a platform team may make them.
   * @defaultValue managed: one apply makes the whole environment
   */
  readonly clusterScoped?: 'managed' | 'external';
  /**
   * How the monitoring of the cluster finds what this environment has for it, and whom its alerts reach.
   * @defaultValue Prometheus Operator in the namespace `monitoring`, with a Prometheus that takes all monitors and rules
   */
  readonly monitoring?: MonitoringProps;
  /**
   * How much its pods may do.
   * @defaultValue restricted
   * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
   */
  readonly podSecurity?: 'restricted' | 'baseline' | 'privileged';
  /**
   * How connections to the backends that run in it are encrypted, for every engine that knows TLS: `{ issuer }` asks
   * cert-manager for a certificate for each, which their users verify.
   * @defaultValue false: it needs cert-manager and an issuer with a CA of its own; a rule asks for it in production
   * @see https://cert-manager.io/docs/configuration/ca/
   */
  readonly backendTls?: BackendTls;
}

const registry = check.matching(
  (value) => check.isText(value) && /^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(value),
  'a registry such as registry.example.com/shop',
);

const amounts = check.optional(
  check.fields({ cpu: check.optional(check.quantity), memory: check.optional(check.quantity) }),
);

export const environmentChecks: Checks<EnvironmentProps> = {
  namespace: check.optional(check.dnsLabel),
  system: check.optional(check.labelValue),
  owner: check.optional(
    check.fields({
      team: check.labelValue,
      email: check.matching(
        (value) => check.isText(value) && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
        'an e-mail address such as shop@example.com',
      ),
    }),
  ),
  labels: check.optional(check.labelMap),
  kubernetesVersion: check.optional(check.oneOf(...kubernetesVersions)),
  registry: check.optional(registry),
  mirror: check.optional(
    check.either(
      'a registry such as registry.example.com/mirror, or one for each registry',
      [check.isText, registry],
      [check.isMap, check.mapOf(registry, registry)],
    ),
  ),
  digests: check.optional(
    check.mapOf(
      check.imageReference,
      check.matching(
        (value) => check.isText(value) && /^sha256:[0-9a-f]{64}$/.test(value),
        'a digest: sha256: and 64 hexadecimal digits',
      ),
    ),
  ),
  imagePullSecrets: check.optional(check.withoutRepeats(check.listOf(check.objectName))),
  resources: amounts,
  quota: check.optional(
    check.either(
      "'computed', false, or a map of quantities",
      [(value) => value === false || value === 'computed', check.anything],
      [check.isMap, check.mapOf(check.nonEmptyText, check.quantity)],
    ),
  ),
  production: check.optional(check.boolean),
  containerLimits: check.optional(check.fields({ min: amounts, max: amounts })),
  tenant: check.optional(check.dnsLabel),
  dedicatedNodes: check.optional(
    check.fields({
      key: check.labelKey,
      value: check.labelValue,
    }),
  ),
  nodes: check.optional(
    check.fields({
      allocatable: check.optional(
        check.fields({
          cpu: check.quantity,
          memory: check.quantity,
          ephemeralStorage: check.optional(check.quantity),
        }),
      ),
      zones: check.optional(check.integer(1)),
      count: check.optional(check.integer(1)),
    }),
  ),
  probes: check.optional(
    check.fields({ readiness: check.optional(probeOrNone), liveness: check.optional(probeOrNone) }),
  ),
  dns: check.optional(dnsCheck),
  endpointPropagation: check.optional(check.duration),
  balancerDetection: check.optional(check.duration),
  deployOrder: check.optional(check.oneOf('argo-cd')),
  priorityBase: check.optional(check.integer(0, HIGHEST_BASE)),
  priorityClasses: check.optional(
    check.fields({
      critical: check.optional(check.objectName),
      standard: check.optional(check.objectName),
      optional: check.optional(check.objectName),
    }),
  ),
  clusterScoped: check.optional(check.oneOf('managed', 'external')),
  monitoring: check.optional(monitoringCheck),
  podSecurity: check.optional(check.oneOf('restricted', 'baseline', 'privileged')),
  backendTls: check.optional(backendTlsCheck),
};

export type EnvironmentSettings = ReturnType<typeof withDefaults>;

export function withDefaults(id: string, props: EnvironmentProps) {
  const {
    endpointPropagation = '5s',
    balancerDetection = '10s',
    dedicatedNodes,
    owner,
    resources,
    containerLimits,
  } = props;
  const tolerations: Toleration[] = dedicatedNodes
    ? [{ key: dedicatedNodes.key, operator: 'Equal', value: dedicatedNodes.value, effect: 'NoSchedule' }]
    : [];
  const production = props.production ?? isProductionName(id);
  return {
    ...props,
    namespace: props.namespace ?? id,
    labels: { ...props.labels, ...(owner ? { owner: owner.team } : {}) },
    annotations: owner ? { email: owner.email } : ({} as Record<string, string>),
    kubernetesVersion: props.kubernetesVersion ?? ('1.30' as const),
    digests: props.digests ?? {},
    imagePullSecrets: props.imagePullSecrets ?? [],
    resources: { cpu: '100m', memory: '256Mi', ...resources },
    quota: props.quota ?? ('computed' as const),
    production,
    monitoring: monitoringFacts(props.monitoring ?? {}, { production, owner: owner?.team }),
    min: { cpu: '10m', memory: '16Mi', ...containerLimits?.min },
    max: { cpu: '8', memory: '32Gi', ...containerLimits?.max },
    nodeSelector: dedicatedNodes ? { [dedicatedNodes.key]: dedicatedNodes.value } : ({} as Record<string, string>),
    tolerations,
    endpointPropagationSeconds: seconds(endpointPropagation),
    balancerDetectionSeconds: seconds(balancerDetection),
    priorityBase: props.priorityBase ?? (production ? PRODUCTION_BASE : 0),
    priorityClasses: props.priorityClasses ?? {},
    clusterScoped: props.clusterScoped ?? ('managed' as const),
    podSecurity: props.podSecurity ?? ('restricted' as const),
    backendTls: props.backendTls ?? false,
  };
}
