import { Construct } from 'constructs';
import type { Service } from 'kubernetes-types/core/v1';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { readProps } from './checks/read-props';
import { byFamily } from './external-backend/addresses';
import { type ExternalPort, externalPorts } from './external-backend/ports';
import {
  type ExternalBackendProps,
  type ExternalPlace,
  externalBackendChecks,
  placeProblems,
} from './external-backend/props';
import { securityVariables } from './external-backend/sasl';
import { clientTls, externalTlsRecord } from './external-backend/tls';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { MANAGER } from './metadata/labels';
import { isDnsLabel } from './metadata/names';
import { objectMetadata } from './metadata/object-metadata';
import { DESCRIBE } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { Records } from './model/system';
import { accountOfUser } from './stateful-backend/accounts-plan';
import { hostPeers, rangesOf } from './workload/address-ranges';
import { addressVariables } from './workload/addresses';
import type { CalleePort } from './workload/call';
import { transport } from './workload/ports';
import type { Offer, Usable, Wanted } from './workload/use';

/**
 * Something outside the cluster under one name, which leads to a different place in every environment: a managed
 * database, a partner's service, a machine that has not moved yet.
 *
 * Callers find it in their variables, which have the same names in every environment. Of a `host` they are given the
 * host itself, so that they can verify its certificate, and nothing is made in the cluster; `addresses` make a Service
 * without selector and its EndpointSlices, and callers are given the name of that.
 *
 * @example
 * const ordersDb = new ExternalBackend(shop, 'orders-db', {
 *   host: shop.pick({ test: 'db.test.example.com', production: 'db.example.com' }),
 *   ports: { mysql: 3306 },
 *   cidrs: ['10.20.0.0/24'],
 * });
 * orders.uses(ordersDb, { connectionsPerPod: 10 });
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#externalname
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */
export class ExternalBackend<PortName extends string = 'tcp'> extends Construct implements Usable<PortName> {
  /** The name inside the cluster, the same in every environment: its id. */
  readonly name: string;
  readonly ports: Readonly<Record<PortName, CalleePort>>;
  /** What resolves its name in the cluster; missing where that is a `host` without `alias`. */
  readonly service: KubernetesObject<Service> | undefined;
  /** The Service `<name>-read`; missing also where reading goes to the same place. */
  readonly readService: KubernetesObject<Service> | undefined;
  /** One for each family of addresses; none for a host. */
  readonly endpointSlices: readonly KubernetesObject<EndpointSlice>[];

  private readonly environment: EnvironmentFacts;
  private readonly props: ExternalBackendProps;
  private readonly portList: readonly ExternalPort[];

  constructor(scope: Construct, id: string, given: ExternalBackendProps<PortName>) {
    super(scope, id);
    const { props, problems } = readProps(externalBackendChecks, given as ExternalBackendProps);
    this.name = id;
    this.props = props;
    this.environment = environmentOf(this);
    this.portList = externalPorts(props.ports ?? {}, (own) => clientTls(own ?? props.tls, props));
    this.ports = Object.fromEntries(this.portList.map((port) => [port.name, port])) as Record<PortName, CalleePort>;
    const { readOnly } = props;
    this.service = this.resolves(props) ? this.createService('Service', id, props) : undefined;
    this.readService =
      readOnly && this.resolves(readOnly) ? this.createService('ReadService', `${id}-read`, readOnly) : undefined;
    this.endpointSlices = [
      ...this.createEndpointSlices('', id, props.addresses),
      ...this.createEndpointSlices('Read', `${id}-read`, readOnly?.addresses),
    ];
    this.applyOverrides();
    this.node.addValidation({ validate: () => [...nameProblems(id), ...problems, ...placeProblems(props, given)] });
  }

  /** The path of the construct, by which the model knows it. */
  get path(): string {
    return this.node.path;
  }

  get environmentName(): string {
    return this.environment.name;
  }

  /** The name by which callers reach it. */
  get host(): string {
    return this.props.host ?? this.name;
  }

  /** The name by which callers reach it who only read. */
  get readHost(): string {
    const { readOnly } = this.props;
    return readOnly ? (readOnly.host ?? `${this.name}-read`) : this.host;
  }

