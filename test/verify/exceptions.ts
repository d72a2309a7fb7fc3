import type { Finding, Linter } from './linters';

/** A finding that is right by the rule of the linter and wrong for what is generated, and why. */
export interface Exception {
  readonly tool: Linter;
  readonly check: string;
  /** Only for objects of these kinds; for all, when it is left out. */
  readonly kinds?: readonly string[];
  /** Only for objects of these names; for all, when it is left out. */
  readonly named?: RegExp;
  /** Only where the message says this, for a check that is right about other objects of the same kind. */
  readonly saying?: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    tool: 'kube-linter',
    check: 'no-rolling-update-strategy',
    kinds: ['Deployment'],
    named: /-exporter$/,
    reason: 'one exporter speaks for the whole cluster; two would double every series, and its absence is an alert',
  },
  {
    tool: 'polaris',
    check: 'missingPodDisruptionBudget',
    kinds: ['Deployment'],
    named: /-exporter$/,
    reason: 'one exporter speaks for the whole cluster; two would double every series, and its absence is an alert',
  },
  {
    tool: 'polaris',
    check: 'topologySpreadConstraint',
    kinds: ['Deployment'],
    named: /-exporter$/,
    reason: 'one exporter speaks for the whole cluster; two would double every series, and its absence is an alert',
  },
  {
    tool: 'kube-linter',
    check: 'read-secret-from-env-var',
    saying: /"REDIS_PASSWORD" in container "exporter"/,
    reason:
      'the exporter of Redis reads its password as a file only from a JSON document with the addresses of its targets',
  },
  {
    tool: 'kube-linter',
    check: 'no-anti-affinity',
    reason:
      'a topology spread over hostnames is the same wish; anti-affinity beside it costs the scheduler most and adds nothing',
  },
  {
    tool: 'kube-score',
    check: 'deployment-has-host-podantiaffinity',
    reason:
      'a topology spread over hostnames is the same wish; anti-affinity beside it costs the scheduler most and adds nothing',
  },
  {
    tool: 'kube-score',
    check: 'statefulset-has-host-podantiaffinity',
    reason:
      'a topology spread over hostnames is the same wish; anti-affinity beside it costs the scheduler most and adds nothing',
  },
  {
    tool: 'kube-linter',
    check: 'no-node-affinity',
    reason: 'nodeSelector kubernetes.io/os: linux says in one line what nine lines of affinity say',
  },
  {
    tool: 'kube-linter',
    check: 'required-annotation-email',
    reason: 'the address of the owner stands on the Namespace; on every object it is noise',
  },
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
    check: 'sorted-keys',
    reason: 'people read manifests in the order of the Kubernetes documents: kind, then name, then the rest',
  },
  {
    tool: 'kube-score',
    check: 'container-cpu-requests-equal-limits',
    reason: 'CPU is shared: a limit at the request throttles every start and every burst while cores stand idle',
  },
  {
    tool: 'kube-score',
    check: 'container-resource-requests-equal-limits',
    saying: /^(?:[^:]+: CPU requests does not match limits(?:; )?)+$/,
    reason: 'the same once more for CPU; memory and disk are requested as they are limited',
  },
  {
    tool: 'kube-score',
    check: 'container-security-context-user-group-id',
    kinds: ['StatefulSet'],
    saying: /^(?:[^:]+: The container (?:is )?running with a low (?:user|group) ID(?:; )?)+$/,
    reason: 'the image of an engine runs as the user that it was built with, which is not root: 999 for Redis',
  },
  {
    tool: 'kube-linter',
    check: 'minimum-three-replicas',
    kinds: ['StatefulSet'],
    named: /-db/,
    reason: 'a primary and its replica do not vote: a third member would cost a volume and make nothing safer',
  },
  {
    tool: 'kube-linter',
    check: 'dangling-service',
    kinds: ['Service'],
    saying: /statefulset\.kubernetes\.io\/pod-name/,
    reason: 'the Service of a primary selects its pod by a label that the StatefulSet controller gives to it',
  },
  {
    tool: 'kube-score',
    check: 'service-targets-pod',
    kinds: ['Service'],
    named: /-db/,
    reason: 'the same label, which no manifest holds',
  },
  {
    tool: 'polaris',
    check: 'sensitiveContainerEnvVar',
    kinds: ['Deployment', 'StatefulSet', 'Job', 'CronJob'],
    reason: 'takes the path in DB_PASSWORD_FILE for a password; the secret is a file, so that no variable holds it',
  },
  {
    tool: 'kube-linter',
    check: 'read-secret-from-env-var',
    saying: /"(SPRING_CLOUD_)?NACOS_/,
    reason: 'the clients of Nacos read their account from nowhere else',
  },
  {
    tool: 'kube-linter',
    check: 'env-value-from',
    saying: /unknown secret "(nacos(-[a-z]+)?|sessions)"$/,
    reason: 'Secrets are made by people or operators; no value of one is ever in the manifests',
  },
  {
    tool: 'polaris',
    check: 'missingNetworkPolicy',
    kinds: ['Job', 'CronJob'],
    reason: 'asks for a rule that lets somebody in; nobody calls a job, so its policy lets in nobody',
  },
  {
    tool: 'kube-linter',
    check: 'restart-policy',
    kinds: ['Job', 'CronJob'],
    saying: /'Never'/,
    reason:
      'what fails leaves a pod with its log; with OnFailure the last attempt is deleted, and why it failed with it',
  },
  {
    tool: 'kube-linter',
    check: 'job-ttl-seconds-after-finished',
    kinds: ['Job'],
    reason:
      'a Job that its TTL has deleted is missing at the next sync, which makes it again: a migration would run daily',
  },
  {
    tool: 'kube-linter',
    check: 'no-liveness-probe',
    kinds: ['Job', 'CronJob'],
    reason: 'a job that hangs is ended by its deadline; a probe would ask a process that serves nobody',
  },
  {
    tool: 'kube-linter',
    check: 'no-readiness-probe',
    kinds: ['Job', 'CronJob'],
    reason: 'nobody sends to a job, so nobody asks whether it can be sent to',
  },
  {
    tool: 'kube-linter',
    check: 'dangling-networkpolicy',
    kinds: ['NetworkPolicy'],
    named: /-acme-solver$/,
    reason: 'selects the pods that cert-manager starts while it proves a host; no manifest holds them',
  },
  {
    tool: 'kube-score',
    check: 'networkpolicy-targets-pod',
    kinds: ['NetworkPolicy'],
    named: /-acme-solver$/,
    reason: 'the same pods',
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

const covers = ({ tool, check, kinds, named, saying }: Exception, finding: Finding): boolean =>
  tool === finding.tool &&
  check === finding.check &&
  (kinds?.includes(finding.object.kind) ?? true) &&
  (named?.test(finding.object.name) ?? true) &&
  (saying?.test(finding.message) ?? true);
