import { manifestsOf, nameOf, namespaceOf } from '../model/manifests';
import type { Rule } from './rule';
import { kubectl } from './wording';

/**
 * A number of pods that becomes a range is taken out of the Deployment, and what an apply takes away falls back to its
 * default: one pod, until the autoscaler has acted. The manager that holds the number meanwhile must be named before.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling
 */
export const scaleHandover: Rule = {
  id: 'scale-handover',
  severity: 'warning',
  summary: 'A fixed number of pods is handed over to the autoscaler without falling to one pod.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const scaler of manifests.ofKind('HorizontalPodAutoscaler')) {
      const { kind, name } = scaler.manifest.spec?.scaleTargetRef ?? {};
      const target = kind && name ? manifests.find(scaler, kind, name) : undefined;
      if (target === undefined || (target.manifest.spec?.replicas ?? undefined) !== undefined) continue;
      const had = system.previous.manifestOf(target)?.spec?.replicas;
      if (!(Number(had) > 1)) continue;
      const run = kubectl(namespaceOf(target));
      const replicas = Math.max(Number(had), Number(scaler.manifest.spec?.minReplicas ?? 1));
      const { apiVersion, metadata } = target.manifest;
      const handover = JSON.stringify({ apiVersion, kind, metadata: { name: metadata.name }, spec: { replicas } });
      yield {
        path: target.path,
        message: `had ${had} pods and is now scaled by ${nameOf(scaler)}: its replicas are taken away, and until the autoscaler acts the API server sets 1, so ${Number(had) - 1} of ${had} pods end at once`,
        fix:
          `before the release hand the number over: echo '${handover}' | ${run} apply --server-side --force-conflicts --field-manager=handover-to-hpa -f -; ` +
          `where a tool applies on the client's side, instead of it ${run} apply edit-last-applied ${String(kind).toLowerCase()} ${metadata.name}, and take replicas away there`,
      };
    }
  },
};
