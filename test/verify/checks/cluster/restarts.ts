import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { manifestsOf } from '../../../../lib/model/manifests';
import type { ConfigKind } from '../../../../lib/model/system';
import { changed } from '../../program';
import { apply } from './apply';
import { endsByItself, notRolledOut, podsByOwner } from './live';
import type { Shop } from './shop';

interface Change {
  readonly kind: ConfigKind;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** Whether its consumers have to start anew. */
  readonly restarts: boolean;
}

const changes: readonly Change[] = [
  { kind: 'startup', key: 'CURRENCY', from: "CURRENCY: 'EUR'", to: "CURRENCY: 'USD'", restarts: true },
  { kind: 'file', key: 'shipping.yaml', from: 'freeFrom: 50', to: 'freeFrom: 60', restarts: true },
  { kind: 'dynamic', key: 'switches.json', from: 'reviews: true', to: 'reviews: false', restarts: false },
];

/** Changes one value of the configuration after the other, and sees each time whose pods are new ones. */
export async function restarts(shop: Shop): Promise<void> {
  const { figures, folder, dist, environments } = shop;
  const edited = join(folder, 'reconfigured', 'dist');
  cpSync(dist, edited, { recursive: true });
  let source = shop.source;
  for (const change of changes) {
    const { kind, key, from, to } = change;
    const program = await changed({ source }, (text) => text.replace(from, to), `changed-${kind}`, edited);
    source = program.source;
    const uses = program.system.configUses.filter(({ keys }) =>
      keys.some((used) => used.kind === kind && used.key === key),
    );
    const manifests = manifestsOf(program.system);
    const workloads = program.system.workloads.filter(
      ({ objectPath }) => !endsByItself(manifests.podOwnerAt(objectPath)?.kind),
    );
    const running = new Set(workloads.map(({ path }) => path));
    const users = uses.map(({ by }) => by).filter((path) => running.has(path));
    const consumers = new Set(change.restarts ? users : []);
    const before = await pods(shop);
    for (const { name } of environments) await apply(shop, { folder: join(edited, name) });
    const stuck = await rolledOut(shop);
    const after = await pods(shop);
    const wrong = workloads.flatMap(({ environment, name, path }) => {
      const [old, now] = [before, after].map((found) => found.get(`${environment}/${name}`) ?? new Set());
      const fresh = [...(now ?? [])].filter((uid) => !old?.has(uid)).length;
      const expected = consumers.has(path) ? now?.size : 0;
      return fresh === expected && now?.size ? [] : [`${path}: ${fresh} of ${now?.size} are new, must be ${expected}`];
    });
    const named = change.restarts ? `other pods than of its ${consumers.size} consumers` : 'pods';
    figures.none(`${named} that a change of ${kind} ${key} restarts`, [...stuck, ...wrong]);
  }
  for (const environment of environments) await apply(shop, environment);
  figures.none('workloads that do not roll back to the configuration before', await rolledOut(shop));
}

const rolledOut = ({ cluster, environments }: Shop): Promise<readonly string[]> =>
  notRolledOut(
    cluster,
    environments.map(({ namespace }) => namespace),
  );

/** The uids of the pods of each workload, by `production/orders`. */
async function pods({ cluster, environments }: Shop): Promise<Map<string, Set<unknown>>> {
  const found = new Map<string, Set<unknown>>();
  for (const { name, namespace } of environments) {
    for (const [owner, own] of await podsByOwner(cluster, namespace)) {
      found.set(`${name}/${owner.split('/')[1]}`, new Set(own.map(({ metadata }) => metadata.uid)));
    }
  }
  return found;
}
