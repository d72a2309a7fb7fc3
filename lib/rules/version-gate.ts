import { atLeast, type KubernetesVersion, kubernetesVersions } from '../kubernetes/version';
import { manifestsOf } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { newApis, type RemovedApi, removedApis } from './version-gate/api-versions';
import { type GatedField, objectFields, podFields } from './version-gate/fields';

export const versionGate: Rule = {
  id: 'version-gate',
  severity: 'error',
  summary: 'Every field and API version exists in the Kubernetes version of its environment.',
  *check(system) {
    const targets = new Map(system.environments.map(({ name, kubernetes }) => [name, missingIn(kubernetes)]));
    const manifests = manifestsOf(system);
    for (const object of system.objects) {
      const target = targets.get(object.environment ?? '');
      if (notable.has(object.manifest.apiVersion)) yield* apiVersion(object, target?.version);
      const { kind, spec } = object.manifest;
      // A plain chart does not say where it will be applied.
      if (target === undefined || !spec) continue;
      const { version, ofPods, ofObjects } = target;
      const ofKind = ofObjects.get(kind);
      if (ofKind) yield* fields(object.path, spec, ofKind, version);
      if (kind === 'CronJob')
        yield* fields(object.path, spec.jobTemplate?.spec ?? {}, ofObjects.get('Job') ?? [], version);
      const owner = manifests.podOwnerAt(object.path);
      if (owner !== undefined) yield* fields(object.path, owner, ofPods, version);
    }
  },
};

/** The fields that a version does not have yet. */
function missingIn(version: KubernetesVersion) {
  const isMissing = ({ since }: { readonly since: KubernetesVersion }) => !atLeast(version, since);
  return {
    version,
    ofPods: podFields.filter(isMissing),
    ofObjects: new Map([...objectFields].map(([kind, gated]) => [kind, gated.filter(isMissing)])),
  };
}

function* fields<Holder>(
  path: string,
  holder: Holder,
  missing: readonly GatedField<Holder>[],
  version: KubernetesVersion,
): Iterable<Violation> {
  for (const { field, since, isUsed } of missing) {
    if (!isUsed(holder)) continue;
    yield {
      path,
      message: `uses ${field}, which Kubernetes has from ${since}, but is applied to ${version}`,
      fix: `leave it out, or kubernetesVersion: '${since}' where no cluster is older`,
    };
  }
}

const removed = new Map<string, RemovedApi[]>();
for (const api of removedApis) removed.set(api.apiVersion, [...(removed.get(api.apiVersion) ?? []), api]);

/** API versions that some Kubernetes does not have; most objects are of none of them. */
const notable = new Set([...removedApis, ...newApis].map(({ apiVersion: name }) => name));

function* apiVersion({ path, manifest }: ObjectRecord, version: KubernetesVersion | undefined): Iterable<Violation> {
  const { apiVersion: used, kind } = manifest;
  const gone = removed.get(used)?.find(({ kinds }) => kinds === undefined || kinds.includes(kind));
  if (gone !== undefined && isGone(gone.removedIn, version)) {
    const message = `is ${kind} of ${used}, which Kubernetes removed in ${gone.removedIn}${version ? `, and is applied to ${version}` : ''}`;
    yield { path, message, fix: gone.instead.includes(' ') ? gone.instead : `apiVersion: ${gone.instead}` };
  }
  if (version === undefined) return;
  const young = newApis.find((api) => api.apiVersion === used && (api.kinds === undefined || api.kinds.includes(kind)));
  if (young !== undefined && !atLeast(version, young.since)) {
    yield {
      path,
      message: `is ${kind} of ${used}, which Kubernetes has from ${young.since}, but is applied to ${version}`,
      fix: `kubernetesVersion: '${young.since}' where no cluster is older`,
    };
  }
}

/** Whether a version lacks what was removed; what was removed before the oldest that is supported is gone everywhere. */
function isGone(removedIn: RemovedApi['removedIn'], version: KubernetesVersion | undefined): boolean {
  const supported = kubernetesVersions.find((candidate) => candidate === removedIn);
  return supported === undefined || (version !== undefined && atLeast(version, supported));
}
