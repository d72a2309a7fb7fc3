import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import type { LimitRange, Namespace, ResourceQuota } from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import { problemsOf, readProps } from './checks/read-props';
import * as check from './checks/values';
import { decidesWaves, objectWaves } from './environment/object-waves';
import type { PlacedManifest } from './environment/prerequisites';
import { type EnvironmentProps, type EnvironmentSettings, environmentChecks, withDefaults } from './environment/props';
import { computedQuota } from './environment/quota';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject, type Manifest } from './kubernetes/kubernetes-object';
import { derivedOnce } from './kubernetes/synthesis';
import { objectMetadata } from './metadata/object-metadata';
import { PROTECTION } from './metadata/protection';
import { isApart } from './model/apart';
import { DESCRIBE, recordsOf } from './model/describe';
import { ENVIRONMENT_FACTS, type EnvironmentFacts, type Priority } from './model/environment-facts';
import { WITHOUT_WAVE } from './model/sync-wave';
import type { Records } from './model/system';

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
  readonly namespaceObject: KubernetesObject<Namespace>;
  /** Nothing may talk to anything that does not say so. */
  readonly defaultDeny: KubernetesObject<NetworkPolicy>;
  readonly limitRange: KubernetesObject<LimitRange>;
  /** Missing where `quota` is `false`. */
  readonly resourceQuota: KubernetesObject<ResourceQuota> | undefined;
  readonly [ENVIRONMENT_FACTS]: EnvironmentFacts;

  private readonly settings: EnvironmentSettings;
  private readonly own: Construct;

  constructor(scope: Construct, stage: Stage, given: EnvironmentProps = {}) {
    const { props, problems } = readProps(environmentChecks, given);
    const settings = withDefaults(stage, props);
    super(scope, stage, { namespace: settings.namespace });
    this.stage = stage;
    this.settings = settings;
    this[ENVIRONMENT_FACTS] = this.facts();
    // A name that sorts before every service: kubectl applies the files of a directory in the order of their names.
    this.own = new Construct(this, '_environment');
    this.namespaceObject = this.createNamespace();
    this.defaultDeny = this.createDefaultDeny();
    this.limitRange = this.createLimitRange();
    this.resourceQuota = settings.quota === false ? undefined : this.createQuota();
    this.node.addValidation({ validate: () => [...problemsOf(check.dnsLabel, stage, 'id'), ...problems] });
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
    const { path } = this.node;
    const known = { allocatable: nodes?.allocatable, zones: nodes?.zones, count: nodes?.count };
    return {
      environments: [{ path, name: this.stage, namespace, kubernetes, production, tenant, deployOrder, nodes: known }],
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
      imagePullSecrets: settings.imagePullSecrets,
      labels: settings.labels,
      nodeSelector: settings.nodeSelector,
      tolerations: settings.tolerations,
      resources: settings.resources,
      endpointPropagationSeconds: settings.endpointPropagationSeconds,
      balancerDetectionSeconds: settings.balancerDetectionSeconds,
      podSecurity: settings.podSecurity,
      probes: settings.probes,
      production: settings.production,
      backendTls: settings.backendTls,
      zoneCount: settings.nodes?.zones,
      nodeCount: settings.nodes?.count,
      quotaIsComputed: settings.quota === 'computed',
      waveOf:
        settings.deployOrder === 'argo-cd'
          ? (object, manifest) => this.waves()(object.node.path, manifest as Manifest)
          : undefined,
      priorityClassOf: (priority) => this.priorityClass(priority),
    };
  }

  private metadata(name: string) {
    return objectMetadata({ name, component: 'environment' }, this[ENVIRONMENT_FACTS]);
  }

  private createNamespace(): KubernetesObject<Namespace> {
    const { namespace, tenant, podSecurity } = this.settings;
    const { labels, namespace: _, ...metadata } = this.metadata(namespace);
    const levels = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, podSecurity]);
    return new KubernetesObject<Namespace>(
      this.own,
      'Namespace',
      kinds.Namespace,
      {
        ...metadata,
        annotations: { ...this.settings.annotations, ...PROTECTION },
        labels: {
          ...labels,
          ...Object.fromEntries(levels),
          ...(tenant === undefined ? {} : { 'cdk8s-microservices/tenant': tenant }),
        },
      },
      () => ({}),
    );
  }

  private createDefaultDeny(): KubernetesObject<NetworkPolicy> {
    return new KubernetesObject<NetworkPolicy>(
      this.own,
      'DefaultDeny',
      kinds.NetworkPolicy,
      this.metadata('default-deny'),
      () => ({ spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }),
    );
  }

  /** What a container gets that somebody starts by hand, without a word about resources. */
  private createLimitRange(): KubernetesObject<LimitRange> {
    const { min, max, resources } = this.settings;
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
            : computedQuota(this.manifestsBeside(this.resourceQuota), nodes?.count);
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

  /** Priority classes belong to the whole cluster, so they carry the name of the namespace; made when first used. */
  private priorityClass(priority: Priority): string {
    const name = `${this.settings.namespace}-${priority}`;
    if (this.own.node.tryFindChild(name) === undefined) {
      const { namespace: _, ...metadata } = this.metadata(name);
      const { value, meaning } = priorities[priority];
      new KubernetesObject<PriorityClass>(this.own, name, kinds.PriorityClass, metadata, () => ({
        value,
        globalDefault: false,
        preemptionPolicy: priority === 'optional' ? 'Never' : 'PreemptLowerPriority',
        description: meaning,
      }));
    }
    return name;
  }
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

const priorities: Readonly<Record<Priority, { readonly value: number; readonly meaning: string }>> = {
  critical: { value: 1_000_000, meaning: 'Business stops without it.' },
  standard: { value: 100_000, meaning: 'The usual.' },
  optional: { value: 10_000, meaning: 'Business goes on without it; it is the first to make room.' },
};
