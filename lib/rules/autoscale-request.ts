import type { MetricSpec } from 'kubernetes-types/autoscaling/v2';
import { formatCpu, millicores } from '../kubernetes/quantity';
import { listOf, manifestsOf, type PodOwner } from '../model/manifests';
import { scalersOf } from '../model/replicas';
import type { Rule } from './rule';

/** @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details */
export const autoscaleRequest: Rule = {
  id: 'autoscale-request',
  severity: 'warning',
  summary: 'A workload that scales on CPU declares its CPU request.',
  *check(system) {
    const undeclared = new Set(
      system.workloads.filter(({ declaresCpu }) => !declaresCpu).map(({ objectPath }) => objectPath),
    );
    if (undeclared.size === 0) return;
    const manifests = manifestsOf(system);
    for (const [target, scalers] of scalersOf(manifests).byTarget) {
      if (target === undefined || !undeclared.has(target.path)) continue;
      const owner = manifests.podOwnerAt(target.path);
      for (const { object } of scalers) {
        const percent = cpuPercent(listOf<MetricSpec>(object.manifest.spec?.metrics));
        const request = owner && requestOf(owner);
        if (percent === undefined || request === undefined) continue;
        const threshold = formatCpu((millicores(request) * percent) / 100);
        yield {
          path: target.path,
          message:
            `scales at ${percent} % of a CPU request that it does not declare: ${percent} % of the default ${request} = ` +
            `${threshold} a pod, so it scales on what the default says and not on its load`,
          fix: "resources: { cpu: … } with what a pod uses under its usual load, such as '500m'",
        };
      }
    }
  },
};

function cpuPercent(metrics: readonly MetricSpec[]): number | undefined {
  return metrics
    .flatMap(({ resource, containerResource }) => resource ?? containerResource ?? [])
    .find(({ name }) => name === 'cpu')?.target?.averageUtilization;
}

/** The CPU request of the application's own container. */
const requestOf = ({ name, containers }: PodOwner): string | undefined =>
  (containers.find((container) => container.name === name) ?? containers[0])?.resources?.requests?.cpu as
    | string
    | undefined;
