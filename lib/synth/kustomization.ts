import { toYaml } from '../kubernetes/yaml';
import { HEADER } from './documents';

/**
 * Its name without an extension keeps it out of `kubectl apply -f`, which would take it for an object.
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 */
const FILE = 'Kustomization';

/**
 * For each environment the file that lets `kubectl apply -k` and Flux take the folder as a whole. Folders with a dot
 * hold what must not be taken so.
 */
export function kustomizations(files: Iterable<string>): Map<string, string> {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const [folder, name] = file.split('/');
    if (folder === undefined || name === undefined || folder.includes('.')) continue;
    const names = folders.get(folder);
    if (names === undefined) folders.set(folder, [name]);
    else names.push(name);
  }
  return new Map([...folders].map(([folder, names]) => [`${folder}/${FILE}`, kustomization(names.sort())]));
}

function kustomization(resources: readonly string[]): string {
  return HEADER + toYaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources });
}
