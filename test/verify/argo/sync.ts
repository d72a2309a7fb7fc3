import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster';
import type { KubernetesObject } from '../cluster/api';
import { type Health, healthRules } from './health';
import { wavesOf } from './waves';

/** How long a wave may take here, where pods are ready at once. */
const PATIENCE_SECONDS = 40;

/** Argo CD gives controllers two seconds before it looks; those of this cluster look once a second. */
const DELAY_MILLISECONDS = 1_500;

/**
 * Plays a sync: applies wave after wave, and goes on when everything in it is healthy. One object that is Degraded once
 * ends the sync; the last wave is not waited for (`gitops-engine/pkg/sync/sync_context.go`).
 *
 * @returns why it did not come to its end
 */
export async function sync(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<string[]> {
  const waves = wavesOf(objects);
  for (const [index, [number, wave]] of waves.entries()) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: wave });
    const args = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
    const { code, stderr } = await cluster.kubectl(args, { input });
    if (code !== 0) return [`wave ${number}: ${stderr}`];
    if (index === waves.length - 1) return [];
    const bad = await unhealthy(cluster, wave);
    if (bad.length > 0) return bad.map((each) => `wave ${number}: ${each}`);
  }
  return [];
}

async function unhealthy(cluster: Cluster, wave: readonly KubernetesObject[]): Promise<string[]> {
  const watched = wave.filter(({ kind = '' }) => kind in healthRules);
  if (watched.length === 0) return [];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: watched });
  const deadline = Date.now() + PATIENCE_SECONDS * 1_000;
  await actAsOperators(cluster, watched);
  await sleep(DELAY_MILLISECONDS);
  for (;;) {
    const { stdout, stderr } = await cluster.kubectl(['get', '-f', '-', '-o', 'json'], { input });
    if (stdout === '') throw new Error(stderr);
    const answer = JSON.parse(stdout) as KubernetesObject & { items?: KubernetesObject[] };
    const states = (answer.items ?? [answer]).map((object): readonly [KubernetesObject, Health | undefined] => [
      object,
      healthRules[object.kind ?? '']?.health(object),
    ]);
    const waiting = states.filter(([, health]) => health !== 'Healthy');
    const degraded = states.filter(([, health]) => health === 'Degraded');
    if (waiting.length === 0) return [];
    if (degraded.length > 0) return degraded.map(described);
    if (Date.now() > deadline) return waiting.map(described);
    await sleep(300);
  }
}

const described = ([{ kind = '', metadata }, health]: readonly [KubernetesObject, Health | undefined]): string =>
  `${kind} ${metadata.name} is ${health}: ${healthRules[kind]?.file}`;

/** The conditions by which operators report that their object is there. */
const operated: Readonly<Record<string, string>> = {
  ExternalSecret: 'external-secrets.io',
  SecretStore: 'external-secrets.io',
  Certificate: 'cert-manager.io',
};

/**
 * No operator is there: what External Secrets would fetch and what cert-manager would sign with a CA is there at once.
 * Certificates that wait for a challenge are in the last wave, which is not waited for, and stay unsigned.
 */
async function actAsOperators(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  for (const { kind, metadata } of objects) {
    const group = operated[kind ?? ''];
    if (group === undefined) continue;
    const status = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
    const name = `${kind}.${group}/${metadata.name}`;
    await cluster.kubectl([
      'patch',
      name,
      '-n',
      metadata.namespace ?? '',
      '--subresource=status',
      '--type=merge',
      '-p',
      status,
    ]);
  }
}
