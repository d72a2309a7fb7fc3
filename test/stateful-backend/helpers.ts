import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BackendProps,
  Environment,
  MicroserviceApp,
  StatelessService,
  type Usable,
  type UseOptions,
} from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';

/** All that every engine may be told, whatever it is. */
export const everyBackendProp: Required<BackendProps> = {
  image: 'registry.example.com/engine:1.0.0',
  startupTime: '10m',
  requestTimeout: '5s',
  flushTime: '20s',
  imagePullPolicy: 'IfNotPresent',
  command: ['/bin/engine'],
  args: ['--now'],
  env: { THREADS: 4 },
  resources: { cpu: '1', memory: '4Gi' },
  writablePaths: { '/var/cache': '16Mi' },
  uid: 20_001,
  volumes: [{ name: 'certificates', secret: { secretName: 'engine-tls' } }],
  volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls', readOnly: true }],
  initContainers: [{ name: 'prepare', image: 'prepare:1.0.0' }],
  sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'storage', operator: 'Exists' }],
  priority: 'critical',
  podAnnotations: { 'example.com/note': 'yes' },
  updatePartition: 1,
  tls: false,
  spread: 'soft',
  annotations: { 'example.com/runbook': 'https://runbooks.example.com/engine' },
  overrides: { statefulSet: { spec: { minReadySeconds: 10 } } },
};

/** A production environment with one backend in it and a service that uses it. */
export function played(make: (shop: Environment) => Usable, use: UseOptions = {}) {
  const app = new MicroserviceApp({ outdir: mkdtempSync(join(tmpdir(), 'backend-')), quiet: true });
  const shop = new Environment(app, 'production', { system: 'shop' });
  const backend = make(shop);
  const orders = new StatelessService(shop, 'orders', {
    image: 'registry.example.com/orders:1.0.0',
    resources: { cpu: '100m' },
  });
  orders.uses(backend, use);
  const findings = app
    .findings()
    // Most of these tests are not about encryption.
    .filter(({ rule }) => rule !== 'plaintext-backend')
    // One backend alone is looked at here, and not what a production needs beside it.
    .filter(({ rule }) => rule !== 'backup-missing')
    .map(({ rule, path, message }) => `${rule} [${path}] ${message}`);
  const objects = app.system().objects.map(({ manifest }) => manifest);
  const find = (kind: string, name: string): Manifest | undefined =>
    objects.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const container = find('Deployment', 'orders')?.spec.template.spec.containers[0];
  const env = Object.fromEntries(
    (container?.env ?? []).map(({ name, value, valueFrom }: Record<string, unknown>) => [name, value ?? valueFrom]),
  );
  return { app, system: app.system(), findings, objects, find, env, container };
}

/** The manifests of one backend as YAML. */
export function yamlOf(make: (shop: Environment) => unknown): string {
  const app = new MicroserviceApp({ outdir: mkdtempSync(join(tmpdir(), 'backend-')), quiet: true });
  make(new Environment(app, 'production'));
  return app
    .synthYaml()
    .split('---\n')
    .filter((text) => /component: (backend|external)/.test(text))
    .join('---\n');
}

/** What is wrong with a backend, without the place. */
export function messages(make: (shop: Environment) => unknown): string[] {
  const app = new MicroserviceApp({ outdir: mkdtempSync(join(tmpdir(), 'backend-')), quiet: true });
  make(new Environment(app, 'production'));
  return app.findings().flatMap(({ rule, message }) => (rule === 'invalid' ? [message] : []));
}

/** A config file of a backend. */
export const scriptOf = ({ objects }: ReturnType<typeof played>, backend: string, name: string): string =>
  objects.find(({ metadata }) => metadata.name.startsWith(`${backend}-config-`))?.data[name] ?? '';

/**
 * Runs a script of a backend with folders of its own in place of those that it names, and with programs that do what
 * they are told here.
 */
export function shell(
  script: string,
  folders: Readonly<Record<string, Readonly<Record<string, string>>>>,
  env: Readonly<Record<string, string>> = {},
  programs: Readonly<Record<string, string>> = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'script-'));
  try {
    let text = script;
    const all: typeof folders = { ...folders, '/programs': {} };
    // Each once, and none inside another one.
    const named = new RegExp(
      Object.keys(all)
        .sort((a, b) => b.length - a.length)
        .join('|'),
      'g',
    );
    text = text.replaceAll(named, (folder) => join(root, folder));
    for (const [folder, files] of Object.entries(all)) {
      mkdirSync(join(root, folder), { recursive: true });
      for (const [name, content] of Object.entries<string>(files)) writeFileSync(join(root, folder, name), content);
    }
    for (const [name, content] of Object.entries(programs)) {
      writeFileSync(join(root, 'programs', name), `#!/bin/sh\n${content}\n`, { mode: 0o755 });
    }
    const PATH = `${join(root, 'programs')}:${process.env.PATH}`;
    const variables = { POD_NAME: 'it-0', PEERS: 'it-peers', MEMBERS: '', STANDALONE: '', DEPLOYMENT: '' };
    const { status, stdout, stderr } = spawnSync('sh', [], {
      input: text,
      cwd: root,
      env: { PATH, ...variables, ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The script of a Job that makes accounts, run against a server on this machine. */
export async function accountsRun(
  script: string,
  env: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, { readonly username: string; readonly password: string }>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const root = mkdtempSync(join(tmpdir(), 'accounts-'));
  try {
    for (const folder of ['private', ...Object.keys(secrets)]) mkdirSync(join(root, folder), { recursive: true });
    for (const [folder, account] of Object.entries(secrets)) {
      for (const [name, content] of Object.entries(account)) writeFileSync(join(root, folder, name), content);
    }
    const text = script.replaceAll('/run/', `${root}/`);
    const child = spawn('sh', ['-c', text], { env: { PATH: process.env.PATH, ...env } });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, output };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
