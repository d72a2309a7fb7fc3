import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  Backup,
  type BackupProps,
  callGraph,
  Environment,
  type EnvironmentProps,
  ExternalBackend,
  type MicroserviceApp,
  StatefulBackend,
  StatelessService,
} from '../lib';
import type { KubernetesObject } from '../lib/kubernetes/kubernetes-object';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietApp, quietEnvironment, yamlOf } from './support/render';
import { temporaryDirectory } from './support/temporary';
import './support/yaml-snapshot';

const minimal: BackupProps = { schedule: '30 1 * * *', to: { volume: '50Gi' } };
const bucket = { bucket: 's3://shop-backups', region: 'eu-central-1', credentials: { secret: 'backups' } };

function databaseIn(shop: Environment, provider: 'statefulset' | 'external' = 'statefulset') {
  return StatefulBackend.postgres(shop, 'orders-db', {
    provider,
    external: { host: 'postgres.example.com', cidrs: ['10.50.0.0/24'] },
    storage: '20Gi',
    credentials: { secret: 'orders-db' },
  });
}

function backup(props: Partial<BackupProps> = {}, environment: EnvironmentProps = {}): Backup {
  return new Backup(databaseIn(quietEnvironment(environment)), 'backup', { ...minimal, ...props });
}

const podOf = (made: Backup) => made.cronJob.toJson().spec.jobTemplate.spec.template.spec;
const restoreOf = (made: Backup) => made.restoreJobs[0]?.toJson() as ReturnType<Backup['cronJob']['toJson']>;
const alertsOf = (made: Backup) => made.prometheusRule?.toJson().spec.groups[0].rules;
// biome-ignore lint/suspicious/noExplicitAny: an item of a manifest
const named = (items: any[], name: string) => items.find((item) => item.name === name);
const variableOf = (made: Backup, name: string) => named(podOf(made).containers[0].env, name)?.value;

test('needs nothing but a schedule and a place to go', () => {
  expect(yamlOf(backup())).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'Backup')?.full[0] as BackupProps;
  expect(yamlOf(backup(every))).toMatchSnapshot();
});

test('writes out with the image of the engine, and stores with that of rclone', () => {
  const { initContainers, containers } = podOf(backup());
  expect(initContainers.map(({ image }: { image: string }) => image)).toEqual(['docker.io/library/postgres:17.4']);
  expect(containers.map(({ image }: { image: string }) => image)).toEqual(['docker.io/rclone/rclone:1.69.1']);
});

test('gives the account to what writes out, and the key of the bucket to what stores', () => {
  const { initContainers, containers } = podOf(backup({ to: bucket }));
  const mountsOf = ({ volumeMounts }: { volumeMounts: { name: string }[] }) => volumeMounts.map(({ name }) => name);
  expect(mountsOf(initContainers[0])).toContain('accounts');
  expect(mountsOf(initContainers[0])).not.toContain('destination');
  expect(mountsOf(containers[0])).toContain('destination');
  expect(mountsOf(containers[0])).not.toContain('accounts');
});

