/** The minor versions of Kubernetes that manifests can be written for. */
export const kubernetesVersions = ['1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'] as const;

/** The oldest minor version of Kubernetes in which the manifests will be applied. */
export type KubernetesVersion = (typeof kubernetesVersions)[number];

export function atLeast(version: KubernetesVersion, wanted: KubernetesVersion): boolean {
  return kubernetesVersions.indexOf(version) >= kubernetesVersions.indexOf(wanted);
}
