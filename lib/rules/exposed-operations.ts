import type { IngressSpec } from 'kubernetes-types/networking/v1';
import { listOf, type Manifests, manifestsOf, nameOf } from '../model/manifests';
import { type OperationsPath, operationsPaths, targetsOf } from '../model/operations';
import type { ObjectRecord } from '../model/system';
import { isOperationsPort } from '../workload/ports';
import type { Rule, Violation } from './rule';

export const exposedOperations: Rule = {
  id: 'exposed-operations',
  severity: 'warning',
  summary: 'Metrics, probes and the paths of operators cannot be reached from outside.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const ingress of manifests.ofKind('Ingress')) {
      const said = new Set<string>();
      for (const route of routesOf(ingress)) {
        for (const violation of aboutRoute(manifests, ingress, route)) {
          if (!said.has(violation.message)) yield violation;
          said.add(violation.message);
        }
      }
    }
    for (const service of manifests.ofKind('Service')) yield* aboutService(manifests, service);
  },
};

interface Route {
  readonly url: string;
  readonly service: string;
  readonly port: string | number;
  /** Whether a path of the process can be reached through it. */
  readonly reaches: (path: string) => boolean;
}

function routesOf({ manifest }: ObjectRecord): Route[] {
  const { rules }: IngressSpec = manifest.spec ?? {};
  // Where a middleware takes a prefix away, every path of the process is below the route.
  const rewrites = /rewrite|strip/i.test(
    Object.entries(manifest.metadata?.annotations ?? {})
      .flat()
      .join(' '),
  );
  return listOf(rules).flatMap(({ host = '', http }) =>
    listOf(http?.paths).flatMap(({ path = '/', pathType, backend }) => {
      const { name, port } = backend?.service ?? {};
      const prefix = path.replace(/\/+$/, '');
      const below = (asked: string) => rewrites || asked === prefix || asked.startsWith(`${prefix}/`);
      const reaches = pathType === 'Exact' ? (asked: string) => asked === path : below;
      return name === undefined
        ? []
        : [
            {
              url: `${host}${prefix === '' ? '/' : prefix}`,
              service: name,
              port: port?.name ?? port?.number ?? '',
              reaches,
            },
          ];
    }),
  );
}

/** Paths under which frameworks have what is for operators: Spring Boot, Go, Jolokia, Druid, H2. */
const forOperators =
  /^\/(.+\/)?(actuator|metrics|prometheus|jolokia|druid|h2-console|heapdump|admin|debug\/(pprof|vars))(\/|$)/;

function* aboutRoute(manifests: Manifests, ingress: ObjectRecord, route: Route): Iterable<Violation> {
  const { url, service: name, port, reaches } = route;
  const path = url.slice(url.indexOf('/'));
  if (forOperators.test(path)) {
    yield {
      path: ingress.path,
      message: `${url} leads outsiders to a path that is for operators`,
      fix: 'take the route away and reach the path from inside the cluster; where it is meant for outsiders, suppress this with the reason',
    };
  }
  const service = manifests.find(ingress, 'Service', name);
  if (service === undefined) return;
  if (typeof port === 'string' && isOperationsPort(port)) {
    yield {
      path: ingress.path,
      message: `${url} leads outsiders to the port ${port} of ${name}, which is for operators`,
      fix: 'route to the port that serves users',
    };
    return;
  }
  for (const target of targetsOf(manifests, service, port)) {
    for (const operation of operationsPaths(manifests, target.owner)) {
      if (operation.port !== target.port || !reaches(operation.path)) continue;
      yield {
        path: ingress.path,
        message: `${url} leads outsiders to port ${target.port} of ${name}, which also answers ${operation.path}: ${purposes[operation.purpose]}`,
        fix: elsewhere,
      };
    }
  }
}

/** A balancer leads to every path of a port. Probes through one are usual; metrics are not. */
function* aboutService(manifests: Manifests, service: ObjectRecord): Iterable<Violation> {
  const { type, ports } = service.manifest.spec ?? {};
  if (type !== 'LoadBalancer' && type !== 'NodePort') return;
  for (const { name = '', port } of listOf<{ name?: string; port: number }>(ports)) {
    if (isOperationsPort(name)) continue;
    const read = targetsOf(manifests, service, port).flatMap((target) =>
      operationsPaths(manifests, target.owner).filter(
        (each) => each.purpose === 'metrics' && each.port === target.port,
      ),
    );
    const [first] = read;
    if (first === undefined) continue;
    yield {
      path: service.path,
      message: `the Service ${nameOf(service)} of type ${type} leads outsiders to port ${first.port}, which also answers ${first.path}: ${purposes.metrics}`,
      fix: elsewhere,
    };
  }
}

const purposes: Readonly<Record<OperationsPath['purpose'], string>> = {
  metrics: 'its metrics are public',
  probe: 'its probes are public',
};

const elsewhere =
  'serve them on a port of their own, ports: { http: 8080, management: 9090 }, which metrics and the HTTP probes of the environment then use (Spring Boot: management.server.port)';
