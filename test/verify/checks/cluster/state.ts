import { allowedBy, budgetsIn } from '../../../../lib/model/disruptions';
import { manifestsOf } from '../../../../lib/model/manifests';
import { fewestReplicas } from '../../../../lib/model/replicas';
import { selects } from '../../../../lib/model/selectors';
import type { KubernetesObject } from '../../cluster/api';
import { endsByItself, list, podsByOwner, shown, waitFor } from './live';
import type { Shop, ShopEnvironment } from './shop';

/** Whether the cluster made of it what the model says. */
export async function isAsModelled(shop: Shop): Promise<void> {
  const { figures, environments } = shop;
  const each = async (check: (shop: Shop, environment: ShopEnvironment) => Promise<readonly string[]>) =>
    (await Promise.all(environments.map((environment) => check(shop, environment)))).flat();

  figures.none('workloads with other replicas than the model says', await each(otherReplicas));
  figures.none('Services whose EndpointSlices are not filled', await each(unfilledServices));
  figures.none('PodDisruptionBudgets that allow something else than the model says', await each(otherBudgets));
  figures.none('workloads that are not spread over zones and nodes', await each(unspread));
  figures.none('privileged pods that Pod Security lets in', await each(privilegedPods));
  figures.none('warnings of the controllers', await each(warnings));
}

async function otherReplicas({ cluster, system }: Shop, { name, namespace }: ShopEnvironment): Promise<string[]> {
  const manifests = manifestsOf(system);
  const live = await list(cluster, namespace, 'deployments,statefulsets');
  const owners = manifests.podOwners.filter(({ object, kind }) => object.environment === name && !endsByItself(kind));
  return owners.flatMap((owner) => {
    const found = live.find(({ kind, metadata }) => kind === owner.kind && metadata.name === owner.name);
    const wanted = fewestReplicas(manifests, owner);
    const has = found?.status.readyReplicas ?? 0;
    return has === wanted ? [] : [`${namespace}/${owner.kind}/${owner.name} has ${has}, must have ${wanted}`];
  });
}

async function unfilledServices({ cluster }: Shop, { namespace }: ShopEnvironment): Promise<readonly string[]> {
  return waitFor(30, async () => {
    const objects = await list(cluster, namespace, 'services,endpointslices,pods');
    const services = objects.filter(({ kind, spec }) => kind === 'Service' && spec.selector);
    return services.flatMap((service) => {
      const pods = objects.filter(
        ({ kind, metadata }) =>
          kind === 'Pod' && selects({ matchLabels: service.spec.selector }, metadata.labels ?? {}),
      );
      const slices = objects.filter(
        ({ kind, metadata }) =>
          kind === 'EndpointSlice' && metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
      );
      const ready = new Set(slices.flatMap(({ endpoints }) => readyPods(endpoints ?? [])));
      const isFilled = pods.length > 0 && pods.every(({ metadata }) => ready.has(metadata.name));
      return isFilled && ready.size === pods.length ? [] : [`${shown(service)}: ${ready.size} of ${pods.length} pods`];
    });
  });
}

interface Endpoint {
  readonly conditions: { readonly ready?: boolean };
  readonly targetRef?: { readonly name: string };
}

const readyPods = (endpoints: readonly Endpoint[]): string[] =>
  endpoints.flatMap(({ conditions, targetRef }) => (conditions.ready && targetRef ? [targetRef.name] : []));

async function otherBudgets(
  { cluster, system }: Shop,
  { name, namespace }: ShopEnvironment,
): Promise<readonly string[]> {
  const manifests = manifestsOf(system);
  const budgets = budgetsIn(manifests).filter(({ object }) => object.environment === name);
  return waitFor(30, async () => {
    const live = await list(cluster, namespace, 'poddisruptionbudgets');
    return budgets.flatMap(({ object, spec, owners }) => {
      const replicas = owners.reduce((sum, owner) => sum + fewestReplicas(manifests, owner), 0);
      const expected = allowedBy(spec, replicas)?.count;
      const found = live.find(({ metadata }) => metadata.name === object.manifest.metadata.name);
      const allowed = found?.status.disruptionsAllowed;
      return allowed === expected ? [] : [`${object.path} allows ${allowed}, must allow ${expected}`];
    });
  });
}

/** The spread is soft, but here nothing stands in its way. */
async function unspread({ cluster }: Shop, { namespace }: ShopEnvironment): Promise<string[]> {
  const nodes = (await list(cluster, '', 'nodes')).filter(({ spec }) => !spec.taints);
  const zone = 'topology.kubernetes.io/zone';
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[zone] ?? '']));
  const pods = await podsByOwner(cluster, namespace);
  return [...pods].flatMap(([owner, own]) => {
    const perZone = counted([...new Set(zones.values())], own, ({ spec }) => zones.get(spec.nodeName) ?? '');
    const perNode = counted([...zones.keys()], own, ({ spec }) => spec.nodeName);
    const isEven = [perZone, perNode].every((counts) => Math.max(...counts) - Math.min(...counts) <= 1);
    return isEven ? [] : [`${namespace}/${owner}: ${perZone.join('+')} in zones, ${perNode.join('+')} on nodes`];
  });
}

function counted<Item>(places: readonly string[], items: readonly Item[], placeOf: (item: Item) => string): number[] {
  return places.map((place) => items.filter((item) => placeOf(item) === place).length);
}

async function privilegedPods({ cluster }: Shop, { namespace }: ShopEnvironment): Promise<string[]> {
  const args = ['run', 'privileged', '--image=verify.example.com/any:1', '--privileged', '-n', namespace];
  const { code, stderr } = await cluster.kubectl([...args, '--dry-run=server']);
  return code !== 0 && stderr.includes('violates PodSecurity "restricted:') ? [] : [`${namespace}: ${stderr}`];
}

/**
 * But for autoscalers: nobody measures pods that are only played. And the API server looks after its own list of
 * addresses when many Services come and go.
 */
async function warnings({ cluster }: Shop, { namespace }: ShopEnvironment): Promise<string[]> {
  const events = await list(cluster, namespace, 'events');
  return events.filter(isWarning).map(({ reason, involvedObject, message }) => {
    return `${namespace}/${involvedObject.kind}/${involvedObject.name} ${reason}: ${message}`;
  });
}

function isWarning({ type, reason, involvedObject }: KubernetesObject): boolean {
  return type === 'Warning' && involvedObject.kind !== 'HorizontalPodAutoscaler' && reason !== 'ClusterIPNotAllocated';
}
