import type { ApiObject } from 'cdk8s';
import { isApart } from './apart';
import { environmentOf } from './environment-facts';

/** The annotation by which Argo CD knows the wave of an object. */
export const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';

/** Keeps the health of an object out of the health of the whole Application. */
const IGNORE_HEALTH = 'argocd.argoproj.io/ignore-healthcheck';

/** The method of an object of the library that renders it without its wave; waves are worked out from such manifests. */
export const WITHOUT_WAVE = Symbol.for('cdk8s-microservices.without-wave');

interface Annotated {
  readonly kind?: string;
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/**
 * A manifest with the sync wave that its environment decides. Wave 0 is the default of Argo CD and is not written;
 * what the manifest says itself stays.
 *
 * A CronJob is left out of the health of the Application: what failed last night, or is suspended for a restore, has
 * its alerts, and must not fail the release of today in `argocd app wait` or in a wave of an app of apps.
 */
export function inSyncWave<Kind extends Annotated>(object: ApiObject, manifest: Kind): Kind {
  const { waveOf } = environmentOf(object);
  if (waveOf === undefined || isApart(object)) return manifest;
  const { annotations = {} } = manifest.metadata;
  const wave = annotations[SYNC_WAVE] ?? String(waveOf(object, manifest));
  const all = {
    ...(wave === '0' ? {} : { [SYNC_WAVE]: wave }),
    ...(manifest.kind === 'CronJob' ? { [IGNORE_HEALTH]: 'true' } : {}),
    ...annotations,
  };
  if (Object.keys(all).length === Object.keys(annotations).length) return manifest;
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...manifest, metadata: { ...manifest.metadata, annotations: sorted } };
}
