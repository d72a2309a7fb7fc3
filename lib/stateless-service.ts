import type { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { readProps } from './checks/read-props';
import { seconds } from './kubernetes/duration';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { DESCRIBE } from './model/describe';
import { environmentOf } from './model/environment-facts';
import type { Records } from './model/system';
import {
  type StatelessServiceProps,
  type StatelessServiceSettings,
  statelessServiceChecks,
  withDefaults,
} from './stateless-service/props';
import { everyAddress } from './workload/address-ranges';
import { disruptionBudget } from './workload/disruption';
import { isOperationsPort, type Port } from './workload/ports';
import { autoscaler, replicaBounds } from './workload/scaling';
import { serviceSpec } from './workload/service';
import { Workload } from './workload/workload';

/**
 * Business logic that keeps nothing of its own: any pod can answer, so pods can come, go and move.
 *
 * Makes a Deployment, a Service, a ServiceAccount without token, a NetworkPolicy, a PodDisruptionBudget where there is
 * more than one pod, and a HorizontalPodAutoscaler where `replicas` is a range.
 *
 * @example
 * const payments = new StatelessService(shop, 'payments', { image: 'registry.example.com/shop/payments:1.4.2' });
 */
export class StatelessService<PortName extends string = 'http'> extends Workload<PortName> {
  readonly deployment: KubernetesObject<Deployment>;
  /** Missing where it has no ports. */
  readonly service: KubernetesObject<Service> | undefined;
  /** Resolves to the pods themselves, for clients of gRPC; missing where no port speaks it. */
  readonly podsService: KubernetesObject<Service> | undefined;
  /** One more Service for each alias. */
  readonly aliases: readonly KubernetesObject<Service>[];
  /** Missing where there is one pod: a budget for one would block every drain. */
  readonly podDisruptionBudget: KubernetesObject<PodDisruptionBudget> | undefined;
  /** Missing where the number of pods is fixed. */
  readonly horizontalPodAutoscaler: KubernetesObject<HorizontalPodAutoscaler> | undefined;

  private readonly settings: StatelessServiceSettings;

  constructor(scope: Construct, id: string, given: StatelessServiceProps<PortName>) {
    const { props, problems } = readProps(statelessServiceChecks, given as StatelessServiceProps);
    const settings = withDefaults(props, environmentOf(scope).probes);
    const { ports, readiness, liveness, startupTime, requestTimeout, drainTime, flushTime, serviceType } = settings;
    super(scope, id, {
      component: 'service',
      props: settings,
      ports,
      probes: {
        readiness: readiness || undefined,
        liveness: liveness || undefined,
        startupSeconds: seconds(startupTime),
      },
      requestSeconds: requestTimeout && seconds(requestTimeout),
      drainSeconds: seconds(drainTime),
      flushSeconds: seconds(flushTime),
      behindBalancer: serviceType === 'LoadBalancer' || serviceType === 'NodePort',
      spread: { perRevision: true },
      problems: [...problems, ...grpcProblems(id, ports)],
    });
    this.settings = settings;
    this.deployment = this.createDeployment();
    this.service = ports.length > 0 ? this.createService() : undefined;
    this.podsService = this.podsHost === `${id}-pods` ? this.createPodsService() : undefined;
    this.aliases = ports.length > 0 ? [...settings.aliases].map(([name, alias]) => this.createAlias(name, alias)) : [];
    this.podDisruptionBudget = replicaBounds(settings.replicas).max > 1 ? this.createBudget() : undefined;
    this.horizontalPodAutoscaler = typeof settings.replicas === 'number' ? undefined : this.createAutoscaler();
    this.admitOutside();
    this.applyOverrides();
  }

  [DESCRIBE](): Records {
    return this.describeWorkload(this.deployment.node.path, replicaBounds(this.settings.replicas));
  }

  private createDeployment(): KubernetesObject<Deployment> {
    const { replicas, minReadySeconds, revisionHistoryLimit, progressDeadlineSeconds, annotations } = this.settings;
    return new KubernetesObject<Deployment>(
      this,
      'Deployment',
      kinds.Deployment,
      this.runnerMetadata(annotations),
      () => ({
        spec: {
          // An autoscaler moves the number; a number in the file would move it back at every apply.
          replicas: typeof replicas === 'number' ? replicas : undefined,
          minReadySeconds: minReadySeconds === 0 ? undefined : minReadySeconds,
          revisionHistoryLimit,
          progressDeadlineSeconds,
          selector: { matchLabels: { ...this.selector } },
          // A new pod first: a rollout at the busiest hour takes nothing away.
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
          template: this.podTemplate(),
        },
      }),
    );
  }

  private createService(): KubernetesObject<Service> {
    const { ports, serviceType, sessionAffinity, serviceAnnotations } = this.settings;
    return new KubernetesObject<Service>(this, 'Service', kinds.Service, this.metadata(serviceAnnotations), () => ({
      spec: serviceSpec({ selector: this.selector, ports, type: serviceType, sessionAffinity }),
    }));
  }

  /** The DNS name that resolves to the addresses of its pods; missing where no port speaks gRPC. */
  override get podsHost(): string | undefined {
    const { ports, serviceType } = this.settings;
    if (serviceType === 'Headless') return this.name;
    return ports.some(speaksGrpc) ? `${this.name}-pods` : undefined;
  }

  private createPodsService(): KubernetesObject<Service> {
    const metadata = this.metadata({}, `${this.name}-pods`);
    return new KubernetesObject<Service>(this, 'PodsService', kinds.Service, metadata, () => ({
      spec: serviceSpec({
        selector: this.selector,
        ports: this.settings.ports
          .filter(speaksGrpc)
          .map((port) => ({ ...port, servicePort: port.port, nodePort: undefined })),
        type: 'Headless',
        sessionAffinity: 'None',
      }),
    }));
  }

  private createAlias(name: string, alias: string): KubernetesObject<Service> {
    const metadata = this.metadata(name === alias ? {} : { 'cdk8s-microservices/alias-of': alias }, name);
    return new KubernetesObject<Service>(this, `Alias-${name}`, kinds.Service, metadata, () => ({
      spec: serviceSpec({
        selector: this.selector,
        // The port of a node belongs to the Service that is reached there.
        ports: this.settings.ports.map((port) => ({ ...port, nodePort: undefined })),
        type: 'ClusterIP',
        sessionAffinity: 'None',
      }),
    }));
  }

  private createBudget(): KubernetesObject<PodDisruptionBudget> {
    return new KubernetesObject<PodDisruptionBudget>(
      this,
      'PodDisruptionBudget',
      kinds.PodDisruptionBudget,
      this.metadata(),
      () => ({ spec: disruptionBudget(this.selector, { maxUnavailable: this.settings.maxUnavailable }) }),
    );
  }

  private createAutoscaler(): KubernetesObject<HorizontalPodAutoscaler> {
    const target = { ...kinds.Deployment, name: this.name };
    return new KubernetesObject<HorizontalPodAutoscaler>(
      this,
      'HorizontalPodAutoscaler',
      kinds.HorizontalPodAutoscaler,
      this.metadata(),
      () => {
        const { replicas } = this.settings;
        if (typeof replicas === 'number') return {};
        return { spec: autoscaler(replicas, target, this.name, this.hasSidecars) };
      },
    );
  }

  /** A Service that is reached from outside the cluster is reached from any address. */
  private admitOutside(): void {
    const { serviceType, ports } = this.settings;
    if (serviceType !== 'LoadBalancer' && serviceType !== 'NodePort') return;
    for (const port of ports.filter(({ name }) => !isOperationsPort(name))) this.allowFrom(everyAddress, port);
  }

  private applyOverrides(): void {
    const { deployment, service, podDisruptionBudget, horizontalPodAutoscaler } = this.settings.overrides;
    if (deployment) this.deployment.patch(deployment);
    if (service) this.service?.patch(service);
    if (podDisruptionBudget) this.podDisruptionBudget?.patch(podDisruptionBudget);
    if (horizontalPodAutoscaler) this.horizontalPodAutoscaler?.patch(horizontalPodAutoscaler);
  }
}

const speaksGrpc = ({ protocol }: Port): boolean => protocol === 'grpc';

/** The longest name that is derived from it ends in `-pods`. */
function grpcProblems(id: string, ports: readonly Port[]): string[] {
  if (!ports.some(speaksGrpc) || id.length <= 58) return [];
  return [
    `'id': must be at most 58 characters where a port speaks grpc, because of the Service ${id}-pods, got ${id.length}`,
  ];
}
