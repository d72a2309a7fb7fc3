import { join } from 'node:path';
import { startCluster } from '../cluster';
import type { Context } from '../context';
import { changed } from '../program';
import { isSkipped } from '../skipped';

const version = '1.28';
const settings = "system: 'shop',";

/** The shop as it is written for the oldest Kubernetes that there is a control plane of. */
export async function oldest(context: Context): Promise<void> {
  const { figures } = context;
  if (process.env.VERIFY_CLUSTER === 'existing') {
    return figures.skip(`apply to Kubernetes ${version}`, {
      skipped: 'whoever brings a cluster has brought its version',
    });
  }
  const cluster = await startCluster({ version: 'oldest' });
  if (isSkipped(cluster)) return figures.skip(`apply to Kubernetes ${version}`, cluster);
  try {
    const dist = join(context.folder, 'oldest', 'dist');
    const forOldest = (text: string) => text.replace(settings, `${settings} kubernetesVersion: '${version}',`);
    const { system } = await changed(await context.shop(), forOldest, 'oldest', dist);
    const failures: string[] = [];
    const warnings: string[] = [];
    for (const { name } of system.environments) {
      const args = ['apply', '--server-side', '--validate=strict', '-f', join(dist, name)];
      const { code, stderr } = await cluster.kubectl(args);
      if (code !== 0) failures.push(`${name}: ${stderr}`);
      warnings.push(...stderr.split('\n').filter((line) => line.startsWith('Warning:')));
    }
    figures.none(`environments that server-side apply to Kubernetes ${version} fails on`, failures);
    figures.none(`apply warnings of Kubernetes ${version}`, warnings);
  } finally {
    cluster.stop();
  }
}