describe('where it goes', () => {
  test('is a claim that no tool prunes', () => {
    const { metadata, spec } = (backup().volumeClaim as KubernetesObject).toJson();
    expect(spec.resources.requests.storage).toBe('50Gi');
    expect(metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
  });

  test('holds up no wave of Argo CD until its first run', () => {
    const made = backup({}, { deployOrder: 'argo-cd' });
    expect(made.volumeClaim?.toJson().metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': '1000' });
  });

  test('is a bucket, under the names of the environment and of the backup', () => {
    const made = backup({ to: { ...bucket, bucket: 's3://shop-backups/databases/' } });
    expect(made.volumeClaim).toBeUndefined();
    expect(variableOf(made, 'TARGET')).toBe('store:shop-backups/databases/test/orders-db-backup');
  });

  test.each([
    [undefined, 443],
    ['https://s3.example.com', 443],
    ['http://s3.example.com', 80],
    ['https://s3.example.com:9000', 9000],
  ])('is let through at %s to port %i', (endpoint, port) => {
    const made = backup({ to: { ...bucket, endpoint, cidrs: ['10.60.0.0/24'] } });
    for (const policy of manifestsOf(made).filter(({ kind }) => kind === 'NetworkPolicy')) {
      expect(policy.spec.egress).toContainEqual({
        to: [{ ipBlock: { cidr: '10.60.0.0/24' } }],
        ports: [{ port, protocol: 'TCP' }],
      });
    }
  });
});

describe('what is kept', () => {
  test.each([
    [undefined, '7', '0'],
    [{ last: 3 }, '3', '0'],
    [{ days: 14 }, '0', '14'],
    [{ last: 3, days: 14 }, '3', '14'],
  ])('of %o', (keep, last, days) => {
    const made = backup({ keep });
    expect([variableOf(made, 'KEEP_LAST'), variableOf(made, 'KEEP_DAYS')]).toEqual([last, days]);
  });
});

describe('a bucket without static keys', () => {
  const arn = 'arn:aws:iam::111122223333:role/backups';
  const of = (to: BackupProps['to']) => backup({ to });
  const accounts = (made: Backup) => manifestsOf(made).filter(({ kind }) => kind === 'ServiceAccount');

  test('is reached with a role of AWS, whose token only rclone gets', () => {
    const made = of({ bucket: 's3://shop-backups', region: 'eu-central-1', identity: { roleArn: arn } });
    const { volumes, containers, initContainers } = podOf(made);
    expect(named(volumes, 'identity').projected.sources).toEqual([
      { serviceAccountToken: { audience: 'sts.amazonaws.com', expirationSeconds: 3_600, path: 'token' } },
    ]);
    expect(variableOf(made, 'AWS_ROLE_ARN')).toBe(arn);
    expect(variableOf(made, 'AWS_WEB_IDENTITY_TOKEN_FILE')).toBe('/run/identity/token');
    expect(named(containers[0].volumeMounts, 'identity').readOnly).toBe(true);
    expect(named(initContainers[0].volumeMounts, 'identity')).toBeUndefined();
    expect(named(volumes, 'destination')).toBeUndefined();
    const [fetch] = restoreOf(made).spec.template.spec.initContainers;
    expect(named(fetch.env, 'AWS_ROLE_ARN').value).toBe(arn);
  });

  test('is reached with EKS Pod Identity, whose agent is on the node', () => {
    const made = of({ bucket: 's3://shop-backups', identity: { podIdentity: true } });
    expect(made.networkPolicy.toJson().spec.egress).toContainEqual({
      to: [{ ipBlock: { cidr: '169.254.170.23/32' } }],
      ports: [{ port: 80, protocol: 'TCP' }],
    });
  });

  test('of Google is reached as a service account, through the metadata server', () => {
    const account = 'backups@shop.iam.gserviceaccount.com';
    const made = of({ bucket: 'gs://shop-backups/databases', identity: { googleServiceAccount: account } });
    expect(accounts(made).filter(({ metadata }) => metadata.name.startsWith('orders-db-backup'))).toHaveLength(2);
    for (const { metadata } of accounts(made).filter(({ metadata: { name } }) => name.startsWith('orders-db-backup'))) {
      expect(metadata.annotations).toMatchObject({ 'iam.gke.io/gcp-service-account': account });
    }
    expect(variableOf(made, 'RCLONE_CONFIG_STORE_TYPE')).toBe('google cloud storage');
    expect(variableOf(made, 'TARGET')).toBe('store:shop-backups/databases/test/orders-db-backup');
    expect(JSON.stringify(made.networkPolicy.toJson())).toContain('169.254.169.252/32');
  });

  test('of Azure is reached with a federated token', () => {
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    const identity = { azureClientId: id, azureTenantId: id };
    const made = of({ bucket: 'azblob://shopbackups/databases', identity });
    expect(variableOf(made, 'RCLONE_CONFIG_STORE_ACCOUNT')).toBe('shopbackups');
    expect(variableOf(made, 'TARGET')).toBe('store:databases/test/orders-db-backup');
    expect(variableOf(made, 'AZURE_CLIENT_ID')).toBe(id);
    expect(named(podOf(made).volumes, 'identity').projected.sources[0].serviceAccountToken.audience).toBe(
      'api://AzureADTokenExchange',
    );
  });
});

describe('what lies in the store', () => {
  test('is encrypted with a password from a Secret, which only rclone reads', () => {
    const made = backup({ to: bucket, encryption: { secret: 'backup-encryption' } });
    expect(variableOf(made, 'TARGET')).toBe('safe:encrypted');
    expect(variableOf(made, 'RCLONE_CONFIG_SAFE_REMOTE')).toBe('store:shop-backups/test/orders-db-backup');
    expect(named(podOf(made).containers[0].volumeMounts, 'encryption').readOnly).toBe(true);
    expect(named(podOf(made).initContainers[0].volumeMounts, 'encryption')).toBeUndefined();
    const volume = backup({ encryption: { secret: 'backup-encryption', key: 'passphrase' } });
    expect(variableOf(volume, 'RCLONE_CONFIG_SAFE_REMOTE')).toBe('/store');
    expect(named(podOf(volume).volumes, 'encryption').secret.items).toEqual([{ key: 'passphrase', path: 'password' }]);
  });

  test('is encrypted by S3, with its keys or one of KMS', () => {
    const kms = backup({ to: { ...bucket, serverSideEncryption: { kmsKeyId: 'alias/backups' } } });
    expect(variableOf(kms, 'RCLONE_CONFIG_STORE_SERVER_SIDE_ENCRYPTION')).toBe('aws:kms');
    expect(variableOf(kms, 'RCLONE_CONFIG_STORE_SSE_KMS_KEY_ID')).toBe('alias/backups');
    const own = backup({ to: { ...bucket, serverSideEncryption: 'AES256' } });
    expect(variableOf(own, 'RCLONE_CONFIG_STORE_SERVER_SIDE_ENCRYPTION')).toBe('AES256');
  });

  test('is deleted by a rule of the bucket, where the key cannot', () => {
    expect(variableOf(backup({ to: bucket, keep: 'bucket-lifecycle' }), 'KEEP_LAST')).toBe('all');
  });
});

describe('the dump in between', () => {
  test('lies on the disk of the node while it is small', () => {
    const cache = StatefulBackend.redis(quietEnvironment(), 'cache', { storage: '1Gi' });
    const small = new Backup(cache, 'backup', minimal);
    expect(named(podOf(small).volumes, 'backup').emptyDir).toEqual({ sizeLimit: '1Gi' });
  });

  test('lies on a claim as large as the volume of the database where no node has room for it', () => {
    const { ephemeral } = named(podOf(backup()).volumes, 'backup');
    expect(ephemeral.volumeClaimTemplate.spec.resources.requests.storage).toBe('20Gi');
    const fast = named(podOf(backup({ scratch: { storageClass: 'fast' } })).volumes, 'backup').ephemeral;
    expect(fast.volumeClaimTemplate.spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '20Gi' } },
    });
  });

  test('may take as long as a full volume needs for two attempts', () => {
    const deadlineOf = (storage: string, schedule = '@daily') => {
      const database = StatefulBackend.postgres(quietEnvironment(), 'db', { storage, credentials: { secret: 'db' } });
      return new Backup(database, 'backup', { ...minimal, schedule }).cronJob.toJson().spec.jobTemplate.spec
        .activeDeadlineSeconds;
    };
    // 2 x 200 x 1024 MiB / 20 MiB/s = 20480 s, in whole hours.
    expect([deadlineOf('20Gi'), deadlineOf('200Gi'), deadlineOf('200Gi', '@hourly')]).toEqual([7_200, 21_600, 3_600]);
  });

  test('or on a claim of the pod, for which the quota has room', () => {
    const made = backup({ scratch: { size: '100Gi' } }, { quota: 'computed' });
    expect(named(podOf(made).volumes, 'backup').ephemeral.volumeClaimTemplate.spec.resources.requests.storage).toBe(
      '100Gi',
    );
    const quota = manifestsOf(made.node.root).find(({ kind }) => kind === 'ResourceQuota')?.spec.hard;
    // Two members and the backups; one run at work, one that went well, two attempts of one that did not; a restore.
    expect(quota).toMatchObject({ persistentvolumeclaims: '8', 'requests.storage': '590Gi' });
  });
});

