import type { Construct } from 'constructs';
import type { PodTemplateSpec, ServiceAccount } from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import { mustBe } from '../checks/must-be';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { DESCRIBE } from '../model/describe';
import type { Records, ShutdownRecord, WaitRecord } from '../model/system';
import type { CalleePort } from './call';
import { Connected } from './connected';
import { imageVersion } from './image';
import { conflicts } from './join-parts';
import type { MetricsSource } from './metrics-source';
import { podPart, podTemplate } from './pod';
import type { PodPart } from './pod-part';
import type { PodProps } from './pod-props';
import { containerPorts, type Port, portProblems } from './ports';
import type { Probes } from './probes';
import { shutdownOf } from './shutdown';
import type { Spread } from './spread';
import { type Awaitable, unaskable, waitProblems } from './wait';

/** What a kind of workload decides before the common part is built. */
export interface WorkloadInput {
  /** What it and its objects are called. @defaultValue its id */
  readonly name?: string;
  /** What it is, for labels: service, backend. */
  readonly component: string;
  readonly props: PodProps;
  readonly ports: readonly Port[];
  /** Ports that another container of its pods listens on, such as an exporter. @defaultValue none */
  readonly sidecarPorts?: readonly Port[];
  readonly probes: Probes;
  /** The longest that a request may take; `undefined` follows from who calls it. */
  readonly requestSeconds: number | undefined;
  /** What the process needs after its last request. */
  readonly flushSeconds: number;
  /** Whether a balancer outside the cluster sends straight to its pods or nodes. */
  readonly behindBalancer: boolean;
  /** How long its clients go on sending through connections that they hold. @defaultValue 0 */
  readonly drainSeconds?: number;
  /** Which of its pods keep away from each other; `false` where none does. */
  readonly spread: Spread | false;
  /** What happens when the process ends. @defaultValue Always: it is started again */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly problems: readonly string[];
}

/** What gives something to a workload, such as a config centre; `Use` says what is taken of it. */
export interface WorkloadSource<Use> {
  giveTo(workload: Workload, use: Use): void;
}

/** How long a request may take where nobody said: what most clients and balancers wait. */
const DEFAULT_REQUEST_SECONDS = 30;

/**
 * What all things that run in pods have in common: a name, an identity, a policy, calls, config, sidecars. The kinds
 * add the object that runs the pods.
 */
export abstract class Workload<PortName extends string = string> extends Connected<PortName> {
  /** The identity of its pods. It has no token, so a pod that was broken into cannot ask the API server. */
  readonly serviceAccount: KubernetesObject<ServiceAccount>;
  /** Who may talk to its pods, and to whom they may talk. */
  readonly networkPolicy: KubernetesObject<NetworkPolicy>;

  private readonly input: WorkloadInput;
  private readonly awaited: Awaitable[] = [];
  private readonly waits: PodPart[] = [];
  private readonly requests: number[] = [];

  constructor(scope: Construct, id: string, input: WorkloadInput) {
    super(scope, id, {
      name: input.name,
      component: input.component,
      version: imageVersion(input.props.image),
      ports: [...input.ports, ...(input.sidecarPorts ?? [])],
      problems: [...portProblems(input.ports), ...input.problems],
    });
    this.input = input;
    // Classes are made with the first that needs them; which one a workload gets follows from all calls.
    this.environment.priorityClassOf(input.props.priority ?? 'standard');
    this.serviceAccount = this.createServiceAccount();
    this.networkPolicy = this.createNetworkPolicy();
    this.node.addValidation({
      validate: () => [
        ...this.problems,
        ...this.awaited.flatMap((work) => unaskable(work, new Set(this.calledPaths))),
        ...conflicts([this.application, podPart(input.props, this.environment), ...this.parts, ...this.waits]),
      ],
    });
  }

  /**
   * Starts only when a migration is done. Where the migration has a `check`, an init container in the pods asks with it
   * until it says yes; it needs no token of the API server. Where Argo CD orders the deployment, the order says it too.
   *
   * @param work - a migration of the same environment
   */
  waitsFor(work: Awaitable): void {
    mustBe('a migration', work, 'waitPart', `[${this.path}] waitsFor`);
    const problems = waitProblems(this, work);
    this.problems.push(...problems);
    if (problems.length > 0) return;
    this.awaited.push(work);
    const part = work.waitPart();
    if (part !== undefined) this.waits.push(part);
    else if (this.environment.waveOf === undefined) {
      this.problems.push(
        `waitsFor(${work.name}): must be able to tell when it is done: a check of ${work.name}, or deployOrder: 'argo-cd' of the environment`,
      );
    }
  }

