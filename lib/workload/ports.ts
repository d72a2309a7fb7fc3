import type { ContainerPort, ServicePort } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import type { PortProtocol, PortRecord } from '../model/system';

export interface PortProps {
  /** The number on which the process listens; above 1023, because it is not root. */
  readonly port: number;
  /**
   * What is spoken on it.
   * @defaultValue http
   */
  readonly protocol?: PortProtocol;
  /**
   * What meshes and gateways are told is spoken.
   * @defaultValue the protocol, `kubernetes.io/h2c` for gRPC
   * @see https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
   */
  readonly appProtocol?: string;
  /**
   * The number under which the Service offers it.
   * @defaultValue the same as `port`
   */
  readonly servicePort?: number;
  /**
   * The number on every node, for a Service of type NodePort or LoadBalancer.
   * @defaultValue chosen by the cluster
   */
  readonly nodePort?: number;
}

/**
 * Names of ports that serve operators alone: metrics, and a management server, which has metrics, health and the like.
 * Calls, routes and balancers lead elsewhere unless they name one.
 */
export const METRICS_PORT = 'metrics';
export const MANAGEMENT_PORT = 'management';
export const isOperationsPort = (name: string): boolean => name === METRICS_PORT || name === MANAGEMENT_PORT;

/** The port that is meant where none is named: the only one that serves callers, else `http`. */
export function usualPort(names: readonly string[]): string {
  const serving = names.filter((name) => !isOperationsPort(name));
  const [only, ...others] = serving.length === 0 ? names : serving;
  return only !== undefined && others.length === 0 ? only : 'http';
}

/** What may be said of every port, wherever it is. */
export const portFields = {
  port: check.portNumber,
  protocol: check.optional(check.oneOf('http', 'https', 'grpc', 'tcp', 'udp')),
  servicePort: check.optional(check.portNumber),
};
export const appProtocolField = { appProtocol: check.optional(check.labelKey) };

/** One number, or ports by name, of which these fields may be said. */
export const portsCheck = (fields: Readonly<Record<string, check.Check>>): check.Check =>
  check.either(
    'a port number, or ports by name',
    [check.isNumber, check.portNumber],
    [
      check.isMap,
      check.mapOf(
        check.portNameText,
        check.either(
          'a port number, or { port, … }',
          [check.isNumber, check.portNumber],
          [check.isMap, check.fields(fields)],
        ),
      ),
    ],
  );

/** One port with everything decided. */
export interface Port extends PortRecord {
  readonly servicePort: number;
  readonly appProtocol: string | undefined;
  readonly nodePort: number | undefined;
}

/** One number is the port `http`. */
export function portsOf(given: number | Readonly<Record<string, number | PortProps>>): Port[] {
  const table = typeof given === 'number' ? { http: given } : given;
  const entries = Object.entries(table).filter(([, entry]) => entry !== undefined);
  return entries.map(([name, entry]) => {
    const props: PortProps = typeof entry === 'number' ? { port: entry } : entry;
    const { port, protocol = 'http', servicePort = port, nodePort, appProtocol = appProtocols[protocol] } = props;
    return { name, port, protocol, servicePort, appProtocol, nodePort };
  });
}

/** A Service offers a number once. */
export function portProblems(ports: readonly Port[]): string[] {
  const owners = new Map<string, string>();
  return ports.flatMap(({ name, servicePort, protocol }) => {
    const number = `${servicePort}/${transport(protocol)}`;
    const owner = owners.get(number);
    if (owner === undefined) owners.set(number, name);
    return owner === undefined
      ? []
      : [`'ports.${name}': must be offered under a number of its own, got ${number} like ${owner}`];
  });
}

const appProtocols: Readonly<Record<PortProtocol, string | undefined>> = {
  http: 'http',
  https: 'https',
  grpc: 'kubernetes.io/h2c',
  tcp: 'tcp',
  udp: undefined,
};

export function containerPorts(ports: readonly Port[]): ContainerPort[] {
  return ports.map(({ name, port, protocol }) => ({
    name,
    containerPort: port,
    protocol: transport(protocol),
  }));
}

/** The target is the name of the container's port, so that the number stands in one place. */
export function servicePorts(ports: readonly Port[]): ServicePort[] {
  return ports.map(({ name, servicePort, protocol, appProtocol, nodePort }) => ({
    name,
    port: servicePort,
    targetPort: name,
    protocol: transport(protocol),
    appProtocol,
    nodePort,
  }));
}

export function transport(protocol: PortProtocol): 'TCP' | 'UDP' {
  return protocol === 'udp' ? 'UDP' : 'TCP';
}
