import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { moduleFolder, pinned } from '../go-modules';

/**
 * How KWOK plays the kubelet, told by stages that come with it: nodes become ready and stay alive, pods run and are
 * ready at once, jobs complete, what is deleted goes away.
 */
const stages = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'];

export async function kwokArguments(kubeconfig: string): Promise<string[]> {
  const kwok = pinned('kwok').find((module) => module.path === 'sigs.k8s.io/kwok');
  if (!kwok) throw new Error('The kwok module is not pinned');
  const folder = join(await moduleFolder('kwok', kwok), 'kustomize', 'stage');
  const files = stages.flatMap((stage) =>
    readdirSync(join(folder, stage))
      .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
      .map((file) => join(folder, stage, file)),
  );
  return [
    `--kubeconfig=${kubeconfig}`,
    '--manage-all-nodes',
    '--node-lease-duration-seconds=40',
    '--node-port=0',
    '--cidr=10.64.0.1/10',
    ...files.map((file) => `--config=${file}`),
  ];
}
