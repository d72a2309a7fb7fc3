import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import type { LimitRange, Namespace, ResourceQuota } from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import { problemsOf, readProps } from './checks/read-props';
import * as check from './checks/values';
import { isolation } from './environment/isolation';
import { decidesWaves, objectWaves } from './environment/object-waves';
import type { PlacedManifest } from './environment/prerequisites';
import { priorityClass } from './environment/priority-classes';
import { type EnvironmentProps, type EnvironmentSettings, environmentChecks, withDefaults } from './environment/props';
import { type ContainerResources, computedQuota } from './environment/quota';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject, type Manifest } from './kubernetes/kubernetes-object';
import { derivedOnce } from './kubernetes/synthesis';
import { objectMetadata } from './metadata/object-metadata';
import { PROTECTION } from './metadata/protection';
import { isApart } from './model/apart';
import { DESCRIBE, recordsOf } from './model/describe';
import { ENVIRONMENT_FACTS, type EnvironmentFacts } from './model/environment-facts';
import { effectivePriorities, type Priority, priorities } from './model/priority';
import { WITHOUT_WAVE } from './model/sync-wave';
import type { Records } from './model/system';
import { DEFAULT_DISK } from './workload/resources';

/**
 * A namespace with its own names, quota and isolation: test, staging, production. Everything that is built inside it
 * takes from it the namespace, registry, Kubernetes version, defaults, labels and nodes.
 *
 * `Stage` is the name, or all the names that it can have where environments are made in a loop; `pick` wants a value
 * for each of them.
 *
 * @example
 * for (const stage of ['test', 'production'] as const) {
 *   const shop = new Environment(app, stage);
 *   new StatelessService(shop, 'orders', { image: 'orders:2.0.1', replicas: shop.pick({ test: 1, production: 3 }) });
 * }
 */
export class Environment<Stage extends string = string> extends Chart {
  readonly stage: Stage;
  /** Missing where cluster-scoped objects are external. */
  readonly namespaceObject: KubernetesObject<Namespace> | undefined;
  /** Nothing may talk to anything that does not say so. */
  readonly defaultDeny: KubernetesObject<NetworkPolicy>;
  /** Every pod may resolve names: the one place that says where. */
  readonly allowDns: KubernetesObject<NetworkPolicy>;
  readonly limitRange: KubernetesObject<LimitRange>;
  /** Missing where `quota` is `false`. */
  readonly resourceQuota: KubernetesObject<ResourceQuota> | undefined;
  readonly [ENVIRONMENT_FACTS]: EnvironmentFacts;

  private readonly settings: EnvironmentSettings;
  private readonly own: Construct;
  private readonly used = new Set<Priority>();

  constructor(scope: Construct, stage: Stage, given: EnvironmentProps = {}) {
    const { props, problems } = readProps(environmentChecks, given);
    const settings = withDefaults(stage, props);
    super(scope, stage, { namespace: settings.namespace });
    this.stage = stage;
    this.settings = settings;
    this[ENVIRONMENT_FACTS] = this.facts();
    // A name that sorts before every service: kubectl applies the files of a directory in the order of their names.
    this.own = new Construct(this, '_environment');
    this.namespaceObject = settings.clusterScoped === 'external' ? undefined : this.createNamespace();
    const { defaultDeny, allowDns } = isolation(this.own, (name) => this.metadata(name), settings.dns);
    this.defaultDeny = defaultDeny;
    this.allowDns = allowDns;
    this.limitRange = this.createLimitRange();
    this.resourceQuota = settings.quota === false ? undefined : this.createQuota();
    this.node.addValidation({
      validate: () => [...problemsOf(check.dnsLabel, stage, 'id'), ...problems, ...uselessBase(props)],
    });
  }

  /**
   * The value for this environment. With a value missing for one of the environments that the loop makes, the program
   * does not compile.
   */
  pick<const Values extends Readonly<Record<Stage, unknown>>>(values: Values): Values[Stage] {
    if (!Object.hasOwn(values, this.stage)) {
      throw new Error(
        `[${this.node.path}] pick: must have a value for ${this.stage}, got one for ${Object.keys(values).join(', ')}`,
      );
    }
    return values[this.stage];
  }