  /** Takes what a config centre or another source has: `orders.configure(settings, { startup: ['LOG_LEVEL'] })`. */
  configure<Use>(source: WorkloadSource<Use>, use: NoInfer<Use>): void {
    mustBe('a config centre', source, 'giveTo', `[${this.path}] configure`);
    source.giveTo(this as unknown as Workload, use);
  }

  /** Says that somebody outside the model waits this long for an answer, so that a pod lives until it was given. */
  expectRequestsOf(seconds: number): void {
    this.requests.push(seconds);
  }

  /**
   * Where its metrics are: one of its own ports, a place that its kind knows, or nowhere. A `MonitoredApp` asks; an
   * exporter is made only then.
   */
  metricsSource(): MetricsSource | 'its ports' | 'none' {
    return 'its ports';
  }

  /** What the end of a pod waits for. */
  protected get shutdown(): ShutdownRecord {
    const { requestSeconds, flushSeconds, behindBalancer, drainSeconds = 0 } = this.input;
    const known = [...this.requests, ...this.incoming.flatMap(({ timeoutSeconds }) => timeoutSeconds ?? [])];
    const longest = known.length === 0 ? DEFAULT_REQUEST_SECONDS : Math.max(...known);
    return {
      endpointPropagationSeconds: this.environment.endpointPropagationSeconds,
      balancerDetectionSeconds: behindBalancer ? this.environment.balancerDetectionSeconds : 0,
      drainSeconds,
      longestRequestSeconds: requestSeconds ?? longest,
      flushSeconds,
    };
  }

  protected get hasSidecars(): boolean {
    return (this.input.props.sidecars ?? []).length > 0 || this.parts.some(({ sidecars = [] }) => sidecars.length > 0);
  }

  /** Parts that the kind itself adds when the pod is rendered. */
  protected podTemplate(own: readonly PodPart[] = []): PodTemplateSpec {
    return this.templateOf([...own, ...this.parts, ...this.waits]);
  }

  /** Its pods as they would be if they waited for nobody. What waits for them must not wait in a circle. */
  protected podWithoutWaits(): PodTemplateSpec {
    return this.templateOf(this.parts);
  }

  private templateOf(parts: readonly PodPart[]): PodTemplateSpec {
    const { props, ports, probes, spread, restartPolicy } = this.input;
    return podTemplate({
      name: this.name,
      labels: this.labels,
      environment: this.environment,
      props,
      ports,
      probes,
      shutdown: shutdownOf(this.shutdown),
      parts,
      priorityClassName: this.environment.priorityClassOf(this.environment.priorityOf(this.path)),
      spread,
      restartPolicy,
    });
  }

  /** The metadata of the object that runs the pods. */
  protected runnerMetadata(annotations: Readonly<Record<string, string>> = {}) {
    return { ...this.metadata(annotations), labels: { ...this.labels } };
  }

  /** The part of the model that all kinds share. */
  protected describeWorkload(objectPath: string, replicas: { readonly min: number; readonly max: number }): Records {
    return {
      workloads: [
        {
          path: this.path,
          environment: this.environment.name,
          name: this.name,
          component: this.input.component,
          priority: this.input.props.priority,
          objectPath,
          ports: Object.values<CalleePort>(this.ports).map(({ name, port, protocol }) => ({ name, port, protocol })),
          replicas,
          declaresCpu: this.input.props.resources?.cpu !== undefined,
          startupSeconds: this.input.probes.startupSeconds,
          shutdown: this.shutdown,
        },
      ],
      calls: this.outgoing,
      waits: this.awaited.map(
        ({ path }): WaitRecord => ({ from: this.path, to: path, environment: this.environment.name }),
      ),
      uses: this.used,
    };
  }

  abstract [DESCRIBE](): Records;

  /** What the application's own container claims, in the form of every other part. */
  private get application(): PodPart {
    const ports = containerPorts(this.input.ports);
    return { from: 'the application itself', sidecars: [{ name: this.name, ports }] };
  }

  private createServiceAccount(): KubernetesObject<ServiceAccount> {
    return new KubernetesObject<ServiceAccount>(this, 'ServiceAccount', kinds.ServiceAccount, this.metadata(), () => ({
      automountServiceAccountToken: false,
    }));
  }

  private createNetworkPolicy(): KubernetesObject<NetworkPolicy> {
    return new KubernetesObject<NetworkPolicy>(this, 'NetworkPolicy', kinds.NetworkPolicy, this.metadata(), () => ({
      spec: this.connections(),
    }));
  }
}
