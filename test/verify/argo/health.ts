import type { KubernetesObject } from '../cluster/api';

/** What Argo CD makes of an object; kinds without a rule have no health, and count as done when they are applied. */
export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended';

interface HealthRule {
  /** Where Argo CD has it, in its repository. */
  readonly file: string;
  readonly health: (object: KubernetesObject) => Health;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

const conditionsOf = ({ status }: KubernetesObject): readonly Condition[] => status?.conditions ?? [];
const goFile = (name: string): string => `gitops-engine/pkg/health/health_${name}.go`;
const luaFile = (name: string): string => `resource_customizations/${name}/health.lua`;

/** Ready, by the condition of that name: what controllers of custom resources report. */
const byReady = (object: KubernetesObject): Health => {
  const conditions = conditionsOf(object);
  if (conditions.some(({ type, status }) => type === 'Issuing' && status === 'True')) return 'Progressing';
  const ready = conditions.find(({ type }) => type === 'Ready')?.status;
  return ready === 'True' ? 'Healthy' : ready === 'False' ? 'Degraded' : 'Progressing';
};

const hasAddress = ({ status }: KubernetesObject): Health =>
  (status?.loadBalancer?.ingress ?? []).length > 0 ? 'Healthy' : 'Progressing';

const autoscalerFailures = new Set([
  'AbleToScale FailedGetScale',
  'AbleToScale FailedUpdateScale',
  'ScalingActive FailedGetResourceMetric',
  'ScalingActive InvalidSelector',
]);

/** The health rules of Argo CD 3 for the kinds that stand in `dist/`, told as data. */
export const healthRules: Readonly<Record<string, HealthRule>> = {
  Certificate: { file: luaFile('cert-manager.io/Certificate'), health: byReady },
  CronJob: {
    file: luaFile('batch/CronJob'),
    health: ({ spec, status }) => {
      if (spec.suspend === true) return 'Suspended';
      if (status === undefined) return 'Progressing';
      const { lastScheduleTime = '', lastSuccessfulTime, active = [] } = status;
      const failed = lastSuccessfulTime !== undefined && active.length === 0 && lastSuccessfulTime < lastScheduleTime;
      return failed ? 'Degraded' : 'Healthy';
    },
  },
  DaemonSet: {
    file: goFile('daemonset'),
    health: ({ metadata, status = {} }) => {
      const {
        observedGeneration = 0,
        updatedNumberScheduled = 0,
        numberAvailable = 0,
        desiredNumberScheduled = 0,
      } = status;
      const isDone = updatedNumberScheduled >= desiredNumberScheduled && numberAvailable >= desiredNumberScheduled;
      return (metadata.generation ?? 0) <= observedGeneration && isDone ? 'Healthy' : 'Progressing';
    },
  },
  Deployment: {
    file: goFile('deployment'),
    health: (object) => {
      const { metadata, spec, status = {} } = object;
      if (spec.paused) return 'Suspended';
      const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
      if ((metadata.generation ?? 0) > observedGeneration) return 'Progressing';
      if (conditionsOf(object).some(({ reason }) => reason === 'ProgressDeadlineExceeded')) return 'Degraded';
      const isDone =
        updatedReplicas >= spec.replicas && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
      return isDone ? 'Healthy' : 'Progressing';
    },
  },
  ExternalSecret: { file: luaFile('external-secrets.io/ExternalSecret'), health: byReady },
  HorizontalPodAutoscaler: {
    file: goFile('hpa'),
    health: (object) => {
      for (const { type, status, reason } of conditionsOf(object)) {
        if (autoscalerFailures.has(`${type} ${reason}`)) return 'Degraded';
        if ((type === 'AbleToScale' || type === 'ScalingLimited') && status === 'True') return 'Healthy';
      }
      return 'Progressing';
    },
  },
  Ingress: { file: goFile('ingress'), health: hasAddress },
  Issuer: { file: luaFile('cert-manager.io/Issuer'), health: byReady },
  Job: {
    file: goFile('job'),
    health: (object) => {
      const holds = (name: string) =>
        conditionsOf(object).some(({ type, status }) => type === name && status === 'True');
      if (holds('Failed')) return 'Degraded';
      if (holds('Suspended')) return 'Suspended';
      return holds('Complete') ? 'Healthy' : 'Progressing';
    },
  },
  PersistentVolumeClaim: {
    file: goFile('pvc'),
    // Argo CD up to 3.2: later ones call a claim that waits for its first pod healthy.
    health: ({ status }) =>
      status?.phase === 'Bound' ? 'Healthy' : status?.phase === 'Lost' ? 'Degraded' : 'Progressing',
  },
  PodDisruptionBudget: {
    file: luaFile('policy/PodDisruptionBudget'),
    health: (object) => {
      const conditions = conditionsOf(object);
      if (conditions.some(({ status, reason }) => status === 'False' && reason !== 'InsufficientPods'))
        return 'Degraded';
      return conditions.length > 0 ? 'Healthy' : 'Progressing';
    },
  },
  SecretStore: { file: luaFile('external-secrets.io/SecretStore'), health: byReady },
  Service: {
    file: goFile('service'),
    health: (object) => (object.spec.type === 'LoadBalancer' ? hasAddress(object) : 'Healthy'),
  },
  StatefulSet: {
    file: goFile('statefulset'),
    health: ({ metadata, spec, status = {} }) => {
      const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0 } = status;
      if (observedGeneration === 0 || (metadata.generation ?? 0) > observedGeneration) return 'Progressing';
      const { partition = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
      const isDone = readyReplicas >= spec.replicas && updatedReplicas >= spec.replicas - partition;
      return isDone ? 'Healthy' : 'Progressing';
    },
  },
};

/** Within a wave, Argo CD applies by kind, and custom resources last: `gitops-engine/pkg/sync/sync_tasks.go`. */
export const kindOrder = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolumeClaim',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'Ingress',
];
