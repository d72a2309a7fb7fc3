import type { Container, Probe } from 'kubernetes-types/core/v1';
import { hostsIn, servicesOf } from '../model/hosts';
import { listOf, type Manifests, manifestsOf, namespaceOf, type PodOwner } from '../model/manifests';
import { selects, templateLabels } from '../model/selectors';
import type { Rule, Violation } from './rule';

export const probeDependency: Rule = {
  id: 'probe-dependency',
  severity: 'error',
  summary: 'A liveness probe asks the process itself, and asks something else than the readiness probe.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const owner of manifests.podOwners) {
      for (const container of owner.allContainers) {
        const { livenessProbe, readinessProbe } = container;
        if (!livenessProbe) continue;
        yield* others(owner, container, livenessProbe, manifests);
        if (readinessProbe && handler(livenessProbe, container) === handler(readinessProbe, container)) {
          yield same(owner, container, livenessProbe, readinessProbe);
        }
      }
    }
  },
};

function same({ object }: PodOwner, { name }: Container, liveness: Probe, readiness: Probe): Violation {
  const seconds = ({ periodSeconds = 10, failureThreshold = 3 }: Probe) => periodSeconds * failureThreshold;
  return {
    path: object.path,
    severity: 'warning',
    message:
      `${name} is asked the same for liveness as for readiness: when it is too busy to answer, it is taken out after ` +
      `${seconds(readiness)} s and killed after ${seconds(liveness)} s, though it would recover`,
    fix: 'a liveness probe that only a process which hangs fails, or liveness: false',
  };
}

function* others(owner: PodOwner, { name }: Container, probe: Probe, manifests: Manifests): Iterable<Violation> {
  for (const host of probedHosts(probe)) {
    if (!isSomebodyElse(host, owner, manifests)) continue;
    yield {
      path: owner.object.path,
      message: `the liveness probe of ${name} asks ${host}: when that fails, every pod here is killed as well`,
      fix: 'ask only the process itself; a dependency that is missing belongs into the readiness probe, if anywhere',
    };
  }
}

function probedHosts({ httpGet, tcpSocket, exec }: Probe): string[] {
  const stated = [httpGet?.host, tcpSocket?.host].flatMap((host) => (host ? [`http://${host}`] : []));
  return hostsIn([...stated, ...(Array.isArray(exec?.command) ? exec.command.map(String) : [])]);
}

/** A host outside the namespace, or a Service of other pods. A word that is neither may be anything. */
function isSomebodyElse(host: string, owner: PodOwner, manifests: Manifests): boolean {
  if (host.startsWith('127.')) return false;
  const services = servicesOf(host, namespaceOf(owner.object)).flatMap(
    (name) => manifests.find(owner.object, 'Service', name) ?? [],
  );
  if (services.length === 0) return host.includes('.');
  return !services.some(
    ({ manifest }) =>
      manifest.spec?.selector && selects({ matchLabels: templateLabels(manifest.spec.selector) }, owner.labels),
  );
}

/** What is asked, without how often; a named port counts as its number. */
function handler({ httpGet, tcpSocket, grpc, exec }: Probe, { ports }: Container): string {
  const number = (port: number | string | undefined) =>
    listOf(ports).find(({ name }) => name === port)?.containerPort ?? port;
  return JSON.stringify([
    httpGet && [httpGet.path ?? '/', number(httpGet.port), httpGet.host, httpGet.scheme ?? 'HTTP', httpGet.httpHeaders],
    tcpSocket && [number(tcpSocket.port), tcpSocket.host],
    grpc && [grpc.port, grpc.service ?? ''],
    exec?.command,
  ]);
}
