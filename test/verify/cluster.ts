import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from './cluster/api';
import { startControlPlane, until } from './cluster/control-plane';
import { kwokArguments } from './cluster/kwok';
import { type NodeResources, nodes } from './cluster/nodes';
import { Processes } from './cluster/processes';
import { provideVolumes, storageClass, storageDriver } from './cluster/storage';
import { customResourceDefinitions } from './custom-resources';
import { type Result, run } from './run';
import { isSkipped, type Skipped } from './skipped';
import { tools } from './tools';

export interface ClusterOptions {
  /** The newest Kubernetes that is pinned, or the oldest. */
  readonly version?: 'newest' | 'oldest';
  readonly nodes?: number;
  readonly zones?: number;
  /** Of each node; by itself enough for a hundred services. */
  readonly nodeResources?: NodeResources;
}

export interface Cluster {
  readonly kubeconfig: string;
  /** Custom resources that this version of Kubernetes does not take, and why. */
  readonly rejectedDefinitions: readonly string[];
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<Result>;
  stop(): void;
}

/**
 * A real control plane over nodes that are only played; or with VERIFY_CLUSTER=existing the cluster that kubectl uses,
 * which is drained node by node and therefore must be one for tests by its name.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster | Skipped> {
  if (process.env.VERIFY_CLUSTER === 'existing') return existingCluster();

  const programs = await tools(options.version === 'oldest' ? 'oldest' : 'kubernetes');
  const kwok = await tools('kwok');
  const etcd = await tools('etcd');
  const definitions = await customResourceDefinitions();
  if (isSkipped(programs)) return programs;
  if (isSkipped(kwok)) return kwok;
  if (isSkipped(etcd)) return etcd;
  if (isSkipped(definitions)) return definitions;

  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-microservices-'));
  const processes = new Processes(folder);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    processes.stop();
  };

  try {
    const { api, kubeconfig } = await startControlPlane(folder, programs, join(etcd, 'server'), processes);
    processes.start('kwok', join(kwok, 'kwok'), await kwokArguments(kubeconfig, folder));
    await api.create('/apis/storage.k8s.io/v1/csidrivers', storageDriver);
    await api.create('/apis/storage.k8s.io/v1/storageclasses', storageClass('standard'));
    void provideVolumes(api, () => stopped);
    const all = nodes(options.nodes ?? 6, options.zones ?? 3, options.nodeResources);
    await Promise.all(all.map((node) => api.create('/api/v1/nodes', node)));
    const rejectedDefinitions = await define(api, definitions, processes);
    await until(processes, 'the nodes to be ready', () => areReady(api, all.length));
    return { kubeconfig, rejectedDefinitions, kubectl: kubectlOf(join(programs, 'kubectl'), kubeconfig), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Names that tools give to clusters on the machine of a developer, and those that say what they are for. */
const forTests =
  /^(kind-|k3d-|kwok|minikube$|colima|docker-desktop$|rancher-desktop$|verify$)|(^|[-_.@/])test([-_.@/]|$)/;

/** Started by somebody else, and left running. */
async function existingCluster(): Promise<Cluster | Skipped> {
  const kubeconfig = process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  const installed = (await run('kubectl', ['version', '--client'])).code === 0;
  const programs = installed ? '' : await tools('kubernetes');
  if (isSkipped(programs)) return programs;
  const kubectl = kubectlOf(join(programs, 'kubectl'), kubeconfig);
  const context = (await kubectl(['config', 'current-context'])).stdout.trim();
  if (!forTests.test(context)) throw new Error(`'${context}' does not look like a cluster for tests; nothing was done`);
  return { kubeconfig, rejectedDefinitions: [], kubectl, stop: () => {} };
}

function kubectlOf(program: string, kubeconfig: string): Cluster['kubectl'] {
  return (args, options) => run(program, args, { ...options, env: { ...process.env, KUBECONFIG: kubeconfig } });
}

const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Installs the definitions and waits until the API server serves them; returns those that it refuses. */
async function define(api: Api, definitions: readonly { metadata: { name: string } }[], processes: Processes) {
  const answers = await Promise.allSettled(definitions.map((each) => api.create(definitionsPath, each)));
  const rejected = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
  await until(processes, 'the custom resources to be served', async () => {
    const { items } = (await api.get(definitionsPath)) as unknown as { items: Conditions[] };
    return items.every((each) => holds(each, 'Established'));
  });
  return rejected;
}

async function areReady(api: Api, count: number): Promise<boolean> {
  const { items } = (await api.get('/api/v1/nodes')) as unknown as { items: (Conditions & Tainted)[] };
  return items.filter((node) => holds(node, 'Ready') && !node.spec.taints).length === count;
}

interface Conditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Tainted {
  readonly spec: { readonly taints?: readonly unknown[] };
}

function holds({ status }: Conditions, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
