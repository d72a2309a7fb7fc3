import { Construct } from 'constructs';
import type { Ingress, NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { type Certificate, certificateKind } from '../imports/cert-manager';
import { certificateSpec, challengeProblems, issuedBy, solverPolicySpec } from './api-gateway/certificate';
import { dialectOf } from './api-gateway/controllers';
import { ingressRenderer } from './api-gateway/ingress';
import { pathCheck } from './api-gateway/path';
import {
  type ApiGatewayProps,
  type ApiGatewaySettings,
  apiGatewayChecks,
  listOf,
  type RouteOptions,
  routeChecks,
  withDefaults,
} from './api-gateway/props';
import { portOf, type RouteTarget } from './api-gateway/target';
import type { PathMatch, TrafficRoute } from './api-gateway/traffic';
import { mustBe } from './checks/must-be';
import { problemsOf, readProps, show } from './checks/read-props';
import * as check from './checks/values';
import { seconds } from './kubernetes/duration';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { objectMetadata } from './metadata/object-metadata';
import { DESCRIBE } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { Records, RouteRecord } from './model/system';

/** How long whoever is outside waits where nobody said: what most clients and balancers do. */
const DEFAULT_WAIT_SECONDS = 30;

/** A route as the gateway has it. */
export interface GatewayRoute {
  readonly hosts: readonly string[];
  readonly match: PathMatch;
  /** Where it is found from outside: `https://shop.example.com/orders`. */
  readonly urls: readonly string[];
}

/**
 * The one entry from outside: hosts, a certificate, and paths that lead to services.
 *
 * Makes an Ingress and, where an issuer is named, a Certificate of cert-manager and a NetworkPolicy for the pods that
 * prove the hosts. Each service lets the controller's pods in, on the port of the route and no other. The controller
 * itself is installed by the operators of the cluster.
 *
 * @example
 * const gateway = new ApiGateway(shop, 'gateway', { host: 'shop.example.com', tls: { issuer: 'letsencrypt' } });
 * gateway.route('/orders', orders, { timeout: '10s' });
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export class ApiGateway extends Construct {
  /** Its name and that of its objects: its id. */
  readonly name: string;
  readonly ingress: KubernetesObject<Ingress>;
  /** Missing where no issuer is named. */
  readonly certificate: KubernetesObject<Certificate> | undefined;
  /** Lets the controller reach the pods of HTTP-01 challenges; missing where there are none. */
  readonly solverPolicy: KubernetesObject<NetworkPolicy> | undefined;

  private readonly environment: EnvironmentFacts;
  private readonly settings: ApiGatewaySettings;
  private readonly tlsSecret: string | undefined;
  private readonly routes: TrafficRoute[] = [];
  private readonly records: RouteRecord[] = [];
  private readonly problems: string[];

  constructor(scope: Construct, id: string, given: ApiGatewayProps) {
    super(scope, id);
    const { props, problems } = readProps(apiGatewayChecks, given);
    this.name = id;
    this.settings = withDefaults(props);
    this.problems = [
      ...problemsOf(check.dnsLabel, id, 'id'),
      ...problems,
      ...challengeProblems(this.settings.hosts, this.settings.tls),
    ];
    this.environment = environmentOf(this);
    this.tlsSecret = this.chooseSecret();
    this.certificate = this.createCertificate();
    this.solverPolicy = this.createSolverPolicy();
    this.ingress = this.createIngress();
    this.applyOverrides();
    this.node.addValidation({ validate: () => [...this.problems, ...this.missingRoutes()] });
  }

  /**
   * Leads everything under a path to a service: the policy of the service, the time that its pods have to end, and what
   * the rules need follow from it. A port that the service does not have does not compile.
   *
   * @param path - starts with `/`; goes by whole steps, so `/orders` leads `/orders/7` and not `/orders-archive`
   * @param to - a service of the same environment
   * @param options - what is not the default; every wrong one is reported with the path of the gateway
   */
  route<PortName extends string>(
    path: string,
    to: RouteTarget<PortName>,
    options: RouteOptions<NoInfer<PortName>> = {},
  ): GatewayRoute {
    mustBe('a service', to, 'allowFrom', `[${this.node.path}] route`);
    const { props, problems } = readProps(routeChecks, options as RouteOptions);
    const { port, problems: portProblems } = portOf(to, props.port);
    const hosts = listOf(props.host ?? this.settings.hosts);
    const match: PathMatch = { type: props.exact === true ? 'exact' : 'prefix', value: path };
    const found = [...problemsOf(pathCheck, path, 'path'), ...problems, ...portProblems, ...this.misplaced(to, hosts)];
    if (port !== undefined) {
      const route: TrafficRoute = { hosts, match, to: { service: to.host, port } };
      found.push(...ingressRenderer.refusals(route));
      if (found.length === 0) this.accept(route, to as RouteTarget, props.timeout && seconds(props.timeout));
    }
    this.problems.push(...found.map((problem) => `route(${show(path)}) ${problem}`));
    return { hosts, match, urls: hosts.map((host) => `${this.tlsSecret ? 'https' : 'http'}://${host}${path}`) };
  }

  [DESCRIBE](): Records {
    const { path } = this.node;
    const { name, tlsSecret: secret, environment, settings } = this;
    const issued = issuedBy(settings.tls);
    if (issued === undefined || secret === undefined) return { routes: this.records };
    const { issuer, issuerKind, challenge } = issued;
    return {
      routes: this.records,
      certificates: [
        { path, environment: environment.name, name, secret, issuer, issuerKind, challenge, hosts: settings.hosts },
      ],
    };
  }

  private accept(route: TrafficRoute, to: RouteTarget, timeoutSeconds: number | undefined): void {
    const { ports } = to;
    this.routes.push(route);
    this.records.push(
      ...route.hosts.map((host) => ({
        path: this.node.path,
        environment: this.environment.name,
        gateway: this.name,
        controller: this.settings.ingressClass,
        host,
        match: route.match,
        to: to.path,
        port: route.to.port.name,
        timeoutSeconds,
      })),
    );
    to.allowFrom([this.controller()], ports[route.to.port.name] as (typeof ports)[string]);
    to.expectRequestsOf(timeoutSeconds ?? DEFAULT_WAIT_SECONDS);
  }

  /** The pods whose packets arrive at the services. */
  private controller(): NetworkPolicyPeer {
    const { namespace, podLabels } = this.settings.controller;
    return {
      // Every namespace carries its own name as this label, and nobody else can.
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      podSelector: podLabels && { matchLabels: { ...podLabels } },
    };
  }

  private misplaced(to: RouteTarget, hosts: readonly string[]): string[] {
    const found: string[] = [];
    const { name } = this.environment;
    if (to.environmentName !== name) {
      found.push(`'to': must be in the same environment ${name}, but the service is in ${to.environmentName}`);
    }
    const strangers = hosts.filter((host) => !this.settings.hosts.includes(host));
    if (strangers.length > 0 && this.settings.hosts.length > 0) {
      found.push(`'host': must be one of ${this.settings.hosts.join(', ')}, got ${strangers.join(', ')}`);
    }
    return found;
  }

  private missingRoutes(): string[] {
    const isEmpty = this.routes.length === 0 && this.problems.length === 0;
    return isEmpty ? ['route: must be called at least once: without a route nothing leads anywhere'] : [];
  }

  private chooseSecret(): string | undefined {
    const { tls } = this.settings;
    if (tls === false) return undefined;
    return 'secret' in tls ? tls.secret : `${this.name}-tls`;
  }

  private metadata(annotations: Readonly<Record<string, string>> = {}, name = this.name) {
    return objectMetadata({ name, component: 'gateway' }, this.environment, annotations);
  }

  private createIngress(): KubernetesObject<Ingress> {
    const { hosts, ingressClass, annotations, controller } = this.settings;
    const { routes, tlsSecret } = this;
    const { httpsOnly, matchesCharacters } = dialectOf(controller.name);
    const traffic = () => ({ hosts, className: ingressClass, tlsSecret, routes, matchesCharacters });
    const metadata = this.metadata({ ...(tlsSecret === undefined ? {} : httpsOnly), ...annotations });
    return ingressRenderer.create(this, metadata, traffic);
  }

  private createCertificate(): KubernetesObject<Certificate> | undefined {
    const { tls, hosts } = this.settings;
    const { tlsSecret } = this;
    const issued = issuedBy(tls);
    if (issued === undefined || tlsSecret === undefined) return undefined;
    return new KubernetesObject<Certificate>(this, 'Certificate', certificateKind, this.metadata(), () => ({
      spec: certificateSpec(hosts, tlsSecret, issued),
    }));
  }

  private createSolverPolicy(): KubernetesObject<NetworkPolicy> | undefined {
    if (issuedBy(this.settings.tls)?.challenge !== 'http-01') return undefined;
    const metadata = this.metadata({}, `${this.name}-acme-solver`);
    return new KubernetesObject<NetworkPolicy>(this, 'SolverPolicy', kinds.NetworkPolicy, metadata, () => ({
      spec: solverPolicySpec(this.controller()),
    }));
  }

  private applyOverrides(): void {
    const { ingress, certificate } = this.settings.overrides ?? {};
    if (ingress) this.ingress.patch(ingress);
    if (certificate) this.certificate?.patch(certificate);
  }
}
