import { k8s } from 'cdk8s-plus-28';

/** The kinds that the library writes, each in the API version that cdk8s-plus knows for it. */
export const kinds = {
  ConfigMap: k8s.KubeConfigMap.GVK,
  CronJob: k8s.KubeCronJob.GVK,
  DaemonSet: k8s.KubeDaemonSet.GVK,
  Deployment: k8s.KubeDeployment.GVK,
  EndpointSlice: k8s.KubeEndpointSlice.GVK,
  HorizontalPodAutoscaler: k8s.KubeHorizontalPodAutoscalerV2.GVK,
  Ingress: k8s.KubeIngress.GVK,
  Job: k8s.KubeJob.GVK,
  LimitRange: k8s.KubeLimitRange.GVK,
  Namespace: k8s.KubeNamespace.GVK,
  NetworkPolicy: k8s.KubeNetworkPolicy.GVK,
  PodDisruptionBudget: k8s.KubePodDisruptionBudget.GVK,
  PriorityClass: k8s.KubePriorityClass.GVK,
  ResourceQuota: k8s.KubeResourceQuota.GVK,
  Service: k8s.KubeService.GVK,
  ServiceAccount: k8s.KubeServiceAccount.GVK,
  StatefulSet: k8s.KubeStatefulSet.GVK,
} as const;
