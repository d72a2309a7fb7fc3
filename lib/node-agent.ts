import type { Construct } from 'constructs';
import type { DaemonSet } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { DESCRIBE } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { Records } from './model/system';
import {
  hostPart,
  type NodeAgentProps,
  type NodeAgentSettings,
  nodeAgentChecks,
  withDefaults,
} from './node-agent/props';
import { serviceSpec } from './workload/service';
import { Workload } from './workload/workload';

/**
 * Something that runs once on every node, those with a taint too: what collects logs or measures the node.
 *
 * Makes a DaemonSet, a ServiceAccount without token, a NetworkPolicy, and where it has ports a Service that leads each
 * pod to the agent of its own node.
 *
 * The node itself is out of its sight. What it must see of it is said in `hostPaths`, and such an agent stands in an
 * Environment of its own whose level of Pod Security allows that, so that the level of all others stays as it is.
 *
 * @example
 * const agents = new Environment(app, 'production-agents', { podSecurity: 'privileged', nodes: { count: 20 } });
 * new NodeAgent(agents, 'node-logs', { image: 'filebeat:9.2.0', uid: 0, hostPaths: { '/var/log/pods': {} } });
 */
export class NodeAgent<PortName extends string = never> extends Workload<PortName> {
  readonly daemonSet: KubernetesObject<DaemonSet>;
  /** Missing where it has no ports. */
  readonly service: KubernetesObject<Service> | undefined;

  private readonly settings: NodeAgentSettings;

  constructor(scope: Construct, id: string, given: NodeAgentProps<PortName>) {
    const { props, problems } = readProps(nodeAgentChecks, given as NodeAgentProps<string>);
    const settings = withDefaults(props);
    const { ports, readiness, liveness, startupSeconds, flushSeconds } = settings;
    super(scope, id, {
      component: 'agent',
      props: settings,
      ports,
      probes: { readiness: readiness || undefined, liveness: liveness || undefined, startupSeconds },
      // Whom nobody can call, nobody waits for.
      requestSeconds: ports.length === 0 ? 0 : undefined,
      flushSeconds,
      behindBalancer: false,
      // There is one on each node whatever the scheduler thinks of it.
      spread: false,
      problems: [...problems, ...placeProblems(settings, environmentOf(scope))],
    });
    this.settings = settings;
    this.add(hostPart(settings.hostPaths));
    this.daemonSet = this.createDaemonSet();
    this.service = ports.length > 0 ? this.createService() : undefined;
    this.applyOverrides();
  }

  [DESCRIBE](): Records {
    const { nodeCount = 1 } = this.environment;
    return this.describeWorkload(this.daemonSet.node.path, { min: nodeCount, max: nodeCount });
  }

  private createDaemonSet(): KubernetesObject<DaemonSet> {
    const { revisionHistoryLimit, maxUnavailable, annotations } = this.settings;
    const metadata = this.runnerMetadata(annotations);
    return new KubernetesObject<DaemonSet>(this, 'DaemonSet', kinds.DaemonSet, metadata, () => ({
      spec: {
        revisionHistoryLimit,
        selector: { matchLabels: { ...this.selector } },
        // The old one goes first: two on one node would do everything twice.
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable } },
        template: this.podTemplate(),
      },
    }));
  }

  private createService(): KubernetesObject<Service> {
    const { ports } = this.settings;
    return new KubernetesObject<Service>(this, 'Service', kinds.Service, this.metadata(), () => ({
      spec: {
        ...serviceSpec({ selector: this.selector, ports, type: 'ClusterIP', sessionAffinity: 'None' }),
        // @see https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/
        internalTrafficPolicy: 'Local',
      },
    }));
  }

  private applyOverrides(): void {
    const { daemonSet, service } = this.settings.overrides;
    if (daemonSet) this.daemonSet.patch(daemonSet);
    if (service) this.service?.patch(service);
  }
}

/** What its environment would refuse. */
function placeProblems(
  { hostPaths, uid }: NodeAgentSettings,
  { podSecurity, nodeCount, quotaIsComputed }: EnvironmentFacts,
): string[] {
  const seesNode = Object.keys(hostPaths).length > 0;
  const level = `got one of the level ${podSecurity}, which refuses its pods`;
  return [
    ...(seesNode && podSecurity !== undefined && podSecurity !== 'privileged'
      ? [`'hostPaths': must be in an Environment of its own with podSecurity: 'privileged', ${level}`]
      : []),
    ...(uid === 0 && podSecurity === 'restricted'
      ? [
          `'uid': must be 1 or more where the Environment has not podSecurity: 'baseline' or 'privileged', got 0: restricted refuses root`,
        ]
      : []),
    ...(quotaIsComputed && nodeCount === undefined
      ? [
          'must be in an Environment that says how many nodes there are at the most, nodes: { count: 20 }, or computes no quota: it has a pod on each',
        ]
      : []),
  ];
}
