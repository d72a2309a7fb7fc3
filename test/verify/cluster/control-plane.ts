import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from './accounts';
import { Api } from './api';
import { freePorts } from './ports';
import type { Processes } from './processes';

export interface ControlPlane {
  readonly kubeconfig: string;
  readonly api: Api;
}

/** etcd, the API server with all its usual admission plugins, the controllers and the scheduler, all on loopback. */
export async function startControlPlane(
  folder: string,
  programs: string,
  etcd: string,
  processes: Processes,
): Promise<ControlPlane> {
  const [store, peer, secure] = (await freePorts(3)) as [number, number, number];
  const server = `https://127.0.0.1:${secure}`;
  // The API server makes itself a certificate at its first start, together with the authority that signed it.
  const certificate = join(folder, 'apiserver.crt');
  const accounts = createAccounts(folder, server, certificate);
  const api = new Api(server, certificate, accounts.adminToken);
  const start = (name: string, args: string[]): void => processes.start(name, join(programs, name), args);

  processes.start('etcd', etcd, [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${store}`,
    `--advertise-client-urls=http://127.0.0.1:${store}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
  ]);
  start('kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${store}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${accounts.tokenFile}`,
    '--authorization-mode=Node,RBAC',
    `--service-account-key-file=${accounts.publicKey}`,
    `--service-account-signing-key-file=${accounts.privateKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    // Whether a pod may have privileges is for Pod Security to say, as it is in clusters that somebody runs.
    '--allow-privileged',
  ]);
  await until(processes, 'the API server to be ready', async () => existsSync(certificate) && api.answers('/readyz'));

  const often = ['--leader-elect=false', '--kube-api-qps=500', '--kube-api-burst=1000', '--secure-port=0'];
  start('kube-controller-manager', [
    ...often,
    `--kubeconfig=${accounts.kubeconfig('controllers')}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${accounts.privateKey}`,
    `--root-ca-file=${certificate}`,
    '--horizontal-pod-autoscaler-sync-period=1s',
    '--pvclaimbinder-sync-period=2s',
  ]);
  const packing = join(folder, 'scheduler.json');
  writeFileSync(packing, JSON.stringify(schedulerThatPacks(accounts.kubeconfig('scheduler'))));
  start('kube-scheduler', [`--config=${packing}`, '--secure-port=0']);
  const serviceAccount = '/api/v1/namespaces/default/serviceaccounts/default';
  await until(processes, 'the default service account', () => api.answers(serviceAccount));
  return { kubeconfig: accounts.kubeconfig('admin'), api };
}

/**
 * Without a spread of its own, and with the fullest node as the best one: pods that are apart have said so themselves.
 * Both are settings that people run.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/
 */
function schedulerThatPacks(kubeconfig: string): object {
  const args = {
    PodTopologySpread: { defaultingType: 'List', defaultConstraints: [] },
    NodeResourcesFit: {
      scoringStrategy: { type: 'MostAllocated', resources: ['cpu', 'memory'].map((name) => ({ name, weight: 1 })) },
    },
  };
  const pluginConfig = Object.entries(args).map(([name, each]) => ({ name, args: each }));
  return {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    leaderElection: { leaderElect: false },
    clientConnection: { kubeconfig, qps: 500, burst: 1000 },
    profiles: [{ schedulerName: 'default-scheduler', pluginConfig }],
  };
}

/** Waits for something that a running cluster comes to by itself. */
export async function until(processes: Processes, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    processes.check();
    if (Date.now() > deadline) throw new Error(`Waited two minutes for ${what}`);
    await sleep(100);
  }
}