  /** The ranges to which the policies of its callers open the way. */
  get peers(): readonly NetworkPolicyPeer[] {
    const { host, addresses = [], readOnly, cidrs } = this.props;
    if (cidrs !== undefined) return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    const hosts = [host, readOnly?.host, ...addresses, ...(readOnly?.addresses ?? [])];
    const peers = hosts.flatMap((each) => (each === undefined ? [] : hostPeers(each, undefined)));
    return [...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).values()];
  }

  /** Whoever is outside keeps no policy of ours. */
  acceptCall(): void {}

  acceptUse(): void {}

  /** What a service is given that uses it. */
  offer({ access, port, user }: Wanted): Offer {
    const { credentials, accounts, sasl, variables = {}, readOnly } = this.props;
    const perUser = accounts === 'per-user';
    const wanted = this.portList.find(({ name }) => name === port) ?? this.portList[0];
    const host = access === 'read-only' ? this.readHost : this.host;
    return {
      port: wanted?.name ?? '',
      ports: this.portList,
      variables: {
        ...addressVariables(host, wanted),
        ...(readOnly ? { READ_HOST: this.readHost } : {}),
        ...(sasl ? securityVariables(wanted?.tls, sasl) : {}),
        ...variables,
      },
      credentials:
        perUser && user ? accountOfUser(this.name, user.name, credentials) : (sasl?.credentials ?? credentials),
      tls: wanted?.tls,
      accounts: perUser ? { made: false } : undefined,
    };
  }

  [DESCRIBE](): Records {
    const ports = this.portList.map(({ name, port, protocol }) => ({ name, port, protocol }));
    const { path, name } = this;
    const environment = this.environment.name;
    const hosts = [this.props.host, this.props.readOnly?.host].filter((host) => host !== undefined);
    return {
      externals: [{ path, environment, name, ports, ranges: rangesOf(this.peers), hosts }],
      backends: [
        {
          path,
          environment,
          name,
          provider: 'external',
          engine: undefined,
          members: undefined,
          quorum: false,
          maxConnections: this.props.maxConnections,
          reservedConnections: 0,
          partitions: this.props.partitions,
          tls: externalTlsRecord(this.portList),
        },
      ],
    };
  }

  private metadata(name: string, labels: Readonly<Record<string, string>> = {}) {
    const { annotations } = this.props;
    const metadata = objectMetadata({ name, component: 'external' }, this.environment, annotations);
    return { ...metadata, labels: { ...metadata.labels, ...labels } };
  }

  /** A host resolves without us. */
  private resolves({ host }: ExternalPlace): boolean {
    return host === undefined || this.props.alias === true;
  }

  private createService(id: string, name: string, { host, addresses = [] }: ExternalPlace): KubernetesObject<Service> {
    const families = byFamily(addresses).map(({ family }) => family);
    return new KubernetesObject<Service>(this, id, kinds.Service, this.metadata(name), () => ({
      spec: {
        ...(host === undefined
          ? { type: 'ClusterIP' as const }
          : { type: 'ExternalName' as const, externalName: host }),
        ipFamilyPolicy: families.length > 1 ? 'PreferDualStack' : undefined,
        ipFamilies: families.length === 1 && families[0] === 'IPv6' ? ['IPv6'] : undefined,
        // A name alone has no ports: callers go to those of the host.
        ports:
          host === undefined
            ? this.portList.map(({ name, port, servicePort, protocol }) => ({
                name,
                port: servicePort,
                targetPort: port,
                protocol: transport(protocol),
              }))
            : undefined,
      },
    }));
  }

  private createEndpointSlices(prefix: string, service: string, addresses: readonly string[] = []) {
    return byFamily(addresses).map(({ family, addresses: members }) => {
      // The cluster finds the slices of a Service by this label, not by their names.
      const labels = { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': MANAGER };
      const metadata = this.metadata(`${service}-${family.toLowerCase()}`, labels);
      return new KubernetesObject<EndpointSlice>(
        this,
        `${prefix}EndpointSlice-${family}`,
        kinds.EndpointSlice,
        metadata,
        () => ({
          addressType: family,
          endpoints: members.map((address) => ({ addresses: [address], conditions: { ready: true } })),
          ports: this.portList.map(({ name, port, protocol }) => ({ name, port, protocol: transport(protocol) })),
        }),
      );
    });
  }

  private applyOverrides(): void {
    const { service, endpointSlice } = this.props.overrides ?? {};
    if (service) this.service?.patch(service);
    if (endpointSlice) for (const slice of this.endpointSlices) slice.patch(endpointSlice);
  }
}

function nameProblems(id: string): string[] {
  // The longest name that is derived from it ends in `-read`.
  if (isDnsLabel(`${id}-read`)) return [];
  return [
    `'id': must be lower-case letters, digits and dashes, starting with a letter, at most 58 characters, got "${id}"`,
  ];
}
