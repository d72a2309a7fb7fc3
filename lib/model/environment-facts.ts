import { type ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Toleration } from 'kubernetes-types/core/v1';
import type { NetworkPolicyEgressRule } from 'kubernetes-types/networking/v1';
import { dnsEgress } from '../environment/dns';
import type { KubernetesVersion } from '../kubernetes/version';
import type { BackendTls } from './backend-tls';
import { defaultMonitoring, type MonitoringFacts } from './monitoring-facts';
import type { Priority } from './priority';
import type { HttpProbes } from './probe';

/** What everything inside an environment takes from it. */
export interface EnvironmentFacts {
  /** The name of the environment: test, staging, production. */
  readonly name: string;
  /** Where its objects live; `undefined` leaves it to whoever applies them. */
  readonly namespace: string | undefined;
  readonly kubernetes: KubernetesVersion;
  /** The whole system that the environment runs, as `app.kubernetes.io/part-of`. */
  readonly system: string | undefined;
  /** Prefixed to images that name no registry. */
  readonly registry: string | undefined;
  /** Where the images of other registries are found: one place for all, or one for each registry. */
  readonly mirror: string | Readonly<Record<string, string>> | undefined;
  /** Digests of images, by the image without a digest. */
  readonly digests: Readonly<Record<string, string>>;
  readonly imagePullSecrets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Requests of a container that declares none. */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** Seconds until every node and gateway has stopped sending to an address that was taken out. */
  readonly endpointPropagationSeconds: number;
  /** Seconds until a balancer outside the cluster sees that a node or pod is gone. */
  readonly balancerDetectionSeconds: number;
  /** The probes of HTTP services that declare none; `undefined` where the environment has no convention. */
  readonly probes: HttpProbes | undefined;
  /** How much its pods may do; `undefined` where nobody said. */
  readonly podSecurity: 'restricted' | 'baseline' | 'privileged' | undefined;
  /** Whether customers depend on it: stricter rules, and alerts that page. */
  readonly production: boolean;
  /** How connections to the backends that it runs itself are encrypted, where they do not say. */
  readonly backendTls: BackendTls;
  /** In how many zones its nodes stand; `undefined` where that is not known. */
  readonly zoneCount: number | undefined;
  /** How its monitoring is found, and whom its alerts reach. */
  readonly monitoring: MonitoringFacts;
  /** What each policy must allow for name resolution; `undefined` where one policy of the environment does. */
  readonly dns: NetworkPolicyEgressRule | undefined;
  /** How many nodes there are at the most; `undefined` where nobody said. */
  readonly nodeCount: number | undefined;
  /** Whether its quota is worked out from what is in it. */
  readonly quotaIsComputed: boolean;
  /** The wave in which Argo CD applies an object, written by what renders it; `undefined` where no order was asked for. */
  readonly waveOf: ((object: ApiObject, manifest: object) => number) | undefined;
  /** The PriorityClass that stands for a priority; `undefined` where there are no classes. */
  readonly priorityClassOf: (priority: Priority) => string | undefined;
  /** The priority of the workload at a path, after all calls are declared. */
  readonly priorityOf: (path: string) => Priority;
}

/** `production`, `prod`, `production-eu`. */
export const isProductionName = (name: string): boolean => /^prod(uction)?(-|$)/.test(name);

/** Where a construct that is an environment keeps its facts; a symbol, so that two copies of the package agree. */
export const ENVIRONMENT_FACTS = Symbol.for('cdk8s-microservices.environment-facts');

interface HasFacts {
  readonly [ENVIRONMENT_FACTS]: EnvironmentFacts;
}

/** The facts of the environment that a construct stands in, or defaults for a plain chart of somebody else's app. */
export function environmentOf(construct: IConstruct): EnvironmentFacts {
  for (let scope: IConstruct | undefined = construct; scope !== undefined; scope = scope.node.scope) {
    if (ENVIRONMENT_FACTS in scope) return (scope as IConstruct & HasFacts)[ENVIRONMENT_FACTS];
  }
  const { namespace, node, labels } = Chart.of(construct);
  const name = namespace ?? node.id;
  const production = isProductionName(name);
  return { ...plainChart, name, namespace, production, monitoring: defaultMonitoring(production), labels };
}

const plainChart: Omit<EnvironmentFacts, 'name' | 'namespace' | 'production' | 'monitoring' | 'labels'> = {
  kubernetes: '1.30',
  system: undefined,
  registry: undefined,
  mirror: undefined,
  digests: {},
  imagePullSecrets: [],
  nodeSelector: {},
  tolerations: [],
  resources: { cpu: '100m', memory: '256Mi' },
  endpointPropagationSeconds: 5,
  balancerDetectionSeconds: 10,
  probes: undefined,
  podSecurity: undefined,
  backendTls: false,
  zoneCount: undefined,
  dns: dnsEgress(),
  nodeCount: undefined,
  quotaIsComputed: false,
  waveOf: undefined,
  priorityClassOf: () => undefined,
  priorityOf: () => 'standard',
};
