import type { Container, Probe, Volume } from 'kubernetes-types/core/v1';
import { listOf, type Manifests, namespaceOf, type PodOwner } from '../../model/manifests';
import type { Violation } from '../rule';
import { listed } from '../wording';

/** Config maps that the cluster, or a mesh, puts into every namespace. */
const givenConfigMaps = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert']);

/** @param classes - priority classes that the cluster has already */
export function* podReferences(
  owner: PodOwner,
  manifests: Manifests,
  classes: ReadonlySet<string>,
): Iterable<Violation> {
  const { object, pod, allContainers } = owner;
  const { path } = object;
  yield* serviceAccount(owner, manifests);
  yield* priorityClass(owner, manifests, classes);
  yield* headlessService(owner, manifests);
  for (const volume of listOf(pod.volumes))
    if (volume.configMap || volume.projected) yield* volumeOf(owner, volume, manifests);
  for (const container of allContainers) yield* variables(owner, container, manifests);
  for (const { name, persistentVolumeClaim } of listOf(pod.volumes)) {
    const claim = persistentVolumeClaim?.claimName;
    if (!claim || manifests.find(object, 'PersistentVolumeClaim', claim) || isOfStatefulSet(owner, claim, manifests))
      continue;
    const message = `its volume ${name} is the claim ${claim}, which is not in ${place(owner)}`;
    yield { path, message, fix: `a PersistentVolumeClaim ${claim} in the same environment` };
  }
  yield* mounts(owner);
  for (const container of allContainers) yield* probePorts(path, container);
}

function* serviceAccount(owner: PodOwner, manifests: Manifests): Iterable<Violation> {
  const name = owner.pod.serviceAccountName ?? owner.pod.serviceAccount;
  if (!name || name === 'default' || manifests.find(owner.object, 'ServiceAccount', name)) return;
  yield {
    path: owner.object.path,
    message: `runs as the ServiceAccount ${name}, which is not in ${place(owner)}: its pods are refused`,
    fix: `a ServiceAccount ${name} in the same environment`,
  };
}

function* priorityClass(
  { object, pod }: PodOwner,
  manifests: Manifests,
  classes: ReadonlySet<string>,
): Iterable<Violation> {
  const { priorityClassName: name } = pod;
  if (!name || name.startsWith('system-') || classes.has(name)) return;
  if (manifests.findInCluster('PriorityClass', name) ?? manifests.find(object, 'PriorityClass', name)) return;
  yield {
    path: object.path,
    // It belongs to the cluster, and the cluster may have it.
    severity: 'warning',
    message: `has the PriorityClass ${name}, which nothing here makes: without it its pods are refused`,
    fix: "priority: 'critical', 'standard' or 'optional', whose classes the Environment makes, or its name in priorityClasses of the Environment",
  };
}

function* headlessService({ object, kind }: PodOwner, manifests: Manifests): Iterable<Violation> {
  const name = kind === 'StatefulSet' ? object.manifest.spec?.serviceName : undefined;
  if (!name || manifests.find(object, 'Service', name)) return;
  yield {
    path: object.path,
    message: `names its pods after the Service ${name}, which is not in ${where(namespaceOf(object))}`,
    fix: `a headless Service ${name} in the same environment`,
  };
}

interface ConfigMapReference {
  readonly name: string;
  readonly keys: readonly string[];
  readonly by: string;
  readonly optional: boolean | undefined;
}

function* volumeOf(
  owner: PodOwner,
  { name, configMap: own, projected }: Volume,
  manifests: Manifests,
): Iterable<Violation> {
  const by = `its volume ${name}`;
  for (const source of [own, ...listOf(projected?.sources).map((each) => each.configMap)]) {
    if (!source?.name) continue;
    const keys = listOf(source.items).map(({ key }) => key);
    yield* configMap(owner, { name: source.name, keys, by, optional: source.optional }, manifests);
  }
}

