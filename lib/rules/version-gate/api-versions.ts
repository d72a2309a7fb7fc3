import type { KubernetesVersion } from '../../kubernetes/version';

/** An API version that is gone. */
export interface RemovedApi {
  readonly apiVersion: string;
  /** Only these kinds of it; all where nothing is said. */
  readonly kinds?: readonly string[];
  /** The version that no longer serves it; older than any that is supported unless it says so. */
  readonly removedIn: KubernetesVersion | '1.16' | '1.22' | '1.25' | '1.26' | '1.27';
  readonly instead: string;
}

/** @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
export const removedApis: readonly RemovedApi[] = [
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], removedIn: '1.22', instead: 'networking.k8s.io/v1' },
  { apiVersion: 'extensions/v1beta1', kinds: ['NetworkPolicy'], removedIn: '1.16', instead: 'networking.k8s.io/v1' },
  { apiVersion: 'extensions/v1beta1', removedIn: '1.16', instead: 'apps/v1' },
  { apiVersion: 'apps/v1beta1', removedIn: '1.16', instead: 'apps/v1' },
  { apiVersion: 'apps/v1beta2', removedIn: '1.16', instead: 'apps/v1' },
  {
    apiVersion: 'networking.k8s.io/v1beta1',
    kinds: ['Ingress', 'IngressClass'],
    removedIn: '1.22',
    instead: 'networking.k8s.io/v1',
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1beta1', removedIn: '1.22', instead: 'rbac.authorization.k8s.io/v1' },
  { apiVersion: 'rbac.authorization.k8s.io/v1alpha1', removedIn: '1.22', instead: 'rbac.authorization.k8s.io/v1' },
  { apiVersion: 'scheduling.k8s.io/v1beta1', removedIn: '1.22', instead: 'scheduling.k8s.io/v1' },
  { apiVersion: 'apiextensions.k8s.io/v1beta1', removedIn: '1.22', instead: 'apiextensions.k8s.io/v1' },
  { apiVersion: 'apiregistration.k8s.io/v1beta1', removedIn: '1.22', instead: 'apiregistration.k8s.io/v1' },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    removedIn: '1.22',
    instead: 'admissionregistration.k8s.io/v1',
  },
  { apiVersion: 'coordination.k8s.io/v1beta1', kinds: ['Lease'], removedIn: '1.22', instead: 'coordination.k8s.io/v1' },
  {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kinds: ['CertificateSigningRequest'],
    removedIn: '1.22',
    instead: 'certificates.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['StorageClass', 'VolumeAttachment', 'CSIDriver', 'CSINode'],
    removedIn: '1.22',
    instead: 'storage.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIStorageCapacity'],
    removedIn: '1.27',
    instead: 'storage.k8s.io/v1',
  },
  { apiVersion: 'batch/v1beta1', removedIn: '1.25', instead: 'batch/v1' },
  { apiVersion: 'batch/v2alpha1', removedIn: '1.22', instead: 'batch/v1' },
  { apiVersion: 'discovery.k8s.io/v1beta1', removedIn: '1.25', instead: 'discovery.k8s.io/v1' },
  { apiVersion: 'events.k8s.io/v1beta1', removedIn: '1.25', instead: 'events.k8s.io/v1' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], removedIn: '1.25', instead: 'policy/v1' },
  {
    apiVersion: 'policy/v1beta1',
    kinds: ['PodSecurityPolicy'],
    removedIn: '1.25',
    instead: 'the Pod Security level of the Environment (podSecurity)',
  },
  { apiVersion: 'node.k8s.io/v1beta1', removedIn: '1.25', instead: 'node.k8s.io/v1' },
  { apiVersion: 'autoscaling/v2beta1', removedIn: '1.25', instead: 'autoscaling/v2' },
  { apiVersion: 'autoscaling/v2beta2', removedIn: '1.26', instead: 'autoscaling/v2' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1', removedIn: '1.26', instead: 'flowcontrol.apiserver.k8s.io/v1' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2', removedIn: '1.29', instead: 'flowcontrol.apiserver.k8s.io/v1' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', removedIn: '1.32', instead: 'flowcontrol.apiserver.k8s.io/v1' },
];

/** An API version that came after the oldest supported Kubernetes. */
export interface NewApi {
  readonly apiVersion: string;
  readonly kinds?: readonly string[];
  readonly since: KubernetesVersion;
}

export const newApis: readonly NewApi[] = [
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', since: '1.29' },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    since: '1.30',
  },
  { apiVersion: 'networking.k8s.io/v1', kinds: ['IPAddress', 'ServiceCIDR'], since: '1.33' },
  { apiVersion: 'storage.k8s.io/v1', kinds: ['VolumeAttributesClass'], since: '1.34' },
  { apiVersion: 'resource.k8s.io/v1', since: '1.34' },
];
