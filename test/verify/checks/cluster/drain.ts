import { list, notRolledOut } from './live';
import type { Shop } from './shop';

/** Every node in its turn is emptied and comes back, as in an upgrade of the cluster. */
export async function drains({ cluster, figures, environments }: Shop): Promise<void> {
  const stuck: string[] = [];
  for (const { metadata } of await list(cluster, '', 'nodes')) {
    const flags = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=180s'];
    const { code, stderr } = await cluster.kubectl(['drain', metadata.name, ...flags]);
    if (code !== 0) {
      const { stdout } = await cluster.kubectl(['get', 'pods,pvc', '-A', '-o', 'wide']);
      const waiting = stdout.split('\n').filter((line) => !/ (Running|Bound) /.test(line));
      stuck.push([metadata.name, ...stderr.split('\n').slice(-3), ...waiting].join('\n'));
    }
    await cluster.kubectl(['uncordon', metadata.name]);
  }
  figures.none('nodes whose drain does not finish', stuck);
  const namespaces = environments.map(({ namespace }) => namespace);
  figures.none('workloads that do not come back after the drains', await notRolledOut(cluster, namespaces));
}