describe('its backend', () => {
  const peersOf = (shop: Environment) =>
    JSON.stringify(
      manifestsOf(shop).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'orders-db'),
    );

  test('lets it in, and the way back too', () => {
    const shop = quietEnvironment();
    new Backup(databaseIn(shop), 'backup', minimal);
    expect(peersOf(shop)).toContain('"orders-db-backup"');
    expect(peersOf(shop)).toContain('"orders-db-backup-restore"');
  });

  test('may be run by somebody else, and nothing changes but the way', () => {
    const own = quietEnvironment();
    const managed = quietEnvironment();
    const [here, there] = [
      new Backup(databaseIn(own), 'backup', minimal),
      new Backup(databaseIn(managed, 'external'), 'backup', minimal),
    ];
    const cronJob = ({ spec }: ReturnType<Backup['cronJob']['toJson']>) =>
      JSON.stringify(spec)
        .replace(/\{"name":"READ_HOST","value":"orders-db-read"\},/, '')
        .replace('{"name":"HOST","value":"orders-db"}', '{"name":"HOST","value":"postgres.example.com"}');
    expect(cronJob(there.cronJob.toJson())).toBe(cronJob(here.cronJob.toJson()));
    expect(JSON.stringify(there.networkPolicy.toJson().spec.egress)).toContain('10.50.0.0/24');
  });

  test('counts its connection', () => {
    const shop = quietEnvironment();
    const database = StatefulBackend.postgres(shop, 'orders-db', {
      storage: '20Gi',
      maxConnections: 10,
      credentials: { secret: 'orders-db' },
    });
    const made = new Backup(database, 'backup', minimal);
    expect(findingsOf(made)).toEqual([
      expect.stringContaining(
        'connection-pool: orders-db accepts 10 - 9 reserved = 1 connections, but its users may open 2',
      ),
    ]);
  });

  test('may have several', () => {
    const shop = quietEnvironment();
    const database = databaseIn(shop);
    new Backup(database, 'backup', minimal);
    const second = new Backup(database, 'archive', { schedule: '@monthly', to: bucket, keep: { last: 12 } });
    expect(second.cronJob.name).toBe('orders-db-archive');
    expect(findingsOf(second)).toEqual([]);
  });
});

