import type { Manifest } from '../kubernetes/kubernetes-object';
import type { Records } from '../model/system';
import { isPrerequisiteKind, type PlacedManifest, prerequisites } from './prerequisites';
import { deploymentWaves } from './waves';

export interface WaveInput {
  readonly records: Required<Pick<Records, 'workloads' | 'calls' | 'waits'>>;
  /** The objects that the wave of another one may depend on, rendered when the first wave does. */
  readonly objects: () => readonly PlacedManifest[];
}

/** Before everything else: what others stand in and are measured by. */
export const FIRST_WAVE = -10;

/**
 * Behind everything else: what may stay unhealthy for as long as it likes. Argo CD applies the last wave and does not
 * wait for it.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export const LAST_WAVE = 1_000;

const firstKinds = new Set([
  'CustomResourceDefinition',
  'LimitRange',
  'Namespace',
  'PriorityClass',
  'ResourceQuota',
  'StorageClass',
]);

/** Kinds whose health waits for something that no release brings: an address, an approval, tonight's run. */
const lastKinds = new Set(['CronJob', 'Gateway', 'GRPCRoute', 'HTTPRoute', 'Ingress', 'Route', 'TCPRoute', 'TLSRoute']);
const scalers = new Set(['HorizontalPodAutoscaler', 'ScaledObject']);

/** Kinds that neither run pods nor are needed by what has a health: no wave depends on them. */
const irrelevant = new Set([
  'ConfigMap',
  'LimitRange',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'PodMonitor',
  'PrometheusRule',
  'ResourceQuota',
  'Service',
  'ServiceMonitor',
]);
export const decidesWaves = (kind: string): boolean => !irrelevant.has(kind);

/**
 * The sync wave in which the health of an object can become good, by its kind and its owner. Argo CD applies a wave
 * when everything in the one before is healthy, so an object must not come before what its health depends on.
 *
 * Policies, accounts, config, Services and monitors have no health, and stay in wave 0 with the first pods.
 */
export function objectWaves({ records, objects }: WaveInput): (path: string, manifest: Manifest) => number {
  const { workloads, calls, waits } = records;
  const waves = deploymentWaves(
    workloads.map(({ path }) => path),
    [...calls, ...waits],
  );
  const last = [...waves.values()].reduce((highest, wave) => Math.max(highest, wave + 1), LAST_WAVE);
  const byPath = new Map(workloads.map((workload) => [workload.path, workload]));
  const awaited = new Set(waits.map(({ to }) => to));
  const called = new Set(calls.map(({ to }) => to));

  const ownerOf = (path: string) => {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const owner = byPath.get(path.slice(0, end));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };

  const waveOf = (path: string, manifest: Manifest): number => {
    const { kind, metadata, spec } = manifest;
    if (firstKinds.has(kind) || deniesEverything(manifest)) return FIRST_WAVE;
    if (lastKinds.has(kind)) return last;
    if (isPrerequisiteKind(kind)) return prerequisiteWave(path, kind);
    if (kind === 'PersistentVolumeClaim') return claimWave(metadata.name);
    const owner = ownerOf(path);
    const own = owner === undefined ? 0 : (waves.get(owner.path) ?? 0);
    if (scalers.has(kind)) return targetWave(spec?.scaleTargetRef) ?? own;
    // A balancer may never get an address; only callers inside the cluster are a reason not to be last.
    if (kind === 'Service' && spec?.type === 'LoadBalancer')
      return owner !== undefined && called.has(owner.path) && owner.name === metadata.name ? own : last;
    // What no service waits for may run for hours.
    if (kind === 'Job' && owner?.component === 'job' && !awaited.has(owner.path)) return last;
    return hasPods(manifest) ? own : 0;
  };

  const waveIn = ({ path, manifest }: PlacedManifest): number => {
    const written = manifest.metadata.annotations?.['argocd.argoproj.io/sync-wave'];
    return written === undefined ? waveOf(path, manifest) : Number(written);
  };

  let byName: ReadonlyMap<string, PlacedManifest> | undefined;
  /** Within a wave Argo CD applies a Deployment before its autoscaler. */
  const targetWave = ({ kind = 'Deployment', name }: { readonly kind?: string; readonly name?: string } = {}) => {
    byName ??= new Map(
      objects().map((object) => [`${object.manifest.kind} ${object.manifest.metadata?.name}`, object]),
    );
    const found = byName.get(`${kind} ${name}`);
    return found && waveIn(found);
  };

  /** Many storage classes make a volume when its first pod comes, so the claim comes with that pod. */
  const claimWave = (name: string): number => {
    const users = objects().filter(({ manifest }) => claimsOf(manifest).includes(name));
    return users.map(waveIn).reduce((lowest, wave) => Math.min(lowest, wave), last);
  };

  let depths: ReadonlyMap<string, number> | undefined;
  const prerequisiteWave = (path: string, kind: string): number => {
    depths ??= prerequisites(
      objects(),
      objects().filter((object) => hasPods(object.manifest) && waveIn(object) < last),
    );
    const depth = depths.get(path);
    if (depth !== undefined) return Math.min(FIRST_WAVE + 1 + depth, -1);
    return kind === 'Secret' || kind === 'ServiceAccount' ? 0 : last;
  };

  return waveOf;
}

/** A policy for all pods of the namespace. */
function deniesEverything({ kind, spec }: Manifest): boolean {
  return kind === 'NetworkPolicy' && Object.keys(spec?.podSelector ?? { none: true }).length === 0;
}

const podSpecOf = ({ kind, spec }: Manifest) =>
  kind === 'Pod' ? spec : (kind === 'CronJob' ? spec?.jobTemplate?.spec : spec)?.template?.spec;

const hasPods = (manifest: Manifest): boolean => podSpecOf(manifest)?.containers !== undefined;

function claimsOf(manifest: Manifest): string[] {
  const volumes: readonly { persistentVolumeClaim?: { claimName?: string } }[] = podSpecOf(manifest)?.volumes ?? [];
  return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}
