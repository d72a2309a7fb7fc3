import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleFolder, pinned } from '../go-modules';

/**
 * How KWOK plays the kubelet, told by stages that come with it: nodes become ready and stay alive, pods run and are
 * ready at once, jobs complete, what is deleted goes away.
 */
const stages = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'];

/**
 * Pods take a moment to end, as real ones do. If one of a StatefulSet were back under its name before the controllers
 * had seen it go, its disruption budget would count it as on its way out for two minutes, and hold up every drain.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/#PodDisruptionBudgetStatus
 */
const slowly = { file: 'pod-delete.yaml', before: /^ {2}next:$/m, delay: '  delay:\n    durationMilliseconds: 1000\n' };

/** @param own - a folder for what differs from the stages that come with KWOK */
export async function kwokArguments(kubeconfig: string, own: string): Promise<string[]> {
  const kwok = pinned('kwok').find((module) => module.path === 'sigs.k8s.io/kwok');
  if (!kwok) throw new Error('The kwok module is not pinned');
  const folder = join(await moduleFolder('kwok', kwok), 'kustomize', 'stage');
  const files = stages.flatMap((stage) =>
    readdirSync(join(folder, stage))
      .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
      .map((file) => (file === slowly.file ? slowed(join(folder, stage, file), own) : join(folder, stage, file))),
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

function slowed(file: string, own: string): string {
  const text = readFileSync(file, 'utf8');
  if (!slowly.before.test(text)) throw new Error(`${file} is not what it was`);
  const copy = join(own, slowly.file);
  writeFileSync(copy, text.replace(slowly.before, `${slowly.delay}$&`));
  return copy;
}
