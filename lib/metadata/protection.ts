/**
 * Annotations that keep an object when its file disappears, and when the Application or Kustomization is deleted: for
 * what holds data, and for the Namespace that everything else would go down with.
 *
 * `false` instead of `confirm`: versions of Argo CD before 2.14 do not know `confirm`, ignore it and delete.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-resource-deletion
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
 */
export const PROTECTION: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};
