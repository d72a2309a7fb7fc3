import type { Container } from 'kubernetes-types/core/v1';
import { shortestCircle } from '../model/circles';
import { stronglyConnected } from '../model/graph';
import { grouped } from '../model/grouped';
import { hostsIn, servicesOf } from '../model/hosts';
import { type Manifests, manifestsOf, namespaceOf, type PodOwner } from '../model/manifests';
import { selectedBy, templateLabels } from '../model/selectors';
import type { System } from '../model/system';
import type { Rule } from './rule';
import { nameOf } from './wording';

export const startupDeadlock: Rule = {
  id: 'startup-deadlock',
  severity: 'error',
  summary: 'Nobody waits with its start for somebody who waits, over any number of others, for it to be ready.',
  *check(system) {
    const manifests = manifestsOf(system);
    const ownerAt = (path: string) => manifests.podOwnerAt(path) as PodOwner;
    const declared = declaredWaits(system);
    const graph = new Map(
      manifests.podOwners.map((owner) => {
        const { path } = owner.object;
        return [path, [...awaited(owner, manifests), ...(declared.get(path) ?? [])]];
      }),
    );
    for (const component of stronglyConnected(graph)) {
      const [first] = component as [string];
      if (component.length === 1 && !graph.get(first)?.includes(first)) continue;
      const circle = component.length === 1 ? [first, first] : shortestCircle(graph, component);
      const names = circle.map((path) => ownerAt(path).name || nameOf(path));
      yield {
        path: circle[0] as string,
        message: `becomes ready only after itself: ${names.join(' waits for ')}; on an empty cluster none of them ever starts`,
        fix: 'let one of them start without the other and answer with an error until it is there',
      };
    }
  },
};

/**
 * Who waits for a migration starts after it, and the migration is done only when those answer that it calls; by the
 * paths of their objects.
 */
function declaredWaits({ waits, calls, workloads }: System): ReadonlyMap<string, readonly string[]> {
  if (waits.length === 0) return new Map();
  const objectOf = new Map(workloads.map(({ path, objectPath }) => [path, objectPath]));
  const awaitedOnes = new Set(waits.map(({ to }) => to));
  const needed = calls.filter(({ from, synchronous, optional }) => synchronous && !optional && awaitedOnes.has(from));
  const edges = [...waits, ...needed].flatMap(({ from, to }) => {
    const [waiting, first] = [objectOf.get(from), objectOf.get(to)];
    return waiting === undefined || first === undefined ? [] : [{ waiting, first }];
  });
  return new Map(
    [...grouped(edges, ({ waiting }) => waiting)].map(([waiting, found]) => [waiting, found.map(({ first }) => first)]),
  );
}

/** Whose readiness an owner waits for: the Services that its init containers and its readiness ask. */
function awaited(owner: PodOwner, manifests: Manifests): string[] {
  const commands = [
    ...owner.initContainers.map(({ command, args }) => [...textsOf(command), ...textsOf(args)]),
    ...owner.allContainers.flatMap(({ startupProbe, readinessProbe }) => [
      textsOf(startupProbe?.exec?.command),
      textsOf(readinessProbe?.exec?.command),
    ]),
  ].filter((command) => command.length > 0);
  if (commands.length === 0) return [];
  const names = new Set(commands.flatMap(hostsIn).flatMap((host) => servicesOf(host, namespaceOf(owner.object))));
  return [...names].flatMap((name) => readyBehind(name, owner, manifests));
}

const textsOf = (command: Container['command']): string[] => (Array.isArray(command) ? command.map(String) : []);

/** Those whose pods a Service offers only when they are ready. */
function readyBehind(name: string, owner: PodOwner, manifests: Manifests): string[] {
  const service = manifests.find(owner.object, 'Service', name);
  const { selector, publishNotReadyAddresses } = service?.manifest.spec ?? {};
  if (service === undefined || !selector || publishNotReadyAddresses === true) return [];
  const owners = selectedBy(manifests, service, { matchLabels: templateLabels(selector) });
  // Members of one set tell by their number who goes first.
  return owners.filter((other) => other !== owner || owner.kind === 'Deployment').map(({ object }) => object.path);
}
