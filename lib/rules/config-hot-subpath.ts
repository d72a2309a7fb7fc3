import type { Container } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import type { Rule, Violation } from './rule';

/**
 * A ConfigMap that is not immutable is meant to change, and a change must reach the pods: a file that was mounted by
 * itself and a variable of a running process stay as they were.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export const configHotSubpath: Rule = {
  id: 'config-hot-subpath',
  severity: 'error',
  summary: 'Config that can change reaches the pods that are running.',
  *check(system) {
    const manifests = manifestsOf(system);
    const centers = new Set(system.configs.map(({ path }) => path));
    for (const owner of manifests.podOwners) yield* frozenUses(owner, manifests, centers);
  },
};

interface Use {
  readonly configMap: string;
  readonly how: string;
}

function* frozenUses(owner: PodOwner, manifests: Manifests, centers: ReadonlySet<string>): Iterable<Violation> {
  const { object, kind, name } = owner;
  for (const { configMap, how } of usesOf(owner)) {
    const found = manifests.find(object, 'ConfigMap', configMap);
    if (found === undefined || found.manifest.immutable === true) continue;
    // Of a ConfigMap of somebody else we do not know that it will change; of a dynamic file we do.
    const isDynamic = centers.has(found.path.slice(0, found.path.lastIndexOf('/')));
    yield {
      path: object.path,
      severity: isDynamic ? 'error' : 'warning',
      message: `${kind} ${name} takes ConfigMap ${configMap} ${how}, where a change of it never arrives in a running pod`,
      fix: isDynamic
        ? 'mount the directory, as dynamic: [...] of configure(…) does; or declare the file under files'
        : 'mount it as a directory; or make it immutable, with a name that changes with its content',
    };
  }
}

function usesOf({ pod, containers, initContainers }: PodOwner): Use[] {
  const volumes = new Map(
    listOf(pod.volumes).map(({ name, configMap, projected }) => [
      name,
      [configMap, ...listOf(projected?.sources).map((source) => source.configMap)].flatMap((map) => map?.name ?? []),
    ]),
  );
  const inContainer = ({ name, env, envFrom, volumeMounts }: Container): Use[] => [
    ...listOf(volumeMounts)
      .filter(({ subPath, subPathExpr }) => subPath !== undefined || subPathExpr !== undefined)
      .flatMap((mount) =>
        (volumes.get(mount.name) ?? []).map((configMap) => ({
          configMap,
          how: `by subPath ${mount.subPath ?? mount.subPathExpr} at ${mount.mountPath} of container ${name}`,
        })),
      ),
    ...listOf(env).flatMap((variable) => {
      const configMap = variable.valueFrom?.configMapKeyRef?.name;
      return configMap === undefined ? [] : [{ configMap, how: `as variable ${variable.name} of container ${name}` }];
    }),
    ...listOf(envFrom).flatMap(({ configMapRef }) =>
      configMapRef?.name === undefined
        ? []
        : [{ configMap: configMapRef.name, how: `as variables of container ${name}` }],
    ),
  ];
  return [...containers, ...initContainers].flatMap(inContainer);
}
