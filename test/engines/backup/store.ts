import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from '../node/network';
import { Pod } from '../node/pod';
import { until } from '../node/set';
import { rcloneImage } from './rclone';
import { backupsIn } from './stored';

const PORT = 9000;

/** A server that speaks S3, over a folder: rclone has one, and it is another program than its client. */
export async function startStore(
  network: Network,
  keys: { readonly 'access-key-id': string; readonly 'secret-access-key': string },
) {
  const folder = mkdtempSync(join(tmpdir(), 'engine-store-'));
  const user = { runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 };
  const container = {
    name: 'store',
    image: 'store',
    command: [
      'rclone',
      'serve',
      's3',
      '--config=/notfound',
      `--addr=:${PORT}`,
      `--auth-key=${Object.values(keys).join(',')}`,
      '/buckets',
    ],
    env: [{ name: 'HOME', value: '/tmp' }],
    volumeMounts: [
      { name: 'buckets', mountPath: '/buckets' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    securityContext: {},
  };
  const pod = new Pod(
    {
      name: 'store',
      namespace: 'elsewhere',
      folder: join(folder, 'pod'),
      claims: join(folder, 'claims'),
      template: { spec: { containers: [container], securityContext: user, volumes: [{ name: 'tmp', emptyDir: {} }] } },
      service: 'example',
      manifests: [],
      secrets: {},
      images: { store: await rcloneImage() },
    },
    network,
  );
  await pod.start();
  const buckets = join(folder, 'claims', 'buckets');
  const endpoint = `http://${pod.address}:${PORT}`;
  await until(
    'the store answers',
    async () => (await fetch(endpoint).catch(() => undefined)) !== undefined,
    20,
    () => pod.main.lastLines(),
  );
  // As an administrator makes it, before anybody stores something.
  const made = await pod.main.exec(['mkdir', '/buckets/shop']);
  if (made.code !== 0) throw new Error(made.stderr);
  return {
    endpoint,
    stored: (path: string) => backupsIn(join(buckets, 'shop', path)),
    /** The first letters of the newest dump. */
    begin: (path: string) => {
      const folder = join(buckets, 'shop', path);
      return readFileSync(join(folder, backupsIn(folder).at(-1) ?? '', 'dump'))
        .subarray(0, 6)
        .toString('latin1');
    },
    async close() {
      await pod.destroy();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
