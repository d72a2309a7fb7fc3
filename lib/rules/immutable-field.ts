import { isDeepStrictEqual } from 'node:util';
import { manifestsOf, nameOf, namespaceOf } from '../model/manifests';
import type { ObjectRecord, System } from '../model/system';
import type { Rule } from './rule';
import { kubectl, listed } from './wording';

type Spec = ObjectRecord['manifest'];

/** The immutable fields of an object, each with its value. Fields that other rules compare are left out. */
const FIELDS: Readonly<Record<string, (manifest: Spec) => Readonly<Record<string, unknown>>>> = {
  StatefulSet: ({ spec }) => ({
    serviceName: spec?.serviceName,
    podManagementPolicy: spec?.podManagementPolicy ?? 'OrderedReady',
    selector: spec?.selector,
    volumeClaimTemplates: withoutSize(spec?.volumeClaimTemplates),
  }),
  Deployment: ({ spec }) => ({ selector: spec?.selector }),
  DaemonSet: ({ spec }) => ({ selector: spec?.selector }),
  Service: ({ spec }) => ({ clusterIP: spec?.clusterIP === 'None' ? 'None' : 'an address' }),
  PersistentVolumeClaim: ({ spec }) => ({
    accessModes: spec?.accessModes,
    volumeMode: spec?.volumeMode ?? 'Filesystem',
    volumeName: spec?.volumeName,
  }),
  PriorityClass: ({ value, preemptionPolicy }) => ({
    value,
    preemptionPolicy: preemptionPolicy ?? 'PreemptLowerPriority',
  }),
};

/**
 * The API server refuses an object whose immutable fields changed, and a release stops there.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
export const immutableField: Rule = {
  id: 'immutable-field',
  severity: 'warning',
  summary: 'Immutable fields stay as they are, or the object is replaced by hand.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const [kind, fieldsOf] of Object.entries(FIELDS)) {
      for (const object of manifests.ofKind(kind)) {
        const changed = changedFields(system, object, fieldsOf);
        if (changed.length === 0) continue;
        const [first = ''] = changed;
        yield {
          path: object.path,
          message: `changes ${listed(changed)}, which ${changed.length === 1 ? 'is' : 'are'} immutable: the API server refuses the ${kind}`,
          fix: `${first.split(' ')[0]} as it was; or by hand, before the release: ${remake(object, kind)}`,
        };
      }
    }
  },
};

function changedFields(
  { previous }: System,
  object: ObjectRecord,
  fieldsOf: (manifest: Spec) => Readonly<Record<string, unknown>>,
): string[] {
  const before = previous.manifestOf(object);
  if (before === undefined || before === object.manifest) return [];
  const [had, has] = [fieldsOf(before), fieldsOf(object.manifest)];
  return Object.keys(has).flatMap((name) => {
    const [old, now] = [plain(had[name]), plain(has[name])];
    return isDeepStrictEqual(old, now) ? [] : [`${name} from ${shown(old)} to ${shown(now)}`];
  });
}

/** What stays up while the object is made anew. */
function remake(object: ObjectRecord, kind: string): string {
  const run = kubectl(namespaceOf(object));
  const name = nameOf(object);
  const apply = `apply ${object.file}`;
  if (kind === 'StatefulSet' || kind === 'Deployment' || kind === 'DaemonSet') {
    return `${run} delete ${kind.toLowerCase()} ${name} --cascade=orphan, ${apply}, and delete the pods that have the old labels one after another`;
  }
  if (kind === 'PersistentVolumeClaim') return 'a claim under another name, and what is on this one copied over';
  return `${run} delete ${kind.toLowerCase()} ${name}, and at once ${apply}`;
}

/** Size and class have rules of their own. */
function withoutSize(templates: unknown): unknown {
  if (!Array.isArray(templates)) return [];
  return templates.map((template) => {
    const { metadata, spec } = (template ?? {}) as { readonly metadata?: object; readonly spec?: object };
    const { storageClassName: _, resources: __, ...rest } = (spec ?? {}) as Record<string, unknown>;
    return { metadata, spec: rest };
  });
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));
