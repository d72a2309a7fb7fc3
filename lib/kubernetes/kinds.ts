import type { GroupVersionKind } from 'cdk8s';

/**
 * The kinds that the library writes. As data, because cdk8s-plus, which knows the same, takes as long to load as the
 * whole shop takes to synthesize; a test holds them against it.
 */
export const kinds = {
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap' },
  CronJob: { apiVersion: 'batch/v1', kind: 'CronJob' },
  DaemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  Deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  HorizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  Ingress: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  Job: { apiVersion: 'batch/v1', kind: 'Job' },
  LimitRange: { apiVersion: 'v1', kind: 'LimitRange' },
  Namespace: { apiVersion: 'v1', kind: 'Namespace' },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  PersistentVolumeClaim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  PriorityClass: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' },
  ResourceQuota: { apiVersion: 'v1', kind: 'ResourceQuota' },
  Service: { apiVersion: 'v1', kind: 'Service' },
  ServiceAccount: { apiVersion: 'v1', kind: 'ServiceAccount' },
  StatefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
} as const satisfies Readonly<Record<string, GroupVersionKind>>;
