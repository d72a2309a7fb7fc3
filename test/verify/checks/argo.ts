import { join } from 'node:path';
import type { System } from '../../../lib/model/system';
import { blockedWaves, type Dependency } from '../argo/needs';
import { sync } from '../argo/sync';
import type { KubernetesObject } from '../cluster/api';
import type { Context } from '../context';
import { changed, isApplied, type Program } from '../program';
import { isSkipped } from '../skipped';
import { refuseOccupied, remove } from './cluster/apply';
import type { Shop } from './cluster/shop';

/** The release that is played: one more service with an autoscaler, that has callees and a caller. */
const before = '  const notification = new StatelessService(';
const added = `  const reviews = new StatelessService(shop, 'reviews', { image: 'reviews:1.0.0', replicas: { from: 3, to: 9 }, resources: { cpu: '200m' } });
  reviews.calls(inventory, { port: 'grpc', timeout: '200ms' });
  web.calls(reviews, { timeout: '700ms', optional: true });
`;

/** Argo CD over the shop, by its own rules of health: no wave waits without end, at the first sync and at a release. */
export async function argo(context: Context): Promise<void> {
  const { figures, folder } = context;
  const shop = await context.shop();
  const release = await changed(
    shop,
    (text) => text.replace(before, added + before),
    'release',
    join(folder, 'argo', 'dist'),
  );

  figures.none('objects that a wave of Argo CD would wait for without end', blocked(shop.system));
  figures.none('of a release that adds a service', blocked(release.system));
  const broken = withoutWaves(shop.system, 'HorizontalPodAutoscaler');
  figures.figure('of them found where autoscalers are in wave 0', blocked(broken).length, { atLeast: 1 });

  figures.none('Jobs that a sync, self-heal or Flux runs again', runAgain(shop.system));

  const running = await context.cluster();
  if (isSkipped(running)) return figures.skip('argo', running);
  const environments = shop.system.environments.map(({ name, namespace }) => ({
    name,
    namespace: namespace ?? name,
    folder: join(shop.dist, name),
  }));
  const all: Shop = { cluster: running, figures, folder, ...shop, environments };
  await refuseOccupied(all);
  // Staging is as test is; production has what both have not.
  const played = environments.filter(({ name }) => name !== 'staging');
  const play = async ({ system }: Pick<Program, 'system'>) => {
    const failures = await Promise.all(
      played.map(async ({ name }) => (await sync(running, applied(system, name))).map((each) => `${name}: ${each}`)),
    );
    return failures.flat();
  };
  const started = Date.now();
  figures.none('objects at which the first sync of Argo CD ends', await play(shop));
  figures.none('objects at which the sync of the release ends', await play(release));
  figures.note(`two syncs: ${Math.round((Date.now() - started) / 1000)} s`);
  await remove(all);
}

const applied = ({ objects }: System, environment: string): KubernetesObject[] =>
  objects.filter((object) => object.environment === environment && isApplied(object)).map(({ manifest }) => manifest);

const blocked = (system: System): string[] =>
  system.environments.flatMap(({ name }) =>
    blockedWaves(applied(system, name), dependenciesOf(system, name)).map((each) => `${name}: ${each}`),
  );

/**
 * Every sync runs its hooks (`docs/user-guide/resource_hooks.md`), and what a TTL has deleted is missing at the next
 * reconciliation, which makes it again.
 */
const runAgain = ({ objects }: System): string[] =>
  objects.filter(isApplied).flatMap(({ path, manifest: { kind, metadata, spec } }) => {
    const isHook = metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined;
    return kind === 'Job' && (isHook || spec.ttlSecondsAfterFinished !== undefined) ? [path] : [];
  });

/** Callees are ready before their callers, but for those of a circle. */
function dependenciesOf({ calls, waits, workloads }: System, environment: string): Dependency[] {
  const nameOf = new Map(workloads.map(({ path, name }) => [path, name]));
  const all = [...calls.filter(({ optional, synchronous }) => synchronous && !optional), ...waits];
  return all.flatMap(({ from, to, environment: own }) => {
    const [caller, callee] = [nameOf.get(from), nameOf.get(to)];
    return own === environment && caller && callee ? [{ from: caller, to: callee }] : [];
  });
}

function withoutWaves(system: System, kind: string): System {
  const objects = system.objects.map((object) =>
    object.manifest.kind === kind
      ? { ...object, manifest: { ...object.manifest, metadata: { ...object.manifest.metadata, annotations: {} } } }
      : object,
  );
  return { ...system, objects };
}