function* variables(
  owner: PodOwner,
  { name: container, env, envFrom }: Container,
  manifests: Manifests,
): Iterable<Violation> {
  for (const { name: variable, valueFrom } of listOf(env)) {
    const reference = valueFrom?.configMapKeyRef;
    if (!reference?.name) continue;
    const by = `the variable ${variable} of ${container}`;
    yield* configMap(
      owner,
      { name: reference.name, keys: [reference.key], by, optional: reference.optional },
      manifests,
    );
  }
  for (const { configMapRef } of listOf(envFrom)) {
    if (!configMapRef?.name) continue;
    const by = `envFrom of ${container}`;
    yield* configMap(owner, { name: configMapRef.name, keys: [], by, optional: configMapRef.optional }, manifests);
  }
}

function* configMap(
  owner: PodOwner,
  { name, keys, by, optional }: ConfigMapReference,
  manifests: Manifests,
): Iterable<Violation> {
  if (optional === true || givenConfigMaps.has(name)) return;
  const { path } = owner.object;
  const found = manifests.find(owner.object, 'ConfigMap', name)?.manifest;
  if (found === undefined) {
    const message = `${by} reads the ConfigMap ${name}, which is not in ${place(owner)}: its pods never start`;
    yield { path, message, fix: `a ConfigMap ${name} in the same environment, or optional: true` };
    return;
  }
  const missing = keys.filter((key) => found.data?.[key] === undefined && found.binaryData?.[key] === undefined);
  if (missing.length === 0) return;
  const offered = Object.keys({ ...found.data, ...found.binaryData });
  const message = `${by} reads ${listed(missing)} of the ConfigMap ${name}, which has ${offered.length === 0 ? 'no key' : `only ${listed(offered)}`}`;
  yield { path, message, fix: 'a key that it has, or optional: true' };
}

/** `data-redis-0` is made by the StatefulSet `redis` from its template `data`. */
function isOfStatefulSet({ object }: PodOwner, claim: string, manifests: Manifests): boolean {
  const whole = /^(.+)-\d+$/.exec(claim)?.[1];
  if (whole === undefined) return false;
  // Both names may hold dashes, so each dash may be the one between them.
  for (let dash = whole.indexOf('-'); dash !== -1; dash = whole.indexOf('-', dash + 1)) {
    const templates = manifests.find(object, 'StatefulSet', whole.slice(dash + 1))?.manifest.spec?.volumeClaimTemplates;
    if (
      listOf<Volume & { metadata?: Volume }>(templates).some(({ metadata }) => metadata?.name === whole.slice(0, dash))
    )
      return true;
  }
  return false;
}

/** Kubernetes refuses a mount of a volume that the pod does not have. */
function* mounts({ object, pod, allContainers, kind }: PodOwner): Iterable<Violation> {
  const templates = kind === 'StatefulSet' ? object.manifest.spec?.volumeClaimTemplates : undefined;
  const claims = listOf<{ metadata?: { name?: string } }>(templates).map(({ metadata }) => metadata?.name);
  const volumes = listOf(pod.volumes);
  for (const { name, volumeMounts } of allContainers) {
    for (const mount of listOf(volumeMounts)) {
      if (volumes.some((volume) => volume.name === mount.name) || claims.includes(mount.name)) continue;
      const message = `${name} mounts the volume ${mount.name} at ${mount.mountPath}, which its pods do not have`;
      yield { path: object.path, message, fix: `a volume ${mount.name}` };
    }
  }
}

function* probePorts(path: string, container: Container): Iterable<Violation> {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  if (startupProbe) yield* probePort(path, container, 'startup', startupProbe);
  if (readinessProbe) yield* probePort(path, container, 'readiness', readinessProbe);
  if (livenessProbe) yield* probePort(path, container, 'liveness', livenessProbe);
}

function* probePort(path: string, { name, ports }: Container, kind: string, probe: Probe): Iterable<Violation> {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
  if (typeof port !== 'string' || /^\d+$/.test(port) || listOf(ports).some((each) => each.name === port)) return;
  const offered = listOf(ports).flatMap((each) => each.name ?? []);
  yield {
    path,
    message: `the ${kind} probe of ${name} asks the port ${port}, but the container has ${offered.length === 0 ? 'no port with a name' : `only ${listed(offered)}`}`,
    fix: offered.length === 0 ? `a port named ${port}` : `one of ${listed(offered)}`,
  };
}

const where = (namespace: string): string => (namespace === '' ? 'the app' : `namespace ${namespace} of the app`);
const place = ({ object }: PodOwner): string => where(namespaceOf(object));
