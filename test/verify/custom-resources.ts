import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache';
import type { KubernetesObject } from './cluster/api';
import { moduleFolder, pinned, toolFolder } from './go-modules';
import { parseAsKubernetes } from './parser';
import { isSkipped, type Skipped } from './skipped';

/** Where the pinned modules keep their custom resource definitions. */
const folders: Readonly<Record<string, string>> = {
  'github.com/argoproj/argo-rollouts': 'manifests/crds',
  'github.com/cert-manager/cert-manager': 'deploy/crds',
  'github.com/external-secrets/external-secrets': 'config/crds/bases',
  'github.com/kedacore/keda/v2': 'config/crd/bases',
  'github.com/prometheus-operator/prometheus-operator': 'example/prometheus-operator-crd',
  'github.com/traefik/traefik/v3': 'docs/content/reference/dynamic-configuration',
  'istio.io/api': 'kubernetes',
  // The experimental channel holds all of the standard one and the fields that only it has.
  'sigs.k8s.io/gateway-api': 'config/crd/experimental',
};

/** Every custom resource definition that a manifest of this library may rely on. */
export async function customResourceDefinitions(): Promise<KubernetesObject[] | Skipped> {
  const parser = await parseAsKubernetes([]);
  if (isSkipped(parser)) return parser;
  const key = createHash('sha256')
    .update(readFileSync(join(toolFolder('crds'), 'go.sum')))
    .update(JSON.stringify(folders))
    .digest('hex');
  const folder = await cached(`crds-${key.slice(0, 16)}`, async (unfinished) => {
    writeFileSync(join(unfinished, 'crds.json'), JSON.stringify(await readAll()));
  });
  return JSON.parse(readFileSync(join(folder, 'crds.json'), 'utf8')) as KubernetesObject[];
}

async function readAll(): Promise<KubernetesObject[]> {
  const texts = await Promise.all(
    pinned('crds').map(async (module) => {
      const folder = folders[module.path];
      if (!folder) throw new Error(`Where ${module.path} keeps its definitions is not said`);
      return documents(join(await moduleFolder('crds', module), folder));
    }),
  );
  const parsed = await parseAsKubernetes(texts.flat());
  if (isSkipped(parsed)) throw new Error(parsed.skipped);

  // A bundle may repeat what lies beside it in files of its own.
  const byName = new Map<string, KubernetesObject>();
  for (const object of parsed as (KubernetesObject | null)[]) {
    if (object?.kind === 'CustomResourceDefinition') byName.set(object.metadata.name, object);
  }
  return [...byName.values()];
}

function documents(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  return files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^---.*$/m));
}
