import type { Finding } from './linters/finding';
import { kubeLinter } from './linters/kube-linter';
import { kubeScore } from './linters/kube-score';
import { type KubeconformOptions, kubeconform } from './linters/kubeconform';
import { polaris } from './linters/polaris';
import { isSkipped, type Skipped } from './skipped';

export type { Finding, Linter } from './linters/finding';
export { kubeconform, kubeLinter, kubeScore, polaris };

/** What all four have to say about the manifests of a folder. */
export async function lint(folder: string, options: KubeconformOptions = {}): Promise<Finding[] | Skipped> {
  const answers = await Promise.all([
    kubeconform(folder, options),
    kubeScore(folder),
    kubeLinter(folder),
    polaris(folder),
  ]);
  return answers.find(isSkipped) ?? answers.flatMap((answer) => (isSkipped(answer) ? [] : answer));
}