  [DESCRIBE](): Records {
    const { namespace, kubernetesVersion: kubernetes, production, tenant, deployOrder, nodes } = this.settings;
    const { priorityBase, priorityClasses } = this.settings;
    const names = priorities.map((priority) => [priority, this.priorityClassName(priority)] as const);
    return {
      environments: [
        {
          path: this.node.path,
          name: this.stage,
          namespace,
          kubernetes,
          production,
          tenant,
          deployOrder,
          priorityClasses: Object.fromEntries(names) as Record<Priority, string>,
          priorityBase: namesAll(priorityClasses) ? undefined : priorityBase,
          expected: this.expected(),
          nodes: { allocatable: nodes?.allocatable, zones: nodes?.zones, count: nodes?.count },
        },
      ],
    };
  }

  private facts(): EnvironmentFacts {
    const { settings, stage } = this;
    return {
      name: stage,
      namespace: settings.namespace,
      kubernetes: settings.kubernetesVersion,
      system: settings.system,
      registry: settings.registry,
      mirror: settings.mirror,
      digests: settings.digests,
      imagePullSecrets: settings.imagePullSecrets,
      labels: settings.labels,
      nodeSelector: settings.nodeSelector,
      tolerations: settings.tolerations,
      resources: settings.resources,
      endpointPropagationSeconds: settings.endpointPropagationSeconds,
      balancerDetectionSeconds: settings.balancerDetectionSeconds,
      podSecurity: settings.podSecurity,
      probes: settings.probes,
      dns: undefined,
      production: settings.production,
      backendTls: settings.backendTls,
      zoneCount: settings.nodes?.zones,
      monitoring: settings.monitoring,
      nodeCount: settings.nodes?.count,
      quotaIsComputed: settings.quota === 'computed',
      waveOf:
        settings.deployOrder === 'argo-cd'
          ? (object, manifest) => this.waves()(object.node.path, manifest as Manifest)
          : undefined,
      priorityClassOf: (priority) => this.priorityClass(priority),
      priorityOf: (path) => this.priorities().get(path) ?? 'standard',
    };
  }

  private metadata(name: string) {
    return objectMetadata({ name, component: 'environment' }, this[ENVIRONMENT_FACTS]);
  }

