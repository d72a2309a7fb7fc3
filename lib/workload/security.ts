import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1';

/** Above 10000, so that it is nobody's on the node; 10000 itself is refused by some linters. */
export const DEFAULT_UID = 10_001;

/**
 * What the Pod Security level `restricted` asks of a pod, and a user of its own.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function podSecurity(uid: number): PodSecurityContext {
  return {
    // An agent of the node may be root, where that was said; nobody else gets so far.
    runAsNonRoot: uid !== 0,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid === 0 ? undefined : uid,
    fsGroupChangePolicy: uid === 0 ? undefined : 'OnRootMismatch',
    // In the pod only: linters disagree on setting it in both places.
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** The same for each container. Users are inherited from the pod. */
export function containerSecurity(): SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
  };
}
