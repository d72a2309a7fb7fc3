import { nameOf, namespaceOf } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule } from './rule';

export const nameClash: Rule = {
  id: 'name-clash',
  severity: 'error',
  summary: 'No two objects are the same object for Kubernetes, and no two Services want the same DNS name.',
  *check({ objects }) {
    const first = new Map<string, ObjectRecord>();
    for (const object of objects) {
      const { kind } = object.manifest;
      const name = nameOf(object);
      // With `generateName` the cluster makes a name that nobody has.
      if (name === '') continue;
      const key = `${placeOf(object)}\n${groupOf(object)}\n${kind}\n${name}`;
      const earlier = first.get(key);
      if (earlier === undefined) {
        first.set(key, object);
        continue;
      }
      const namespace = namespaceOf(object);
      const where = namespace === '' ? '' : ` in namespace ${namespace}`;
      const dns =
        kind === 'Service' ? `, and with it the DNS name ${name}${namespace === '' ? '' : `.${namespace}.svc`}` : '';
      yield {
        path: object.path,
        message: `is ${kind} ${name}${where}${dns}, and so is ${earlier.path}: whichever is applied last replaces the other`,
        fix: 'another id or name for one of the two',
      };
    }
  },
};

/**
 * What is applied together. Environments may be clusters of their own, and so may plain charts that name no namespace.
 */
function placeOf(object: ObjectRecord): string {
  const namespace = namespaceOf(object);
  return `${object.environment ?? (namespace === '' ? object.file : '')}\n${namespace}`;
}

/** The same kind in another version is the same object. */
function groupOf({ manifest: { apiVersion = '' } }: ObjectRecord): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