  private namespaceMetadata() {
    const { namespace, tenant, podSecurity, annotations } = this.settings;
    const { labels, namespace: _, ...metadata } = this.metadata(namespace);
    const levels = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, podSecurity]);
    const owner = tenant === undefined ? {} : { 'cdk8s-microservices/tenant': tenant };
    return {
      ...metadata,
      annotations: { ...annotations, ...PROTECTION },
      labels: { ...labels, ...Object.fromEntries(levels), ...owner } as Record<string, string>,
    };
  }

  private createNamespace(): KubernetesObject<Namespace> {
    const metadata = this.namespaceMetadata();
    return new KubernetesObject<Namespace>(this.own, 'Namespace', kinds.Namespace, metadata, () => ({}));
  }

  /**
   * The resources of a container that declares none, such as one that is started by hand. Disk as well: the quota
   * counts it, and refuses a pod that does not request it.
   */
  private get containerDefaults(): ContainerResources {
    const { cpu, memory } = this.settings.resources;
    return { cpu, memory, 'ephemeral-storage': DEFAULT_DISK };
  }

  private createLimitRange(): KubernetesObject<LimitRange> {
    const { min, max } = this.settings;
    const resources = this.containerDefaults;
    return new KubernetesObject<LimitRange>(
      this.own,
      'LimitRange',
      kinds.LimitRange,
      this.metadata('container-limits'),
      () => ({
        spec: { limits: [{ type: 'Container', default: resources, defaultRequest: resources, min, max }] },
      }),
    );
  }

  private createQuota(): KubernetesObject<ResourceQuota> {
    return new KubernetesObject<ResourceQuota>(
      this.own,
      'ResourceQuota',
      kinds.ResourceQuota,
      this.metadata('environment'),
      () => {
        const { quota, nodes } = this.settings;
        const hard =
          typeof quota === 'object'
            ? { ...quota }
            : computedQuota(
                this.manifestsBeside(this.resourceQuota),
                this.containerDefaults,
                nodes?.count,
                recordsOf(this.node.findAll()).certificates,
              );
        return { spec: { hard } };
      },
    );
  }

  /** Everything in the environment but one object, rendered. */
  private manifestsBeside(excluded: ApiObject | undefined): Manifest[] {
    return this.node
      .findAll()
      .filter((node): node is ApiObject => ApiObject.isApiObject(node) && node !== excluded)
      .flatMap((object) => {
        try {
          return derivedOnce(this, object, () => object.toJson());
        } catch {
          // The object itself is reported; a quota that fails with it would only echo.
          return [];
        }
      });
  }

  private waves(): ReturnType<typeof objectWaves> {
    return derivedOnce(this, this, () => {
      const constructs = this.node.findAll();
      let objects: readonly PlacedManifest[] | undefined;
      return objectWaves({
        records: recordsOf(constructs),
        objects: () => {
          objects ??= constructs.filter(isRelevant).flatMap(withoutWave);
          return objects;
        },
      });
    });
  }

  private priorities(): ReadonlyMap<string, Priority> {
    return derivedOnce(this, this.used, () => {
      const { workloads, calls } = recordsOf(this.node.findAll());
      return effectivePriorities(workloads, calls);
    });
  }

  /** Priority classes belong to the whole cluster, so they carry the name of the namespace. */
  private priorityClassName(priority: Priority): string {
    return this.settings.priorityClasses[priority] ?? `${this.settings.namespace}-${priority}`;
  }

  /** Made when first used. */
  private priorityClass(priority: Priority): string {
    const { clusterScoped, priorityClasses, priorityBase, production } = this.settings;
    const name = this.priorityClassName(priority);
    const isWritten = clusterScoped === 'managed' && priorityClasses[priority] === undefined;
    if (isWritten && !this.used.has(priority)) {
      const { namespace: _, ...metadata } = this.metadata(name);
      const body = () => priorityClass(priority, priorityBase, production);
      new KubernetesObject<PriorityClass>(this.own, name, kinds.PriorityClass, metadata, body);
    }
    this.used.add(priority);
    return name;
  }

  /** What others must have made, as far as this environment knows what it must be like. */
  private expected(): Manifest[] {
    const { clusterScoped, priorityClasses, priorityBase, production } = this.settings;
    const { labels } = this.namespaceMetadata();
    const namespace: Manifest = { ...kinds.Namespace, metadata: { name: this.settings.namespace, labels } };
    const classes = priorities.flatMap((priority): Manifest[] => {
      const manifest = { ...kinds.PriorityClass, metadata: { name: this.priorityClassName(priority) } };
      if (!this.used.has(priority)) return [];
      if (priorityClasses[priority] !== undefined) return [manifest];
      return clusterScoped === 'external'
        ? [{ ...manifest, ...priorityClass(priority, priorityBase, production) }]
        : [];
    });
    return clusterScoped === 'external' ? [namespace, ...classes] : classes;
  }
}

const namesAll = (classes: EnvironmentProps['priorityClasses'] = {}): boolean =>
  priorities.every((priority) => classes[priority] !== undefined);

function uselessBase({ priorityBase, priorityClasses }: Partial<EnvironmentProps>): string[] {
  if (priorityBase === undefined || !namesAll(priorityClasses)) return [];
  return [
    "'priorityBase': must be left out where 'priorityClasses' names all three, whose values belong to the cluster",
  ];
}

const isRelevant = (construct: IConstruct): construct is ApiObject =>
  ApiObject.isApiObject(construct) && decidesWaves(construct.kind) && !isApart(construct);

function withoutWave(object: ApiObject): PlacedManifest[] {
  try {
    const manifest = WITHOUT_WAVE in object ? (object as KubernetesObject)[WITHOUT_WAVE]() : object.toJson();
    return [{ path: object.node.path, manifest }];
  } catch {
    // The object itself is reported.
    return [];
  }
}
