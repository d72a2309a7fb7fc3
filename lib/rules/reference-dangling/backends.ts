import type { IngressBackend, IngressSpec } from 'kubernetes-types/networking/v1';
import { listOf, type Manifests } from '../../model/manifests';
import type { ObjectRecord } from '../../model/system';
import type { Violation } from '../rule';
import { listed } from '../wording';

/** An Ingress leads to ports of Services in its namespace. */
export function* ingressReferences(ingress: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const spec: IngressSpec = ingress.manifest.spec ?? {};
  if (spec.defaultBackend) yield* backend(ingress, spec.defaultBackend, 'by default', manifests);
  for (const { host = '*', http } of listOf(spec.rules)) {
    for (const { path = '/', backend: to } of listOf(http?.paths)) {
      if (to) yield* backend(ingress, to, `for ${host}${path}`, manifests);
    }
  }
}

function* backend(
  ingress: ObjectRecord,
  { service }: IngressBackend,
  when: string,
  manifests: Manifests,
): Iterable<Violation> {
  if (!service?.name) return;
  const { path } = ingress;
  const { name, port } = service;
  const found = manifests.find(ingress, 'Service', name);
  if (found === undefined) {
    yield {
      path,
      message: `leads to the Service ${name} ${when}, which is not in the app`,
      fix: `a Service ${name} in the same namespace`,
    };
    return;
  }
  const ports = listOf<{ name?: string; port?: number }>(found.manifest.spec?.ports);
  const wanted = port?.name ?? port?.number;
  if (ports.length === 0 || wanted === undefined || ports.some((each) => each.name === wanted || each.port === wanted))
    return;
  const offered = listed(ports.map((each) => [each.name, each.port].filter((part) => part !== undefined).join(' ')));
  yield {
    path,
    message: `leads to port ${wanted} of the Service ${name} ${when}, which has only ${offered}`,
    fix: `one of ${offered}`,
  };
}