describe('the way back', () => {
  test('is in a folder of its own, which the Kustomization does not name', () => {
    const app = quietApp();
    const shop = new Environment(app, 'production');
    new Backup(databaseIn(shop), 'backup', minimal);
    app.synth();
    const files = readdirSync(app.outdir, { recursive: true, encoding: 'utf8' }).sort();
    expect(files.filter((file) => file.includes('restore'))).toEqual([
      'production.restore',
      join('production.restore', 'orders-db-backup.k8s.yaml'),
    ]);
    expect(files.filter((file) => file.endsWith('Kustomization'))).toEqual([join('production', 'Kustomization')]);
  });

  test('has no name, without which nothing can be applied, only created', () => {
    const { metadata } = restoreOf(backup());
    expect(metadata.name).toBeUndefined();
    expect(metadata.generateName).toBe('orders-db-backup-restore-');
  });

  test('has no deadline that would cut it off between the old data and the new, and is not retried', () => {
    const { spec } = restoreOf(backup());
    expect(spec).not.toHaveProperty('activeDeadlineSeconds');
    expect(spec).toHaveProperty('backoffLimit', 0);
  });

  test('takes the newest backup where nobody says another', () => {
    const [fetch] = restoreOf(backup()).spec.template.spec.initContainers;
    expect(named(fetch.env, 'BACKUP')).toEqual({ name: 'BACKUP', value: 'latest' });
  });

  test('has its account and its policy among what is applied', () => {
    const kinds = manifestsOf(backup())
      .filter(({ metadata }) => metadata.name === 'orders-db-backup-restore')
      .map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['NetworkPolicy', 'ServiceAccount']);
  });

  test('is not in the picture of who calls whom', () => {
    const made = backup();
    const picture = callGraph((made.node.root as MicroserviceApp).system(), 'test');
    expect(picture).toContain('orders-db-backup --> orders-db');
    expect(picture).not.toContain('restore');
  });

  test('is not written in a plain chart, of which everything is applied', () => {
    const chart = new Chart(new App(), 'plain');
    const made = new Backup(databaseIn(chart as Environment), 'backup', minimal);
    expect(made.restoreJobs).toEqual([]);
    expect(manifestsOf(made).map(({ metadata }) => metadata.name)).not.toContain('orders-db-backup-restore');
  });

  test('fills the volume of every member of an etcd that is off', () => {
    const registry = StatefulBackend.etcd(quietEnvironment(), 'registry', { storage: '10Gi' });
    const made = new Backup(registry, 'backup', { ...minimal, to: bucket });
    expect(yamlOf(made)).toMatchSnapshot();
    const claims = made.restoreJobs.map(
      (job) => named(job.toJson().spec.template.spec.volumes, 'data').persistentVolumeClaim.claimName,
    );
    expect(claims).toEqual(['data-registry-0', 'data-registry-1', 'data-registry-2']);
    expect(findingsOf(made)).toEqual([]);
  });
});

