import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import { toYaml } from '../../../lib/kubernetes/yaml';
import type { Cluster } from '../cluster';

const inNoNamespace = new Set(['Namespace', 'PriorityClass', 'ClusterRole', 'ClusterRoleBinding', 'StorageClass']);

/** An object as the library writes it, but for its namespace, which must be there, and a name where it gets one later. */
export function textFor(manifest: Manifest, namespace: string): string {
  const { generateName, name = `${generateName}later`, ...others } = manifest.metadata;
  const metadata = { name, ...others, namespace };
  return `---\n${toYaml(inNoNamespace.has(manifest.kind) ? manifest : { ...manifest, metadata })}`;
}

const together = 150;

/** What the API server has against each of these documents; it makes none of them. */
export async function rejections(cluster: Cluster, texts: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let start = 0; start < texts.length; start += together) {
    const batch = texts.slice(start, start + together);
    if (await tryOut(cluster, batch.join(''))) await halve(cluster, batch, found);
  }
  return found;
}

/** Finds those that are to blame. */
async function halve(cluster: Cluster, batch: readonly string[], found: Map<string, string>): Promise<void> {
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    const said = half.length > 0 && (await tryOut(cluster, half.join('')));
    if (!said) continue;
    if (half.length === 1) found.set(half[0] as string, said);
    else await halve(cluster, half, found);
  }
}

async function tryOut(cluster: Cluster, input: string): Promise<string | undefined> {
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'];
  const { code, stderr } = await cluster.kubectl(args, { input });
  return code === 0 ? undefined : stderr;
}
