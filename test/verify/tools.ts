import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache';
import { goVersion, pinned, toolFolder } from './go-modules';
import { mustRun } from './run';
import type { Skipped } from './skipped';

export type Family =
  | 'kubernetes'
  | 'oldest'
  | 'consul'
  | 'etcd'
  | 'kwok'
  | 'kubeconform'
  | 'kube-linter'
  | 'kube-score'
  | 'polaris'
  | 'parser'
  | 'rclone';

/** Those that are a few lines of our own around a module. */
const own: readonly Family[] = ['parser', 'rclone'];

const built = new Map<Family, Promise<string | Skipped>>();

/** The folder with the programs of a family, built from their pinned sources if they have not been before. */
export function tools(family: Family): Promise<string | Skipped> {
  const already = built.get(family);
  if (already) return already;
  const building = build(family);
  built.set(family, building);
  return building;
}

async function build(family: Family): Promise<string | Skipped> {
  const go = await goVersion();
  if (!go) return { skipped: 'Go is not installed' };

  const isOwn = own.includes(family);
  const source = isOwn ? join(__dirname, family) : toolFolder(family);
  const flags = ['-buildvcs=false', '-mod=readonly', '-trimpath', '-ldflags', `-s -w${versionFlags(family)}`];
  return cached(`${family}-${fingerprint(source, go, flags)}`, async (folder) => {
    const started = Date.now();
    console.error(`building ${family} with ${go} …`);
    await mustRun('go', ['build', ...flags, '-o', `${folder}/`, isOwn ? '.' : 'tool'], {
      cwd: source,
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    });
    console.error(`built ${family} in ${Math.round((Date.now() - started) / 1000)} s`);
  });
}

/** Kubernetes learns its own version from the linker. Without it the API server would call itself v0.0.0-master. */
function versionFlags(family: Family): string {
  if (family !== 'kubernetes' && family !== 'oldest') return '';
  const version = kubernetesVersion(family);
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return Object.entries(values)
    .map(([name, value]) => ` -X k8s.io/component-base/version.${name}=${value}`)
    .join('');
}

export function kubernetesVersion(family: 'kubernetes' | 'oldest' | 'lowest' | 'middle'): string {
  const found = pinned(family).find((module) => module.path === 'k8s.io/kubernetes');
  if (!found) throw new Error(`${toolFolder(family)} does not pin k8s.io/kubernetes`);
  return found.version;
}

function fingerprint(source: string, go: string, flags: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([go, process.platform, process.arch, flags]));
  for (const file of readdirSync(source).sort()) hash.update(file).update(readFileSync(join(source, file)));
  return hash.digest('hex').slice(0, 16);
}