describe('its alerts', () => {
  test('tell of what is too old, of what failed, and that nothing is heard', () => {
    expect(alertsOf(backup()).map(({ alert }: { alert: string }) => alert)).toEqual([
      'BackupTooOld',
      'BackupFailed',
      'BackupMissing',
    ]);
  });

  test.each([
    // A day, an hour until it starts, and two until it has ended.
    ['30 1 * * *', {}, 27 * 3_600],
    ['@hourly', {}, 3 * 3_600],
    ['0 3 * * SUN', { startingDeadline: '10m', activeDeadline: '50m' }, 7 * 86_400 + 3_600],
    ['0 6,18 * * *', {}, 15 * 3_600],
    ['0 0 1 * *', {}, 31 * 86_400 + 3 * 3_600],
    ['0 0 29 FEB *', {}, 1_461 * 86_400 + 3 * 3_600],
    ['@daily', { maxAge: '30h' }, 30 * 3_600],
  ] as const)('with %s and %o allow %s', (schedule, props, seconds) => {
    expect(alertsOf(backup({ ...props, schedule }))[0].expr).toMatch(new RegExp(` > ${seconds}$`));
  });

  test('are a file for a Prometheus without operator, or nothing', () => {
    const file = backup({ alerts: { via: 'rule-file' } });
    expect(file.prometheusRule).toBeUndefined();
    expect(Object.keys(file.ruleFile?.toJson().data)).toEqual(['test-orders-db-backup.rules.yaml']);
    const none = backup({ alerts: false });
    expect([none.prometheusRule, none.ruleFile]).toEqual([undefined, undefined]);
  });

  test('name the owner and the runbook', () => {
    const owner = { team: 'shop', email: 'shop@example.com' };
    const made = backup({ alerts: { runbook: 'https://runbooks.example.com/backups' } }, { owner });
    expect(alertsOf(made)[0].labels).toMatchObject({ owner: 'shop', service: 'orders-db', severity: 'warning' });
    expect(alertsOf(made)[0].annotations.runbook_url).toBe('https://runbooks.example.com/backups#backup-too-old');
  });
});

test('knows how every engine is backed up, or says why it is not', () => {
  const shop = quietEnvironment();
  const credentials = { secret: 'accounts' };
  const storage = '10Gi';
  const mysql = StatefulBackend.mysql(shop, 'mysql', { storage, credentials });
  const backends = [
    mysql,
    StatefulBackend.mariadb(shop, 'mariadb', { storage, credentials }),
    StatefulBackend.postgres(shop, 'postgres', { storage, credentials }),
    StatefulBackend.mongodb(shop, 'mongodb', { storage, credentials }),
    StatefulBackend.redis(shop, 'redis', { storage }),
    StatefulBackend.redis(shop, 'redis-sentinel', { storage, topology: 'sentinel' }),
    StatefulBackend.redis(shop, 'redis-cluster', { storage, topology: 'cluster' }),
    StatefulBackend.etcd(shop, 'etcd', { storage }),
    StatefulBackend.etcd(shop, 'etcd-outside', {
      storage,
      provider: 'external',
      external: { host: 'etcd.example.com' },
    }),
    StatefulBackend.consul(shop, 'consul', { storage }),
    StatefulBackend.elasticsearch(shop, 'elasticsearch', { storage }),
    StatefulBackend.kafka(shop, 'kafka', { storage }),
    StatefulBackend.memcached(shop, 'memcached', {}),
    StatefulBackend.rabbitmq(shop, 'rabbitmq', { storage, credentials }),
    StatefulBackend.zookeeper(shop, 'zookeeper', { storage }),
    StatefulBackend.nacos(shop, 'nacos', { database: mysql, credentials, storage }),
    StatefulBackend.eureka(shop, 'eureka', { image: 'eureka:1.0.0' }),
    new StatefulBackend(shop, 'files', { image: 'files:1.0.3', ports: 9000, storage }),
    new ExternalBackend(shop, 'partner', { host: 'partner.example.com', ports: 443 }),
  ];
  for (const backend of backends) new Backup(backend, 'backup', { ...minimal, to: bucket });
  expect(`---\n${findingsOf(shop).join('\n')}\n`).toMatchSnapshot();
});

