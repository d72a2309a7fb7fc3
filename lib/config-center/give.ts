import { configGeneration } from '../workload/config-generation';
import type { Workload } from '../workload/workload';
import { filesPart, variablesPart, volumeName } from './parts';
import { type SecretKeys, secretFiles, secretVariables } from './secrets';
import type { Source } from './sources';
import type { ReadUse } from './use';

/** The texts of keys that have a value in this environment. */
export type Texts = Readonly<Record<string, string>>;

/** Everything that a config centre can give. */
export interface Content {
  readonly name: string;
  readonly startup: Texts;
  readonly files: Texts;
  readonly dynamic: Texts;
  /** The ConfigMap of the dynamic files. */
  readonly dynamicName: string;
  readonly secrets: SecretKeys;
  readonly sourceSecrets: SecretKeys;
  readonly source: Source | undefined;
}

/** Gives a workload what it asked for: config maps of its own in its own file, and parts of its pods. */
export function give(content: Content, workload: Workload, use: ReadUse): void {
  giveStartup(content, workload, use);
  giveFiles(content, workload, use);
  giveSecrets(content, workload, use);
  const bootstrap = content.source?.giveTo(workload, use.source);
  if (bootstrap) workload.add(bootstrap);
}

function giveStartup({ name, startup }: Content, workload: Workload, use: ReadUse): void {
  const data = picked(startup, use.startup);
  if (Object.keys(data).length === 0) return;
  const configMap = configGeneration(
    workload,
    `Config-${name}`,
    `${workload.name}-${name}`,
    data,
    'configuration',
    workload.name,
  );
  workload.add(variablesPart(`the startup values of ${name}`, configMap.name, Object.keys(data)));
}

function giveFiles({ name, files, dynamic, dynamicName }: Content, workload: Workload, use: ReadUse): void {
  const data = picked(files, use.files);
  const keys = Object.keys(data);
  const sources = [{ configMap: dynamicName, keys: Object.keys(picked(dynamic, use.dynamic)) }];
  if (keys.length > 0) {
    // Not in one ConfigMap with the variables: `envFrom` takes every key, and would put the files into the environment.
    const configMap = configGeneration(
      workload,
      `Files-${name}`,
      `${workload.name}-${name}-files`,
      data,
      'configuration',
      workload.name,
    );
    sources.unshift({ configMap: configMap.name, keys });
  }
  workload.add(
    filesPart(`the files of ${name}`, volumeName('config', name), use.mountPath ?? `/etc/config/${name}`, sources),
  );
}

function giveSecrets({ name, secrets, source, ...content }: Content, workload: Workload, use: ReadUse): void {
  const sourceSecrets = { ...content.sourceSecrets, ...source?.accountSecrets(workload.name) };
  const from = `the secrets of ${name}`;
  const own = picked(secrets, use.secrets);
  const { secretsAs = 'files' } = use;
  const sourceAs = use.secretsAs ?? source?.secretsAs;
  const aliased = Object.entries(source?.secretAliases ?? {}).flatMap(([alias, key]) => {
    const secret = sourceSecrets[key];
    return secret === undefined ? [] : [[alias, secret] as const];
  });
  const files = { ...(secretsAs === 'files' ? own : {}), ...(sourceAs === 'files' ? sourceSecrets : {}) };
  const variables = {
    ...(secretsAs === 'env' ? own : {}),
    ...(sourceAs === 'env' ? { ...sourceSecrets, ...Object.fromEntries(aliased) } : {}),
  };
  workload.add(secretVariables(from, variables));
  workload.add(secretFiles(from, files, volumeName('secrets', name), use.secretsMountPath ?? `/run/secrets/${name}`));
}

/** Some entries of a map; a key without a value in this environment is left out, and a rule speaks of it. */
function picked<Value>(from: Readonly<Record<string, Value>>, keys: readonly string[]): Record<string, Value> {
  const entries = keys.filter((key) => Object.hasOwn(from, key)).map((key) => [key, from[key] as Value] as const);
  // Sorted, so that the order in which a program names the keys changes nothing.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
