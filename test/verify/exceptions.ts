import type { Finding, Linter } from './linters';

/** A finding that is right by the rule of the linter and wrong for what is generated, and why. */
export interface Exception {
  readonly tool: Linter;
  readonly check: string;
  /** Only for objects of these kinds; for all, when it is left out. */
  readonly kinds?: readonly string[];
  /** Only where the message says this, for a check that is right about other objects of the same kind. */
  readonly saying?: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    tool: 'polaris',
    check: 'deploymentMissingReplicas',
    kinds: ['Deployment'],
    reason: 'kube-score forbids the replicas that this asks for when an autoscaler sets them, and so does every apply',
  },
  {
    tool: 'kube-linter',
    check: 'minimum-three-replicas',
    kinds: ['Deployment'],
    reason: 'counts a Deployment without replicas as one, though its autoscaler keeps three',
  },
  {
    tool: 'kube-linter',
    check: 'priority-class-name',
    reason:
      "allows none but the system's own two classes, which are wrong for an application; Polaris wants some class",
  },
  {
    tool: 'kube-linter',
    check: 'no-liveness-probe',
    kinds: ['Job', 'CronJob'],
    reason: 'a job ends by itself, at the latest by its deadline; kube-score asks this of no job',
  },
  {
    tool: 'kube-linter',
    check: 'no-readiness-probe',
    kinds: ['Job', 'CronJob'],
    reason: 'nobody calls a job, so there is nothing to be ready for',
  },
];

export interface Sorted {
  /** What is left to be mended. */
  readonly open: readonly Finding[];
  /** What an exception accepts. */
  readonly accepted: readonly Finding[];
  /** Exceptions that nothing needs any more, which hide the next mistake. */
  readonly stale: readonly Exception[];
}

export function withoutExceptions(findings: readonly Finding[], known: readonly Exception[] = exceptions): Sorted {
  const accepted = findings.filter((finding) => known.some((exception) => covers(exception, finding)));
  return {
    open: findings.filter((finding) => !accepted.includes(finding)),
    accepted,
    stale: known.filter((exception) => !findings.some((finding) => covers(exception, finding))),
  };
}

const covers = ({ tool, check, kinds, saying }: Exception, finding: Finding): boolean =>
  tool === finding.tool &&
  check === finding.check &&
  (kinds?.includes(finding.object.kind) ?? true) &&
  (saying?.test(finding.message) ?? true);