test('is for backends alone', () => {
  const service = new StatelessService(quietEnvironment(), 'orders', { image: 'orders:1.0.0' });
  expect(() => new Backup(service as never, 'backup', minimal)).toThrow('Backup backup: must be given a backend');
});

describe('an encrypted database', () => {
  const external = { host: 'db.example.com', cidrs: ['10.50.0.0/24'], tls: { ca: { secret: 'ca' } } } as const;
  const props = { provider: 'external', external, storage: '20Gi', credentials: { secret: 'db' } } as const;
  const engines = {
    mysql: StatefulBackend.mysql,
    mariadb: StatefulBackend.mariadb,
    postgres: StatefulBackend.postgres,
  };

  /** How the client of a script is told to connect, by a stand-in that prints it and fails. */
  function connection(engine: keyof typeof engines, script: 'dump.sh' | 'restore.sh', client: string): string {
    const made = new Backup(engines[engine](quietEnvironment(), 'db', props), 'backup', minimal);
    const pod = script === 'dump.sh' ? podOf(made) : restoreOf(made).spec.template.spec;
    const scripts = made.configMap.toJson().data as Record<string, string>;
    const folder = temporaryDirectory();
    for (const name of ['accounts', 'backup', 'bin']) mkdirSync(join(folder, name));
    for (const key of ['username', 'password']) writeFileSync(join(folder, 'accounts', key), key);
    writeFileSync(join(folder, 'all'), '');
    const print = '{ cat "$DIRECTORY/client.cnf"; env | grep ^PGSSL; } 2> /dev/null > "$DIRECTORY/seen"';
    writeFileSync(join(folder, 'bin', client), `#!/bin/sh\n${print}\nexit 1\n`, { mode: 0o755 });
    for (const other of ['pg_restore', 'gzip']) {
      if (other !== client) writeFileSync(join(folder, 'bin', other), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    }
    const text = (scripts[script] as string)
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/run/accounts', `${folder}/accounts`)
      .replaceAll('/backup/', `${folder}/backup/`);
    // biome-ignore lint/suspicious/noExplicitAny: a container of a manifest
    const work = [...(pod.initContainers ?? []), ...pod.containers].find(({ command }: any) =>
      JSON.stringify(command).includes(script),
    );
    const env = Object.fromEntries(work.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
    spawnSync('sh', ['-c', text], {
      env: { ...env, DIRECTORY: folder, PATH: `${folder}/bin:${process.env.PATH}` },
      timeout: 10_000,
    });
    return readFileSync(join(folder, 'seen'), 'utf8');
  }

  test.each(['dump.sh', 'restore.sh'] as const)('is reached by %s only with its certificate verified', (script) => {
    const mysql = connection('mysql', script, 'mysql');
    expect(mysql).toContain('ssl-mode="VERIFY_IDENTITY"\nssl-ca="/run/tls/db/ca.crt"');
    const mariadb = connection('mariadb', script, 'mariadb');
    expect(mariadb).toContain('ssl-verify-server-cert\nssl-ca="/run/tls/db/ca.crt"');
    const postgres = connection('postgres', script, script === 'dump.sh' ? 'pg_dump' : 'psql');
    expect(postgres).toContain('PGSSLMODE=verify-full');
    expect(postgres).toContain('PGSSLROOTCERT=/run/tls/db/ca.crt');
  });
});
