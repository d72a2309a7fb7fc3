import type { Construct } from 'constructs';
import type { JobSpec, PodFailurePolicy } from 'kubernetes-types/batch/v1';
import { atLeast } from '../kubernetes/version';
import { isDnsLabel } from '../metadata/names';
import type { Records, ShutdownRecord } from '../model/system';
import type { Run } from './job-props';
import type { PodProps } from './pod-props';
import { Workload } from './workload';

/** What a kind of work decides before the common part is built. */
export interface JobInput {
  /** What it and its objects are called. @defaultValue its id */
  readonly name?: string;
  /** What it is, for labels: job, migration. */
  readonly component: string;
  readonly props: PodProps;
  readonly run: Run;
  readonly problems: readonly string[];
}

/**
 * What all things that run to an end have in common. Nobody calls them, so they have no ports and no probes, and their
 * end waits for no request. They may call, use and be configured as everything else that runs in pods.
 */
export abstract class JobWorkload extends Workload<never> {
  protected readonly run: Run;

  constructor(scope: Construct, id: string, { name = id, component, props, run, problems }: JobInput) {
    super(scope, id, {
      name,
      component,
      props,
      ports: [],
      probes: { readiness: undefined, liveness: undefined, startupSeconds: 0 },
      requestSeconds: 0,
      flushSeconds: run.flushSeconds,
      behindBalancer: false,
      spread: run.parallelism > 1 && { perRevision: false },
      restartPolicy: run.restartPolicy,
      problems: [...nameProblems(name, run), ...problems],
    });
    this.run = run;
    this.node.addValidation({ validate: () => this.endlessSidecars() });
  }

  /** After how long a run is stopped. */
  get activeDeadlineSeconds(): number {
    return this.run.activeDeadlineSeconds;
  }

  /** It is over before anything reads it; what became of it is known to kube-state-metrics. */
  override metricsSource(): 'none' {
    return 'none';
  }

  /** Nobody sends to it, so it need not wait until everybody knows that it is gone. */
  protected override get shutdown(): ShutdownRecord {
    return { ...super.shutdown, endpointPropagationSeconds: 0, balancerDetectionSeconds: 0 };
  }

  protected jobSpec(): Omit<JobSpec, 'ttlSecondsAfterFinished'> {
    const { parallelism, completions, completionMode, backoffLimit, activeDeadlineSeconds, restartPolicy } = this.run;
    return {
      parallelism,
      completions,
      completionMode,
      backoffLimit,
      activeDeadlineSeconds,
      podFailurePolicy: restartPolicy === 'Never' ? ignoreDisruptions : undefined,
      template: this.podTemplate(),
    };
  }

  protected describeRuns(objectPath: string, least: number): Records {
    return this.describeWorkload(objectPath, { min: least, max: this.run.parallelism });
  }

  /** @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers */
  private endlessSidecars(): string[] {
    if (!this.hasSidecars || atLeast(this.environment.kubernetes, '1.29')) return [];
    return [
      `'sidecars': must be left out before Kubernetes 1.29, got some in ${this.environment.kubernetes}: nothing ends them, so the job never does`,
    ];
  }
}

/**
 * A pod that a drain, a preemption or a full node has ended is replaced, and is no failed attempt.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
 */
const ignoreDisruptions: PodFailurePolicy = {
  rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
};

/** The hash of a Job and the moment of a run take eleven characters, the number of an indexed pod as many as it has. */
function nameProblems(id: string, { completionMode, completions }: Run): string[] {
  const index = completionMode === 'Indexed' ? 1 + String(completions - 1).length : 0;
  const longest = 63 - 11 - index;
  if (!isDnsLabel(id) || id.length <= longest) return [];
  return [
    `'id': must be at most ${longest} characters, because the names of its jobs and pods are longer and are labels, got "${id}"`,
  ];
}
