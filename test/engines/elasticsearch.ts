import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatefulBackend } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { mustRun } from '../verify/run';
import { Figures } from './figures';
import { JARS, jarsOf } from './jars';
import { rendered } from './render';

const manifests = (): Manifest[] =>
  rendered((shop) => {
    StatefulBackend.elasticsearch(shop, 'logs', { storage: '10Gi' });
  });

/** The last that runs on the Java of Debian; the one of the image wants a newer. */
const VERSION = '8.19.0';

const jars = (): Promise<string> => jarsOf('elasticsearch', VERSION);

/** The compiler of Java, too: what asks the server's own code is run from its source. */
export const elasticsearchNeeds = (): Promise<unknown> => Promise.all([jars(), mustRun('javac', ['-version'])]);

/** Of parts of the server that nobody publishes but in its image. */
const elsewhere = ['xpack.security.enabled', 'ingest.geoip.downloader.enabled'];

/** No member is run: the server's own code reads the settings, and says whether it knows and takes them. */
export async function elasticsearchSettings(): Promise<boolean> {
  const figures = new Figures('elasticsearch-settings');
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    const config = manifests().find(({ kind, data }) => kind === 'ConfigMap' && data?.['elasticsearch.yml']);
    writeFileSync(join(folder, 'elasticsearch.yml'), config?.data['elasticsearch.yml']);
    const program = join(__dirname, 'elasticsearch', 'Check.java');
    const said = await mustRun('java', ['-cp', `${await jars()}${JARS}/*`, program, folder], {
      env: { ...process.env, POD_NAME: 'logs-0', PEERS: 'logs-peers' },
    });
    const lines = said.split('\n');
    const refused = lines.filter((line) => line.startsWith('refused '));
    const wrong = refused.filter(
      (line) => !elsewhere.some((name) => line.startsWith(`refused ${name}: unknown setting`)),
    );
    figures.note('settings that the server takes', lines.filter((line) => line.startsWith('accepted ')).length);
    figures.is('settings that the server refuses', wrong.length, 0, wrong);
    figures.is('its name in the cluster', lines.includes('accepted node.name = logs-0') ? 1 : 0, 1, lines);
    figures.note('settings that only the image knows', refused.length - wrong.length);
    return figures.allRight;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
