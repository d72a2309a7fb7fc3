import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import {
  Backup,
  type Environment,
  LoggingSidecar,
  Migration,
  ShardedDatabase,
  StatefulBackend,
  StatelessService,
} from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { manifestsOf, quietEnvironment } from './support/render';
import { temporaryDirectory } from './support/temporary';
import { shellcheck } from './tools/shellcheck';

/** What is not said of them, each with the reason. */
const excluded: Readonly<Record<string, string>> = {
  SC1091: 'scripts of Redis share a file, which is linted by itself',
  SC2034: 'a variable that only the shared file reads',
  SC2154: 'a variable that only the scripts that read the shared file set',
  SC2209: 'the name of a database such as `admin` or `test` is no command',
  SC3013: 'dash, busybox and bash all have -ef',
  SC2153: 'variables in capitals come from the environment of the container, where nothing in the script sets them',
  SC2317: 'a function that only a trap calls looks as if nobody did',
};

const image = 'registry.example.com/shop/any:1.0.0';
const storage = '10Gi';
const credentials = { secret: 'it' };

/** Everything that the library writes scripts for, in all its forms. */
function everything(shop: Environment): void {
  const service = new StatelessService(shop, 'service', { image });
  const schema = new Migration(shop, 'schema', { image, check: ['true'] });
  service.waitsFor(schema);
  const backup = (backend: ConstructorParameters<typeof Backup>[0]) =>
    new Backup(backend, 'backup', { schedule: '30 1 * * *', to: { bucket: 's3://backups', credentials } });
  for (const accounts of ['per-user', 'shared'] as const) {
    for (const engine of ['mysql', 'mariadb', 'postgres'] as const) {
      const database = StatefulBackend[engine](shop, `${engine}-${accounts}`, {
        storage,
        credentials,
        accounts,
      }) as unknown as Parameters<typeof backup>[0];
      backup(database);
      service.uses(database);
      schema.uses(database);
    }
  }
  for (const topology of ['single', 'sentinel', 'cluster'] as const) {
    const redis = StatefulBackend.redis(shop, `redis-${topology}`, { storage, topology, credentials });
    if (topology !== 'cluster') backup(redis);
  }
  backup(StatefulBackend.mongodb(shop, 'mongodb', { storage, credentials }));
  backup(StatefulBackend.etcd(shop, 'etcd', { storage }));
  backup(StatefulBackend.consul(shop, 'consul', { storage }));
  StatefulBackend.kafka(shop, 'kafka', { storage });
  StatefulBackend.elasticsearch(shop, 'elasticsearch', { storage });
  StatefulBackend.rabbitmq(shop, 'rabbitmq', { storage, credentials });
  StatefulBackend.zookeeper(shop, 'zookeeper', { storage, credentials });
  StatefulBackend.memcached(shop, 'memcached', {});
  const database = StatefulBackend.mysql(shop, 'config-db', { storage, credentials });
  StatefulBackend.nacos(shop, 'nacos', { storage, credentials, database });
  StatefulBackend.apollo(shop, 'apollo', { database });
  const sharding = { storage, credentials, shards: 2, tables: { orders: { shardBy: 'id' } }, proxy: { image } };
  for (const engine of ['mysql', 'mariadb', 'postgres'] as const)
    ShardedDatabase[engine](shop, `sharded-${engine}`, sharding);
  new LoggingSidecar(service, 'logs', { output: { elasticsearch: { hosts: ['logs.example.com:9200'] } } });
}

/** The scripts of all ConfigMaps, and those that stand behind `sh -c`. */
function scriptsOf(manifests: readonly Manifest[]): Map<string, string> {
  const scripts = new Map<string, string>();
  const add = (name: string, text: string) => {
    if (![...scripts.values()].includes(text)) scripts.set(`${scripts.size}-${name.replaceAll('/', '-')}`, text);
  };
  for (const { kind, metadata, data = {}, spec } of manifests) {
    const name = `${kind}-${metadata.name ?? metadata.generateName}`;
    if (kind === 'ConfigMap') {
      for (const [file, text] of Object.entries<string>(data)) if (file.endsWith('.sh')) add(`${name}-${file}`, text);
    }
    const pod: PodSpec | undefined = (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
    for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]) {
      for (const [shell = '', option = '', text] of commandsOf(container)) {
        const isScript = /^(ba)?sh$/.test(shell) && /^-\w*c$/.test(option) && text !== undefined;
        if (isScript) add(`${name}-${container.name}.sh`, `#!/bin/${shell}\n${text}\n`);
      }
    }
  }
  return scripts;
}

const commandsOf = ({ command, lifecycle, readinessProbe, livenessProbe }: Container): readonly string[][] =>
  [command, lifecycle?.preStop?.exec?.command, readinessProbe?.exec?.command, livenessProbe?.exec?.command].map(
    (words = []) => words,
  );

const found = shellcheck();
const linted = 'missing' in found ? test.skip : test;

linted(
  'scripts of all engines, backups and sidecars are what shellcheck takes for right',
  () => {
    const shop = quietEnvironment({ quota: false });
    everything(shop);
    const folder = join(temporaryDirectory(), 'scripts');
    mkdirSync(folder);
    const scripts = scriptsOf(manifestsOf(shop));
    for (const [name, text] of scripts) writeFileSync(join(folder, name), text);
    expect(scripts.size).toBeGreaterThan(40);
    const { program } = found as { readonly program: string };
    const options = ['--severity=style', `--exclude=${Object.keys(excluded).join(',')}`, '--format=gcc'];
    const { stdout, stderr } = spawnSync(program, [...options, ...scripts.keys()], { cwd: folder, encoding: 'utf8' });
    expect(`${stdout}${stderr}`.trim().split('\n').filter(Boolean)).toEqual([]);
  },
  60_000,
);
