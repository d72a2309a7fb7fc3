import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { PodTemplateSpec, ServiceAccount } from 'kubernetes-types/core/v1';
import type { NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { mustBe } from '../checks/must-be';
import { problemsOf } from '../checks/read-props';
import * as check from '../checks/values';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { type Labels, labelsOf, selectorOf } from '../metadata/labels';
import { variableName } from '../metadata/names';
import { objectMetadata } from '../metadata/object-metadata';
import { DESCRIBE } from '../model/describe';
import { type EnvironmentFacts, environmentOf } from '../model/environment-facts';
import type { CallRecord, PortRecord, Records, ShutdownRecord, UseRecord, WaitRecord } from '../model/system';
import { addressVariables, prefixed } from './addresses';
import { type Callee, type CalleePort, type CallOptions, resolveCall } from './call';
import { renderEnv } from './env';
import { imageVersion } from './image';
import { conflicts } from './join-parts';
import { networkPolicy, type Opening, podsOf } from './network-policy';
import { podPart, podTemplate } from './pod';
import type { PodPart } from './pod-part';
import type { PodProps } from './pod-props';
import { containerPorts, type Port, portProblems } from './ports';
import type { Probes } from './probes';
import { shutdownOf } from './shutdown';
import { resolveUse, type Usable, type UseOptions } from './use';
import { type Awaitable, unaskable, waitProblems } from './wait';

/** What a kind of workload decides before the common part is built. */
export interface WorkloadInput {
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
  readonly spreadPerRevision: boolean;
  /** Whether its pods keep away from each other. @defaultValue true */
  readonly spread?: boolean;
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
export abstract class Workload<PortName extends string = string> extends Construct implements Callee<PortName> {
  /** The name of the workload and of its objects: its id. */
  readonly name: string;
  readonly ports: Readonly<Record<PortName, CalleePort>>;
  /** The identity of its pods. It has no token, so a pod that was broken into cannot ask the API server. */
  readonly serviceAccount: KubernetesObject<ServiceAccount>;
  /** Who may talk to its pods, and to whom they may talk. */
  readonly networkPolicy: KubernetesObject<NetworkPolicy>;

  protected readonly environment: EnvironmentFacts;
  protected readonly selector: Labels;
  protected readonly labels: Labels;

  private readonly input: WorkloadInput;
  private readonly priorityClassName: string | undefined;
  private readonly outgoing: CallRecord[] = [];
  private readonly used: UseRecord[] = [];
  private readonly incoming: CallRecord[] = [];
  private readonly awaited: Awaitable[] = [];
  private readonly waits: PodPart[] = [];
  private readonly requests: number[] = [];
  private readonly parts: PodPart[] = [];
  private readonly inbound: Opening[] = [];
  private readonly outbound: Opening[] = [];
  private readonly problems: string[];

  constructor(scope: Construct, id: string, input: WorkloadInput) {
    super(scope, id);
    this.name = id;
    this.input = input;
    this.environment = environmentOf(this);
    this.selector = selectorOf(id);
    this.ports = Object.fromEntries(this.allPorts.map((port) => [port.name, port])) as Record<PortName, Port>;
    const version = imageVersion(input.props.image);
    this.labels = labelsOf({ name: id, component: input.component, version }, this.environment);
    this.problems = [...problemsOf(check.dnsLabel, id, 'id'), ...portProblems(input.ports), ...input.problems];
    this.priorityClassName = this.environment.priorityClassOf(input.props.priority ?? 'standard');
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

  /** The path of the construct, by which the model knows it. */
  get path(): string {
    return this.node.path;
  }

  get environmentName(): string {
    return this.environment.name;
  }

  /** The DNS name under which others in the environment reach it. */
  get host(): string {
    return this.name;
  }

  get peers(): readonly NetworkPolicyPeer[] {
    return [podsOf(this.name)];
  }

  /**
   * Declares that this workload depends on another. The one declaration gives: the address in the environment of the
   * process (`PAYMENTS_URL`, `PAYMENTS_HOST`, `PAYMENTS_PORT`), the network policy on both sides, and what the rules
   * need to reason about timeouts, retries and cycles. A port that the callee does not have does not compile.
   *
   * @param callee - a service, a backend or an external backend of the same environment
   * @param options - how it is called; every wrong one is reported with the path of the caller
   */
  calls<Target extends string>(callee: Callee<Target>, options: CallOptions<NoInfer<Target>> = {}): void {
    mustBe('a service or a backend', callee, 'acceptCall', `[${this.path}] calls`);
    const { call, problems } = resolveCall(this, callee as Callee, options);
    this.problems.push(...problems);
    if (call === undefined || problems.length > 0) return;
    this.outgoing.push(call.record);
    this.outbound.push({ peers: callee.peers, ports: [call.port] });
    this.parts.push(addressPart(callee, call.port, call.env ?? variableName(callee.name)));
    callee.acceptCall(call.record, this);
  }

  acceptCall(call: CallRecord, caller: { readonly name: string }): void {
    this.incoming.push(call);
    this.inbound.push({ peers: [podsOf(caller.name)], ports: [this.ports[call.port as PortName]] });
  }

  /**
   * Declares that this workload keeps its state in a backend. The one declaration gives: its addresses in the
   * environment of the process (`ORDERS_DB_HOST`, `ORDERS_DB_PORT` and what else the engine has), the credentials by
   * reference, the network policy on both sides, and what the rules need to add up connections and consumers.
   *
   * @param backend - in the cluster or outside of it: the service sees no difference
   * @param options - how it is used; every wrong one is reported with the path of the user
   */
  uses<Target extends string>(backend: Usable<Target>, options: UseOptions<NoInfer<Target>> = {}): void {
    mustBe('a backend', backend, 'acceptUse', `[${this.path}] uses`);
    const { use, problems } = resolveUse(this, backend as Usable, options);
    this.problems.push(...problems);
    if (use === undefined || problems.length > 0) return;
    this.outgoing.push(use.call);
    this.used.push(use.record);
    this.outbound.push({ peers: backend.peers, ports: use.ports });
    this.parts.push(...use.parts);
    backend.acceptUse(use, this);
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

  /** Adds a part to the pods: a sidecar, a volume, variables. Conflicts between parts are found when the app is synthesized. */
  add(part: PodPart): void {
    this.parts.push(part);
  }

  /** Lets somebody connect to a port. No peers means everybody. */
  allowFrom(peers: readonly NetworkPolicyPeer[], port: PortRecord): void {
    this.inbound.push({ peers, ports: [port] });
  }

  /** Lets its pods connect to somebody. No peers means everybody. */
  allowTo(peers: readonly NetworkPolicyPeer[], ports: Opening['ports']): void {
    this.outbound.push({ peers, ports });
  }

  /** Says that somebody outside the model waits this long for an answer, so that a pod lives until it was given. */
  expectRequestsOf(seconds: number): void {
    this.requests.push(seconds);
  }

  /** Adds a sentence to what is wrong with this workload. */
  report(problem: string): void {
    this.problems.push(problem);
  }

  /** What the end of a pod waits for. */
  protected get shutdown(): ShutdownRecord {
    const { requestSeconds, flushSeconds, behindBalancer } = this.input;
    const known = [...this.requests, ...this.incoming.flatMap(({ timeoutSeconds }) => timeoutSeconds ?? [])];
    const longest = known.length === 0 ? DEFAULT_REQUEST_SECONDS : Math.max(...known);
    return {
      endpointPropagationSeconds: this.environment.endpointPropagationSeconds,
      balancerDetectionSeconds: behindBalancer ? this.environment.balancerDetectionSeconds : 0,
      longestRequestSeconds: requestSeconds ?? longest,
      flushSeconds,
    };
  }

  /** The paths of all that it calls or uses. */
  protected get calledPaths(): string[] {
    return this.outgoing.map(({ to }) => to);
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
    const { props, ports, probes, spreadPerRevision, spread, restartPolicy } = this.input;
    return podTemplate({
      name: this.name,
      labels: this.labels,
      environment: this.environment,
      props,
      ports,
      probes,
      shutdown: shutdownOf(this.shutdown),
      parts,
      priorityClassName: this.priorityClassName,
      spreadPerRevision,
      spread,
      restartPolicy,
    });
  }

  protected metadata(annotations: Readonly<Record<string, string>> = {}, name = this.name) {
    const version = imageVersion(this.input.props.image);
    return objectMetadata({ name, component: this.input.component, version }, this.environment, annotations);
  }

  /** The metadata of the object that runs the pods; where it was asked for, with its place in the order of deployment. */
  protected runnerMetadata(annotations: Readonly<Record<string, string>> = {}) {
    const { waveOf } = this.environment;
    if (waveOf === undefined) return this.metadata(annotations);
    const wave = Lazy.any({ produce: () => String(waveOf(this.path)) });
    return this.metadata({ 'argocd.argoproj.io/sync-wave': wave, ...annotations });
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
          objectPath,
          ports: this.allPorts.map(({ name, port, protocol }) => ({ name, port, protocol })),
          replicas,
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

  private get allPorts(): readonly Port[] {
    const { ports, sidecarPorts = [] } = this.input;
    return [...ports, ...sidecarPorts];
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
      spec: networkPolicy(this.selector, this.inbound, this.outbound),
    }));
  }
}

/** The address of a callee as variables. */
function addressPart({ name, host }: Callee, port: CalleePort, prefix: string): PodPart {
  return { from: `the call of ${name}`, env: renderEnv(prefixed(prefix, addressVariables(host, port))) };
}
