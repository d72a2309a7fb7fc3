import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigKind } from '../../../../lib/model/system';
import { changed } from '../../program';
import { apply } from './apply';
import { notRolledOut, podsByOwner } from './live';
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

/** Changes one value of the configuration at a time, and sees whose pods are new ones. */
export async function restarts(shop: Shop): Promise<void> {
  const { cluster, figures, environments, folder, dist } = shop;
  const namespaces = environments.map(({ namespace }) => namespace);
  for (const { kind, key, from, to, restarts: mustRestart } of changes) {
    const edited = join(folder, `changed-${kind}`, 'dist');
    cpSync(dist, edited, { recursive: true });
    const { system } = await changed(shop, (text) => text.replace(from, to), `changed-${kind}`, edited);
    const uses = system.configUses.filter(({ keys }) => keys.some((used) => used.kind === kind && used.key === key));
    const consumers = new Set(mustRestart ? uses.map(({ by }) => by) : []);
    const wrong: string[] = [];
    for (const { name, namespace } of environments) {
      const before = await podsByOwner(cluster, namespace);
      await apply(shop, { folder: join(edited, name) });
      wrong.push(...(await notRolledOut(cluster, namespaces)));
      const after = await podsByOwner(cluster, namespace);
      for (const workload of system.workloads.filter(({ environment }) => environment === name)) {
        const [owner, pods] = [...before].find(([found]) => found.endsWith(`/${workload.name}`)) ?? ['', []];
        const uids = new Set(pods.map(({ metadata }) => metadata.uid));
        const now = after.get(owner) ?? [];
        const fresh = now.filter(({ metadata }) => !uids.has(metadata.uid)).length;
        const expected = consumers.has(workload.path) ? now.length : 0;
        if (fresh !== expected || now.length === 0) {
          wrong.push(`${workload.path}: ${fresh} of ${now.length} pods are new, must be ${expected}`);
        }
      }
    }
    const named = mustRestart ? `other pods than of its ${consumers.size} consumers` : 'pods';
    figures.none(`${named} that a change of ${kind} ${key} restarts`, wrong);

    for (const environment of environments) await apply(shop, environment);
    figures.none(`workloads that do not roll back ${key}`, await notRolledOut(cluster, namespaces));
  }
}
