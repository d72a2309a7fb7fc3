import type { Container, ServiceSpec } from 'kubernetes-types/core/v1';
import { listOf, type Manifests } from '../../model/manifests';
import { selectedBy, templateLabels } from '../../model/selectors';
import type { ObjectRecord } from '../../model/system';
import type { Violation } from '../rule';
import { listed } from '../wording';

/** A Service finds pods, and in them the ports that it sends to. */
export function* serviceReferences(service: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const { path, manifest } = service;
  const { selector, ports }: ServiceSpec = manifest.spec ?? {};
  // Without a selector somebody else says where it leads.
  if (!selector || Object.keys(selector).length === 0) return;
  const owners = selectedBy(manifests, service, { matchLabels: templateLabels(selector) });
  if (owners.length === 0) {
    const labels = listed(Object.entries(selector).map(([key, value]) => `${key}=${value}`));
    // The pods may be those of an operator.
    const message = `sends to pods with ${labels}, which nothing here makes`;
    yield { path, severity: 'warning', message, fix: 'the labels of the pods that it is for' };
    return;
  }
  const containers = owners.flatMap(({ allContainers }) => allContainers);
  for (const { name, port, targetPort } of listOf(ports)) {
    if (
      typeof targetPort !== 'string' ||
      /^\d+$/.test(targetPort) ||
      containers.some((each) => hasPort(each, targetPort))
    )
      continue;
    const offered = [...new Set(containers.flatMap((each) => listOf(each.ports).flatMap((its) => its.name ?? [])))];
    yield {
      path,
      message:
        `its port ${name ?? port} leads to the port ${targetPort} of ${listed(owners.map((owner) => owner.name))}, ` +
        `which ${offered.length === 0 ? 'has no port with a name' : `has only ${listed(offered)}`}`,
      fix: 'targetPort: the name or the number of a port that the container has',
    };
  }
}

const hasPort = ({ ports }: Container, wanted: string): boolean => listOf(ports).some(({ name }) => name === wanted);
