import type { Container, Probe } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, type PodOwner } from './manifests';
import { selects, templateLabels } from './selectors';
import type { ObjectRecord } from './system';

/** A path of a process that is for operators: its metrics, or what a probe asks. */
export interface OperationsPath {
  readonly purpose: 'metrics' | 'probe';
  /** The number of the container's port. */
  readonly port: number;
  readonly path: string;
}

/** The pods behind a port of a Service, each with the number of the container's port. */
export function targetsOf(
  manifests: Manifests,
  service: ObjectRecord,
  wanted: string | number,
): { readonly owner: PodOwner; readonly port: number }[] {
  const { ports, selector } = service.manifest.spec ?? {};
  const port = listOf<ServicePort>(ports).find(({ name, port }) => name === wanted || port === wanted);
  if (port === undefined || !selector) return [];
  const matchLabels = templateLabels(selector);
  return manifests
    .podOwnersIn(service.manifest.metadata?.namespace ?? '')
    .filter(({ labels }) => selects({ matchLabels }, labels))
    .map((owner) => ({ owner, port: numberOf(owner, port.targetPort ?? port.port) }))
    .filter((target): target is { owner: PodOwner; port: number } => target.port !== undefined);
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: string | number;
}

function numberOf({ allContainers }: PodOwner, port: string | number): number | undefined {
  if (typeof port === 'number') return port;
  return allContainers.flatMap(({ ports }) => listOf(ports)).find(({ name }) => name === port)?.containerPort;
}

/** What operators read of these pods over HTTP, as far as monitors, annotations and probes tell. */
export function operationsPaths(manifests: Manifests, owner: PodOwner): OperationsPath[] {
  return [...scraped(manifests, owner), ...owner.allContainers.flatMap((container) => probed(owner, container))];
}

function* scraped(manifests: Manifests, owner: PodOwner): Iterable<OperationsPath> {
  const metrics = (port: number | undefined, path: unknown): OperationsPath[] =>
    port === undefined ? [] : [{ purpose: 'metrics', port, path: String(path ?? '/metrics') }];
  for (const monitor of manifests.beside(owner.object, 'ServiceMonitor')) {
    const { selector = {}, endpoints } = monitor.manifest.spec ?? {};
    for (const service of manifests.beside(monitor, 'Service')) {
      if (!selects(selector, service.manifest.metadata?.labels ?? {})) continue;
      for (const { port, path } of listOf<{ port?: string; path?: string }>(endpoints)) {
        const target = targetsOf(manifests, service, port ?? '').find((each) => each.owner === owner);
        yield* metrics(target?.port, path);
      }
    }
  }
  for (const { manifest } of manifests.beside(owner.object, 'PodMonitor')) {
    const { selector = {}, podMetricsEndpoints } = manifest.spec ?? {};
    if (!selects(selector, owner.labels)) continue;
    for (const { port, path } of listOf<{ port?: string; path?: string }>(podMetricsEndpoints)) {
      yield* metrics(numberOf(owner, port ?? ''), path);
    }
  }
  const annotations = owner.object.manifest.spec?.template?.metadata?.annotations ?? {};
  if (annotations['prometheus.io/scrape'] === 'true') {
    yield* metrics(Number(annotations['prometheus.io/port']), annotations['prometheus.io/path']);
  }
}

function probed(owner: PodOwner, { livenessProbe, readinessProbe, startupProbe }: Container): OperationsPath[] {
  return [livenessProbe, readinessProbe, startupProbe].flatMap((probe: Probe | undefined) => {
    const port = probe?.httpGet && numberOf(owner, probe.httpGet.port);
    const path = String(probe?.httpGet?.path ?? '/').split('?')[0] as string;
    return port === undefined ? [] : [{ purpose: 'probe' as const, port, path }];
  });
}
