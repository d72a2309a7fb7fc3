import type { Container, Probe } from 'kubernetes-types/core/v1';
import type { PodOwner } from './manifests';

/** How long a pod may take until Kubernetes gives its start up, by its start-up probes; 0 where it has none. */
export interface Startup {
  readonly seconds: number;
  /** `12 x 5 s to start`, with one term for each that starts after another. */
  readonly text: string;
}

/**
 * Native sidecars start one after another, then the other containers together.
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe
 */
export function startupOf({ containers, initContainers }: PodOwner): Startup {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const slowest = [...containers].sort((a, b) => budget(b.startupProbe) - budget(a.startupProbe)).slice(0, 1);
  const steps = [...sidecars, ...slowest].filter(({ startupProbe }) => budget(startupProbe) > 0);
  const seconds = steps.reduce((sum, { startupProbe }) => sum + budget(startupProbe), 0);
  return { seconds, text: steps.map((step) => term(step, steps.length > 1)).join(' + ') };
}

function budget(probe: Probe | undefined | null): number {
  if (!probe) return 0;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return Number(initialDelaySeconds) + Number(periodSeconds) * Number(failureThreshold);
}

function term({ name, startupProbe }: Container, named: boolean): string {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = startupProbe ?? {};
  const delay = initialDelaySeconds > 0 ? `${initialDelaySeconds} s + ` : '';
  return `${delay}${failureThreshold} x ${periodSeconds} s to start${named ? ` ${name}` : ''}`;
}
