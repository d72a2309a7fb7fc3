import { join } from 'node:path';
import type { Context } from '../context';
import { isSkipped } from '../skipped';
import { canOnlyBeCreated } from './cluster/apart';
import { appliesInEveryWay, createNeededSecrets, diff, refuseOccupied, remove } from './cluster/apply';
import { drains } from './cluster/drain';
import { notRolledOut } from './cluster/live';
import { prunes } from './cluster/prune';
import { quotas } from './cluster/quota';
import { restarts } from './cluster/restarts';
import type { Shop } from './cluster/shop';
import { isAsModelled } from './cluster/state';

/** The shop in a real control plane: what it takes, what it makes of it, and what happens when something changes. */
export async function cluster(context: Context): Promise<void> {
  const { figures, folder } = context;
  const running = await context.cluster();
  if (isSkipped(running)) return figures.skip('cluster', running);
  const { dist, source, system } = await context.shop();
  const environments = system.environments.map(({ name, namespace }) => ({
    name,
    namespace: namespace ?? name,
    folder: join(dist, name),
  }));
  const shop: Shop = { cluster: running, figures, folder, source, dist, system, environments };

  await refuseOccupied(shop);
  await timed('apply', () => appliesInEveryWay(shop));
  await canOnlyBeCreated(shop);
  await createNeededSecrets(shop);
  const namespaces = environments.map(({ namespace }) => namespace);
  figures.none('workloads that do not roll out', await notRolledOut(running, namespaces));
  figures.none('objects that a second apply would change', await diff(shop));
  await timed('state', () => isAsModelled(shop));
  await timed('quotas', () => quotas(shop));
  await timed('drains', () => drains(shop));
  await timed('restarts', () => restarts(shop));
  await timed('prune', () => prunes(shop));
  await remove(shop);

  async function timed(name: string, work: () => Promise<void>): Promise<void> {
    const started = Date.now();
    await work();
    figures.note(`${name}: ${Math.round((Date.now() - started) / 1000)} s`);
  }
}
