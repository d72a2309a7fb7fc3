import type { Ingress, IngressRule, IngressSpec } from 'kubernetes-types/networking/v1';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import type { Renderer } from './renderer';
import type { PathMatch, Traffic, TrafficRoute } from './traffic';

/**
 * Traffic as an Ingress: hosts, paths and TLS, and nothing else. Every controller reads it.
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export const ingressRenderer: Renderer<KubernetesObject<Ingress>> = {
  name: 'ingress',
  refusals: ({ to: { port } }) => refusals[port.protocol](port.name),
  create: (scope, metadata, traffic) =>
    new KubernetesObject<Ingress>(scope, 'Ingress', kinds.Ingress, metadata, () => ({ spec: ingressSpec(traffic()) })),
};

const refusals: Readonly<Record<TrafficRoute['to']['port']['protocol'], (port: string) => string[]>> = {
  http: () => [],
  https: (port) => [cannot(port, 'https', 'a BackendTLSPolicy of the Gateway API')],
  grpc: (port) => [cannot(port, 'grpc', 'a GRPCRoute of the Gateway API')],
  tcp: (port) => [cannot(port, 'tcp', 'a TCPRoute of the Gateway API')],
  udp: (port) => [cannot(port, 'udp', 'a UDPRoute of the Gateway API')],
};

const cannot = (port: string, protocol: string, instead: string): string =>
  `'port': must speak http, got ${port}, which speaks ${protocol}: an Ingress cannot say so, ${instead} can`;

export function ingressSpec({ hosts, className, tlsSecret, routes, matchesCharacters }: Traffic): IngressSpec {
  return {
    ingressClassName: className,
    tls: tlsSecret === undefined ? undefined : [{ hosts: [...hosts], secretName: tlsSecret }],
    rules: hosts
      .map((host): IngressRule => ({ host, http: { paths: pathsOf(routes, host, matchesCharacters) } }))
      // A host without a path would be answered by whatever the controller has as its default.
      .filter(({ http }) => http !== undefined && http.paths.length > 0),
  };
}

const pathTypes: Readonly<Record<PathMatch['type'], string>> = { prefix: 'Prefix', exact: 'Exact' };

/** The order does not matter: a controller takes the longest path that matches, and an exact one first. */
function pathsOf(all: readonly TrafficRoute[], host: string, matchesCharacters: boolean) {
  const routes = all.filter(({ hosts }) => hosts.includes(host));
  const exact = new Set(routes.flatMap(({ match }) => (match.type === 'exact' ? match.value : [])));
  return routes.flatMap(({ match, to }) =>
    (matchesCharacters ? inSteps(match, exact) : [match]).map(({ type, value }) => ({
      path: value,
      pathType: pathTypes[type],
      // By name, so that the number stands in one place.
      backend: { service: { name: to.service, port: { name: to.port.name } } },
    })),
  );
}

/** A prefix so that it means whole steps to a controller that compares characters: the path itself, and what is below it. */
function inSteps(match: PathMatch, exact: ReadonlySet<string>): PathMatch[] {
  const value = match.value.replace(/\/+$/, '');
  if (match.type === 'exact' || value === '') return [match];
  const below: PathMatch = { type: 'prefix', value: `${value}/` };
  return exact.has(value) ? [below] : [{ type: 'exact', value }, below];
}
