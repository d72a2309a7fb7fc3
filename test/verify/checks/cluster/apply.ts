import type { System } from '../../../../lib/model/system';
import { requirementsOf } from '../../../../lib/requirements/requirements';
import { waitFor } from './live';
import type { Shop, ShopEnvironment } from './shop';

/** How people and tools apply a folder. The last way is the one whose objects stay. */
const ways: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  'kubectl apply -f': (folder) => ['apply', '-f', folder],
  'kubectl apply -k': (folder) => ['apply', '-k', folder],
  'server-side apply': (folder) => ['apply', '--server-side', '-f', folder],
};

/** The checks take their namespaces away, so that none of them may be there before. */
export async function refuseOccupied({ cluster, environments }: Shop): Promise<void> {
  for (const { namespace } of environments) {
    const { code } = await cluster.kubectl(['get', 'namespace', namespace]);
    if (code === 0) throw new Error(`The cluster already has a namespace ${namespace}; nothing was done`);
  }
}

/** Every environment in one pass onto a cluster that holds nothing of it, once in each way. */
export async function appliesInEveryWay(shop: Shop): Promise<void> {
  const { cluster, figures, environments } = shop;
  const warnings: string[] = [];
  for (const [way, argumentsFor] of Object.entries(ways)) {
    await remove(shop);
    const failures: string[] = [];
    for (const { name, folder } of environments) {
      const { code, stderr } = await cluster.kubectl([...argumentsFor(folder), '--validate=strict']);
      if (code !== 0) failures.push(`${name}: ${stderr}`);
      warnings.push(...stderr.split('\n').filter((line) => line.startsWith('Warning:')));
    }
    figures.none(`environments that ${way} fails on`, failures);
  }
  figures.none('apply warnings', warnings);
}

/** Applies what changed, as Flux and Argo CD do; the field managers of the checks before have had their time. */
export async function apply({ cluster }: Shop, { folder }: Pick<ShopEnvironment, 'folder'>): Promise<void> {
  const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', folder];
  const { code, stderr } = await cluster.kubectl(args);
  if (code !== 0) throw new Error(stderr);
}

/** What `kubectl diff` finds: nothing, where a second apply would change nothing. */
export async function diff({ cluster, environments }: Shop): Promise<string[]> {
  const answers = await Promise.all(
    environments.map(({ folder }) => cluster.kubectl(['diff', '--server-side', '--force-conflicts', '-f', folder])),
  );
  return answers.flatMap(({ code, stdout, stderr }) => (code === 0 ? [] : [stdout + stderr]));
}

/** Takes the environments away, until nothing of them is left. */
export async function remove({ cluster, environments, figures, system }: Shop): Promise<void> {
  const flags = ['--ignore-not-found', '--wait=false'];
  await cluster.kubectl(['delete', 'namespaces', ...flags, ...environments.map(({ namespace }) => namespace)]);
  const inNoNamespace = system.objects.filter(({ manifest }) => manifest.kind === 'PriorityClass');
  const classes = inNoNamespace.map(({ manifest }) => manifest.metadata.name);
  if (classes.length > 0) await cluster.kubectl(['delete', 'priorityclasses', ...flags, ...classes]);
  const left = await waitFor(120, async () => {
    const { stdout } = await cluster.kubectl(['get', 'namespaces', '-o', 'name']);
    const names = new Set(environments.map(({ namespace }) => `namespace/${namespace}`));
    return stdout.split('\n').filter((name) => names.has(name));
  });
  if (left.length > 0) figures.none('namespaces that do not go away', left);
}

/** The Secrets that the requirements list, with their keys: they are created before an environment is applied. */
export async function createNeededSecrets({ cluster, figures, system }: Shop): Promise<void> {
  const items = requirementsOf(system).flatMap(({ namespace, secrets }) =>
    secrets.map(({ name, keys }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      stringData: Object.fromEntries(keys.map((key) => [key, 'verify'])),
    })),
  );
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { code, stderr } = await cluster.kubectl(['create', '-f', '-'], { input });
  figures.none(`of ${items.length} Secrets in the requirements, those that cannot be made`, code === 0 ? [] : [stderr]);
  figures.none('Secrets that pods read and the requirements do not list', unlisted(system, items));
}

/** Every name of a Secret anywhere in a pod, found without knowing where one may stand. */
function unlisted({ objects }: System, listed: readonly { metadata: { name: string } }[]): string[] {
  const known = new Set(listed.map(({ metadata }) => metadata.name));
  for (const { manifest } of objects) {
    const made = { ExternalSecret: manifest.spec?.target?.name, Certificate: manifest.spec?.secretName }[manifest.kind];
    if (made) known.add(made);
  }
  return [...new Set(objects.flatMap(({ manifest }) => secretNames(manifest)))].filter((name) => !known.has(name));
}

/** Wherever a pod names a Secret: pull secrets, volumes, single keys. */
function secretNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(secretNames);
  return Object.entries(value).flatMap(([key, content]) => {
    if (key === 'imagePullSecrets') return (content as { name: string }[]).map(({ name }) => name);
    if (key === 'secretKeyRef' || key === 'secretRef') return [(content as { name: string }).name];
    // In a projected volume it is `name`, in a volume of its own `secretName`.
    if (key === 'secret' && typeof content === 'object' && content !== null) {
      const { name, secretName } = content as { name?: string; secretName?: string };
      return [name ?? secretName ?? ''].filter((found) => found !== '');
    }
    return secretNames(content);
  });
}
