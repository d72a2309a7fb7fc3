import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectRecord } from '../../../../lib/model/system';
import { changed } from '../../program';
import { apply } from './apply';
import { list, notRolledOut, shown, waitFor } from './live';
import type { Shop } from './shop';

/** One without which all others still make sense. */
const service = 'cart';

/** Takes a service out of the program, and deletes what is no longer in `dist/`, as Argo CD does when it prunes. */
export async function prunes(shop: Shop): Promise<void> {
  const { cluster, figures, folder, dist, system, environments } = shop;
  const edited = join(folder, 'pruned', 'dist');
  cpSync(dist, edited, { recursive: true });
  const after = (await changed(shop, (text) => without(service, text), 'pruned', edited)).system;

  const left = new Set(after.objects.map(identity));
  const gone = system.objects.filter((object) => !left.has(identity(object)));
  const expected = system.objects.filter(({ file }) => file.endsWith(`/${service}.k8s.yaml`));
  const wrong = [
    ...gone.filter((object) => !expected.includes(object)).map((object) => `also removes ${identity(object)}`),
    ...expected.filter((object) => !gone.includes(object)).map((object) => `leaves ${identity(object)}`),
  ];
  figures.figure('objects that go with a removed service', gone.length, expected.length, wrong);

  for (const { name } of environments) await apply(shop, { folder: join(edited, name) });
  const items = gone.map(({ manifest }) => manifest);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await cluster.kubectl(['delete', '--wait=false', '-f', '-'], { input });
  const rest = await waitFor(60, async () => {
    const kinds = [
      ...new Set(system.objects.map(({ manifest }) => manifest.kind)),
      'Pod',
      'ReplicaSet',
      'EndpointSlice',
    ];
    const inNamespaces = kinds.filter((kind) => kind !== 'Namespace' && kind !== 'PriorityClass').join(',');
    const live = await Promise.all(environments.map(({ namespace }) => list(cluster, namespace, inNamespaces)));
    return live
      .flat()
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/instance'] === service)
      .map(shown);
  });
  figures.none('objects in the cluster that outlive the removed service', rest);
  const namespaces = environments.map(({ namespace }) => namespace);
  figures.none('workloads that do not roll out without it', await notRolledOut(cluster, namespaces));
}

const identity = ({ environment, manifest: { kind, metadata } }: ObjectRecord): string =>
  `${environment} ${kind}/${metadata.name}`;

/** The program without every statement that speaks of the service, and without it in lists. */
function without(name: string, text: string): string {
  const inLists = text.replace(new RegExp(`, ${name}\\b(?=[\\],])`, 'g'), '');
  return inLists
    .split(/(?<=;\n)/)
    .filter((statement) => !new RegExp(`\\b${name}\\b`).test(statement))
    .join('');
}
