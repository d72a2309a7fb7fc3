import { claimNames, claimTemplatesOf, membersOf } from '../model/claims';
import { nameOf } from '../model/manifests';
import type { PreviousRecord, System } from '../model/system';
import type { Rule, Violation } from './rule';
import { kubectl } from './wording';

/**
 * Something that held data is no longer written: a backend was removed, renamed or moved to a managed service, or a
 * whole environment is gone. What a tool then prunes, and what stays without an owner, is reported before it happens.
 */
export const dataLoss: Rule = {
  id: 'data-loss',
  severity: 'error',
  summary: 'Nothing that holds data is removed unnoticed.',
  *check(system) {
    const written = new Set<string>();
    for (const { environment, manifest } of system.objects) {
      if (KINDS.has(manifest.kind)) {
        written.add(
          keyOf(environment, manifest.kind, manifest.metadata?.namespace ?? '', manifest.metadata?.name ?? ''),
        );
      }
    }
    const gone = system.previous
      .dataObjects()
      .filter(({ environment, kind, namespace, name }) => !written.has(keyOf(environment, kind, namespace, name)));
    const namespaces = new Set(gone.filter(({ kind }) => kind === 'Namespace').map(({ environment }) => environment));
    for (const record of gone) {
      const path = system.environments.find(({ name }) => name === record.environment)?.path ?? '';
      if (record.kind === 'Namespace') yield* namespaceGone(path, record, gone);
      // With its namespace goes everything in it.
      else if (namespaces.has(record.environment)) continue;
      else if (record.kind === 'StatefulSet') yield* setGone(path, record, system);
      else yield* claimGone(path, record);
    }
  },
};

const KINDS = new Set(['StatefulSet', 'PersistentVolumeClaim', 'Namespace']);

const keyOf = (environment: string | undefined, kind: string, namespace: string, name: string): string =>
  `${environment ?? ''}\n${kind}\n${namespace}\n${name}`;

function* namespaceGone(path: string, { environment, name }: PreviousRecord, gone: readonly PreviousRecord[]) {
  const keepers = gone.filter((other) => other.environment === environment && other.kind !== 'Namespace');
  if (keepers.length === 0) return;
  yield {
    path,
    message: `the Namespace ${name} is no longer written, and in it ${keepers.map(({ kind, name: keeper }) => `${kind} ${keeper}`).join(', ')}: a tool that prunes it deletes all of them and every claim`,
    fix: `the environment ${environment} as it was; where it shall go, a backup of each first, and then suppress(app, 'data-loss', …) for this one release`,
  };
}

function* setGone(path: string, record: PreviousRecord, system: System): Iterable<Violation> {
  const { namespace, name, manifest } = record;
  const spec = manifest()?.spec;
  const claims = claimNames(name, claimTemplatesOf(spec), 0, membersOf(spec));
  if (claims.length === 0) return;
  const successor = successorOf(record, spec, system);
  const removed = `the StatefulSet ${name} is no longer written${successor ? `, and ${successor} is new: a new name is a new and empty backend` : ''}`;
  if (spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete') {
    const message = `${removed}; with whenDeleted: Delete its claims ${claims.join(', ')} are deleted with it`;
    yield { path, message, fix: 'whenDeleted: Retain in a release before this one, and a backup' };
    return;
  }
  const keep = successor
    ? `the name ${name}, or a restore of the newest backup of ${name} into ${successor}`
    : 'a backup first';
  yield {
    path,
    severity: 'warning',
    message: `${removed}; its pods are deleted, and its claims ${claims.join(', ')} stay without an owner`,
    fix: `${keep}; when the data is not needed any more, ${kubectl(namespace)} delete pvc ${claims.join(' ')}`,
  };
}

/** A set that is new in the same environment and runs the same image: most likely the same thing by another name. */
function successorOf(
  { environment }: PreviousRecord,
  spec: { readonly template?: unknown } | undefined,
  { objects, previous }: System,
): string | undefined {
  const image = repositoryOf(spec);
  if (image === undefined) return undefined;
  const found = objects.find(
    (object) =>
      object.manifest.kind === 'StatefulSet' &&
      object.environment === environment &&
      repositoryOf(object.manifest.spec) === image &&
      previous.manifestOf(object) === undefined,
  );
  return found && nameOf(found);
}

/** The image of the first container, without its tag. */
function repositoryOf(spec: { readonly template?: unknown } | undefined): string | undefined {
  const { template } = (spec ?? {}) as {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
  return template?.spec?.containers?.[0]?.image?.replace(/(?::[\w.-]+)?(?:@.*)?$/, '');
}

function* claimGone(path: string, { namespace, name, manifest }: PreviousRecord): Iterable<Violation> {
  const annotations = manifest()?.metadata?.annotations ?? {};
  const isKept = Object.values(annotations).some(
    (value) => String(value).includes('Prune=false') || value === 'disabled',
  );
  const removed = `the claim ${name} is no longer written`;
  yield isKept
    ? {
        path,
        severity: 'warning',
        message: `${removed}; its annotations keep Argo CD and Flux from deleting it, so it stays without an owner`,
        fix: `when what is on it is not needed any more, ${kubectl(namespace)} delete pvc ${name}`,
      }
    : {
        path,
        message: `${removed}: a tool that prunes it deletes what is on it`,
        fix: 'the claim as it was; or first an annotation that keeps it (argocd.argoproj.io/sync-options: Prune=false, kustomize.toolkit.fluxcd.io/prune: disabled)',
      };
}
