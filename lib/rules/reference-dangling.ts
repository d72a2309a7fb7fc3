import { manifestsOf } from '../model/manifests';
import { ingressReferences } from './reference-dangling/backends';
import { podReferences } from './reference-dangling/pods';
import { roleReferences } from './reference-dangling/roles';
import { scaledReferences, selectedReferences } from './reference-dangling/selections';
import { serviceReferences } from './reference-dangling/services';
import type { Rule } from './rule';

export const referenceDangling: Rule = {
  id: 'reference-dangling',
  severity: 'error',
  summary:
    'Whatever an object of the system refers to by name is in the system too; Secrets come from elsewhere by design.',
  *check(system) {
    const manifests = manifestsOf(system);
    const classes = new Set(
      system.environments.flatMap(({ expected }) =>
        expected.flatMap(({ kind, metadata }) => (kind === 'PriorityClass' ? [metadata.name] : [])),
      ),
    );
    for (const owner of manifests.podOwners) yield* podReferences(owner, manifests, classes);
    for (const service of manifests.ofKind('Service')) yield* serviceReferences(service, manifests);
    for (const ingress of manifests.ofKind('Ingress')) yield* ingressReferences(ingress, manifests);
    for (const budget of manifests.ofKind('PodDisruptionBudget')) yield* selectedReferences(budget, manifests);
    for (const scaler of manifests.ofKind('HorizontalPodAutoscaler')) yield* scaledReferences(scaler, manifests);
    for (const binding of manifests.ofKind('RoleBinding')) yield* roleReferences(binding, manifests);
  },
};
