import { Construct } from 'constructs';
import type { NetworkPolicyPeer, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { mustBe } from '../checks/must-be';
import { problemsOf } from '../checks/read-props';
import * as check from '../checks/values';
import { type Labels, labelsOf, selectorOf } from '../metadata/labels';
import { variableName } from '../metadata/names';
import { objectMetadata } from '../metadata/object-metadata';
import { type EnvironmentFacts, environmentOf } from '../model/environment-facts';
import type { CallRecord, PortRecord, Rights, UseRecord } from '../model/system';
import { addressVariables, prefixed } from './addresses';
import { clientTlsPart } from './backend-tls';
import { type Callee, type CalleePort, type CallOptions, resolveCall } from './call';
import { renderEnv } from './env';
import { networkPolicy, type Opening, podsOf } from './network-policy';
import type { PodPart } from './pod-part';
import type { Port } from './ports';
import { resolveUse, type Usable, type Use, type UseOptions } from './use';

/** What is known of something before it is connected with anything. */
export interface ConnectedInput {
  /** What it and its objects are called. @defaultValue its id */
  readonly name: string | undefined;
  /** What it is, for labels: service, backend. */
  readonly component: string;
  readonly version: string | undefined;
  /** Everything that is listened on in its pods. */
  readonly ports: readonly Port[];
  readonly problems: readonly string[];
}

/**
 * Who is called by whom: a name, ports, calls, uses, and what its policy must let through. What each connection brings
 * for the pods is kept as their parts.
 */
export abstract class Connected<PortName extends string = string> extends Construct implements Callee<PortName> {
  /** The name of the workload and of its objects: its id, or made of it and the name of what it belongs to. */
  readonly name: string;
  readonly ports: Readonly<Record<PortName, CalleePort>>;

  protected readonly environment: EnvironmentFacts;
  protected readonly selector: Labels;
  protected readonly labels: Labels;
  protected readonly outgoing: CallRecord[] = [];
  protected readonly used: UseRecord[] = [];
  protected readonly incoming: CallRecord[] = [];
  protected readonly parts: PodPart[] = [];
  protected readonly problems: string[];
  private readonly component: string;
  private readonly inbound: Opening[] = [];
  private readonly outbound: Opening[] = [];

  constructor(scope: Construct, id: string, { name = id, component, version, ports, problems }: ConnectedInput) {
    super(scope, id);
    this.name = name;
    this.component = component;
    this.environment = environmentOf(this);
    this.selector = selectorOf(name);
    this.labels = labelsOf({ name, component, version }, this.environment);
    this.ports = Object.fromEntries(ports.map((port) => [port.name, port])) as Record<PortName, Port>;
    this.problems = [...problemsOf(check.dnsLabel, name, 'id'), ...problems];
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

  /** The DNS name that resolves to the addresses of its pods; missing where no client needs one. */
  get podsHost(): string | undefined {
    return undefined;
  }

  get peers(): readonly NetworkPolicyPeer[] {
    return [podsOf(this.name)];
  }

  /** What its accounts at backends may do. */
  get rights(): Rights {
    return 'write';
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
    const prefix = call.env ?? variableName(callee.name);
    this.parts.push(addressPart(callee, call.port, prefix));
    if (call.port.tls) this.parts.push(clientTlsPart(callee.name, prefix, call.port.tls));
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
    this.parts.push(...(this.reach(backend as Usable, options)?.parts ?? []));
  }

  /** Registers a use without what it adds to the pods, for a kind that adds that itself or to another container. */
  reach(backend: Usable, options: UseOptions): Use | undefined {
    const { use, problems } = resolveUse(this, backend, options);
    this.problems.push(...problems);
    if (use === undefined || problems.length > 0) return undefined;
    this.outgoing.push(use.call);
    this.used.push(use.record);
    this.outbound.push({ peers: backend.peers, ports: use.ports });
    backend.acceptUse(use, this);
    return use;
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

  /** Adds a sentence to what is wrong with this workload. */
  report(problem: string): void {
    this.problems.push(problem);
  }

  /** The paths of all that it calls or uses. */
  protected get calledPaths(): string[] {
    return this.outgoing.map(({ to }) => to);
  }

  protected metadata(annotations: Readonly<Record<string, string>> = {}, name = this.name) {
    return objectMetadata({ component: this.component, name, app: this.name }, this.environment, annotations);
  }

  /** Who may talk to its pods, and to whom they may talk, as far as is known when it is rendered. */
  protected connections(): NetworkPolicySpec {
    return networkPolicy(this.selector, this.inbound, this.outbound, this.environment.dns);
  }
}

/** The address of a callee as variables. */
function addressPart({ name, host, podsHost }: Callee, port: CalleePort, prefix: string): PodPart {
  return { from: `the call of ${name}`, env: renderEnv(prefixed(prefix, addressVariables(host, port, podsHost))) };
}
