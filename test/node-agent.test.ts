import type { PodSpec } from 'kubernetes-types/core/v1';
import { type Environment, type EnvironmentProps, MonitoredApp, NodeAgent, type NodeAgentProps } from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietEnvironment, yamlOf } from './support/render';
import './support/yaml-snapshot';

const image = 'agent:2.0.1';
const privileged = { podSecurity: 'privileged', nodes: { count: 9 } } as const;

function agent(props: Partial<NodeAgentProps<string>> = {}, environment: EnvironmentProps = privileged) {
  return new NodeAgent<string>(quietEnvironment(environment), 'agent', { image, ...props });
}

const specOf = (made: NodeAgent<string>) => (made.daemonSet.toJson() as Manifest).spec;
const podOf = (made: NodeAgent<string>): PodSpec => specOf(made).template.spec;
const quotaOf = (environment: Environment<string>) =>
  manifestsOf(environment).find(({ kind }) => kind === 'ResourceQuota')?.spec.hard;

test('needs nothing but an image', () => {
  expect(yamlOf(agent())).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'NodeAgent')?.full[0] as NodeAgentProps<string>;
  expect(yamlOf(agent(every))).toMatchSnapshot();
});

describe('its nodes', () => {
  test('are all, those with a taint too', () => {
    expect(podOf(agent()).tolerations).toEqual([{ operator: 'Exists' }]);
  });

  test('are those whose taints it bears, where it says which', () => {
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    expect(podOf(agent({ tolerations })).tolerations).toEqual(tolerations);
  });

  test('are rolled out a tenth at a time, the old pod first', () => {
    expect(specOf(agent()).updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' },
    });
  });

  test('are not spread over: each has one', () => {
    expect(podOf(agent()).topologySpreadConstraints).toBeUndefined();
    expect(podOf(agent()).affinity?.podAntiAffinity).toBeUndefined();
  });

  test('make room for it', () => {
    expect(podOf(agent()).priorityClassName).toBe('test-critical');
    expect(podOf(agent({ priority: 'standard' })).priorityClassName).toBe('test-standard');
  });

  test('each count in the quota', () => {
    const environment = quietEnvironment(privileged);
    new NodeAgent(environment, 'agent', { image });
    expect(quotaOf(environment)).toMatchObject({ pods: '10', 'requests.cpu': '1' });
  });

  test('must be counted where the quota is computed', () => {
    expect(findingsOf(agent({}, {}))).toEqual([
      '[test/agent] must be in an Environment that says how many nodes there are at the most, nodes: { count: 20 }, or computes no quota: it has a pod on each',
    ]);
    expect(findingsOf(agent({}, { quota: false }))).toEqual([]);
  });

  test('are too many for a quota that was given', () => {
    expect(findingsOf(agent({}, { ...privileged, quota: { pods: '5' } }))).toEqual([
      '[test/_environment/ResourceQuota] capacity-quota: allows pods 5, but at its peak the namespace takes agent 9 = 9',
    ]);
  });
});

describe('what it sees of the node', () => {
  const hostPaths = { '/var/log/pods': {} };

  test('is nothing that was not declared', () => {
    expect(podOf(agent()).volumes?.some(({ hostPath }) => hostPath)).toBe(false);
  });

  test('is read, not written, and made by nobody', () => {
    const { volumes, containers } = podOf(agent({ hostPaths }));
    expect(volumes).toContainEqual({
      name: 'host-var-log-pods',
      hostPath: { path: '/var/log/pods', type: 'Directory' },
    });
    expect(containers[0]?.volumeMounts).toContainEqual({
      name: 'host-var-log-pods',
      mountPath: '/var/log/pods',
      readOnly: true,
    });
  });

  test.each(['restricted', 'baseline'] as const)('is an exception that the level %s refuses', (podSecurity) => {
    expect(findingsOf(agent({ hostPaths }, { ...privileged, podSecurity }))).toEqual([
      `[test/agent] 'hostPaths': must be in an Environment of its own with podSecurity: 'privileged', got one of the level ${podSecurity}, which refuses its pods`,
    ]);
  });

  test('is read as root only where the level allows that', () => {
    expect(podOf(agent({ uid: 0 })).securityContext).toEqual({
      runAsNonRoot: false,
      runAsUser: 0,
      runAsGroup: 0,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(findingsOf(agent({ uid: 0 }))).toEqual([]);
    expect(findingsOf(agent({ uid: 0 }, { nodes: { count: 9 } }))).toEqual([
      "[test/agent] 'uid': must be 1 or more where the Environment has not podSecurity: 'baseline' or 'privileged', got 0: restricted refuses root",
    ]);
  });

  test('is seen without any capability, root or not', () => {
    for (const uid of [0, 10_001]) {
      expect(podOf(agent({ uid, hostPaths })).containers[0]?.securityContext).toMatchObject({
        privileged: false,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    }
  });
});

describe('its Service', () => {
  test('leads to the agent of the own node', () => {
    const { service } = agent({ ports: { otlp: { port: 4317, protocol: 'grpc' } } });
    expect(service?.toJson().spec.internalTrafficPolicy).toBe('Local');
  });

  test('is missing without ports, and so are the probes', () => {
    const made = agent();
    expect(made.service).toBeUndefined();
    expect(podOf(made).containers[0]).not.toHaveProperty('readinessProbe');
  });
});

test('is watched like any other', () => {
  const made = agent({ ports: { metrics: 9100 } });
  const { prometheusRule } = new MonitoredApp(made, 'monitoring');
  expect(findingsOf(made)).toEqual([]);
  expect(JSON.stringify(prometheusRule?.toJson())).toContain('kube_daemonset_status_number_unavailable');
});
