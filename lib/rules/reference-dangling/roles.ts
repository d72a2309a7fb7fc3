import { listOf, type Manifests, namespaceOf } from '../../model/manifests';
import type { ObjectRecord } from '../../model/system';
import type { Violation } from '../rule';

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A binding gives a Role of its namespace; ClusterRoles, and accounts of other namespaces, are made elsewhere. */
export function* roleReferences(binding: ObjectRecord, manifests: Manifests): Iterable<Violation> {
  const { path, manifest } = binding;
  const { kind, name = '' }: Reference = manifest.roleRef ?? {};
  if (kind === 'Role' && !manifests.find(binding, 'Role', name)) {
    yield {
      path,
      message: `gives the Role ${name}, which is not in the app`,
      fix: `a Role ${name} in the same namespace`,
    };
  }
  for (const subject of listOf<Reference>(manifest.subjects)) {
    if (subject.kind !== 'ServiceAccount' || subject.name === 'default') continue;
    if (subject.namespace !== undefined && subject.namespace !== namespaceOf(binding)) continue;
    if (manifests.find(binding, 'ServiceAccount', subject.name ?? '')) continue;
    const message = `gives rights to the ServiceAccount ${subject.name}, which is not in the app`;
    yield { path, message, fix: `a ServiceAccount ${subject.name} in the same namespace` };
  }
}
