import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache';
import { customResourceDefinitions } from './custom-resources';
import { goVersion, moduleFolder, toolFolder } from './go-modules';
import { customResourceSchemas } from './schemas/custom-resources';
import { type JsonSchema, kubernetesSchemas, type Swagger } from './schemas/kubernetes';
import { isSkipped, type Skipped } from './skipped';
import { kubernetesVersion } from './tools';

export interface Schemas {
  readonly folder: string;
  /** Where a linter finds the schema of an object, in the notation of kubeconform. */
  readonly locations: readonly string[];
}

/** From the oldest that an environment is written for by default to the newest. */
const releases = ['lowest', 'middle', 'kubernetes'] as const;

/** The Kubernetes versions that there are schemas of, as in `1.36.4`, oldest first. */
export const schemaVersions: readonly string[] = releases.map((release) => kubernetesVersion(release).slice(1));

/** Schemas of every kind, made from the pinned sources: kubeconform would otherwise look for them on the internet. */
export async function schemas(): Promise<Schemas | Skipped> {
  if (!(await goVersion())) return { skipped: 'Go is not installed' };
  const definitions = await customResourceDefinitions();
  if (isSkipped(definitions)) return definitions;

  const folder = await cached(`schemas-${fingerprint(JSON.stringify(definitions))}`, async (unfinished) => {
    for (const release of releases) {
      const version = kubernetesVersion(release);
      const source = await moduleFolder(release, { path: 'k8s.io/kubernetes', version });
      const swagger = readFileSync(join(source, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
      save(join(unfinished, version), kubernetesSchemas(JSON.parse(swagger) as Swagger));
    }
    save(join(unfinished, 'custom'), customResourceSchemas(definitions));
  });
  const file = '{{ .Group }}/{{ .ResourceKind }}-{{ .ResourceAPIVersion }}.json';
  const locations = ['{{ .NormalizedKubernetesVersion }}', 'custom'].map((part) => join(folder, part, file));
  return { folder, locations };
}

function save(folder: string, schemasByFile: ReadonlyMap<string, JsonSchema>): void {
  for (const [file, schema] of schemasByFile) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), JSON.stringify(schema));
  }
}

/** Changes with the pinned sources and with the code that turns them into schemas. */
function fingerprint(definitions: string): string {
  const hash = createHash('sha256').update(definitions);
  for (const release of releases) hash.update(readFileSync(join(toolFolder(release), 'go.mod')));
  const code = join(__dirname, 'schemas');
  for (const file of readdirSync(code).sort()) hash.update(readFileSync(join(code, file)));
  return hash.digest('hex').slice(0, 16);
}
