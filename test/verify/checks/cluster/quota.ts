import { keptClaims, quotaHeadroom } from '../../../../lib/environment/quota';
import { bytes, millicores } from '../../../../lib/kubernetes/quantity';
import type { Capacity } from '../../../../lib/model/capacity';
import { type Manifests, manifestsOf } from '../../../../lib/model/manifests';
import { fewestReplicas, mostReplicas } from '../../../../lib/model/replicas';
import type { System } from '../../../../lib/model/system';
import { apply } from './apply';
import { endsByItself, list, notRolledOut, waitFor } from './live';
import type { Shop } from './shop';

/**
 * Brings every environment to its peak, and holds it there: all autoscalers at their maximum, and a rollout of
 * everything that cannot go on, because its new pods find no node, nor do those of all jobs at once. Then the quota
 * must be used up to what it keeps free, and nobody may have asked in vain.
 */
export async function quotas(shop: Shop): Promise<void> {
  const { cluster, figures, environments, system } = shop;
  const namespaces = environments.map(({ namespace }) => namespace);
  const manifests = manifestsOf(system);
  const most = (name: string, namespace: string): readonly [string, number][] =>
    manifests.podOwners
      .filter(({ object, kind }) => object.environment === name && !endsByItself(kind))
      .map((owner) => [`${namespace}/${owner.kind}/${owner.name}`, mostReplicas(manifests, owner)]);

  for (const { namespace } of environments) {
    for (const { metadata, spec } of await list(cluster, namespace, 'horizontalpodautoscalers')) {
      const patch = JSON.stringify({ spec: { minReplicas: spec.maxReplicas } });
      await cluster.kubectl(['patch', 'hpa', metadata.name, '-n', namespace, '--type=merge', '-p', patch]);
    }
  }
  const tooFew = await waitFor(60, async () => {
    const wanted = new Map(environments.flatMap(({ name, namespace }) => most(name, namespace)));
    const live = (await Promise.all(namespaces.map((each) => list(cluster, each, 'deployments,statefulsets')))).flat();
    return live.flatMap(({ kind, metadata, status }) => {
      const name = `${metadata.namespace}/${kind}/${metadata.name}`;
      return status.readyReplicas === wanted.get(name)
        ? []
        : [`${name}: ${status.readyReplicas}, not ${wanted.get(name)}`];
    });
  });
  figures.none('workloads that do not reach their maximum', tooFew);

  const nowhere = (value: string | null) =>
    JSON.stringify({ spec: { template: { spec: { nodeSelector: { 'verify.example.com/nowhere': value } } } } });
  const patchAll = async (value: string | null): Promise<void> => {
    for (const namespace of namespaces) {
      const names = (await cluster.kubectl(['get', 'deployments', '-n', namespace, '-o', 'name'])).stdout
        .trim()
        .split('\n');
      await cluster.kubectl(['patch', ...names, '-n', namespace, '--type=merge', '-p', nowhere(value)]);
    }
  };
  await patchAll('yes');
  const items = [...waitingJobs(manifests), ...solverPods(shop)];
  const jobs = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const created = await cluster.kubectl(['apply', '-f', '-'], { input: jobs });
  if (created.code !== 0) throw new Error(created.stderr);
  const spareOf = headroomOf(system);
  const unused = await waitFor(60, async () => {
    const found = await Promise.all(namespaces.map((namespace) => list(cluster, namespace, 'resourcequotas')));
    return found.flat().flatMap(({ metadata, status }) =>
      Object.entries(status.hard as Record<string, string>).flatMap(([resource, hard]) => {
        const used = status.used[resource] as string;
        const spare = spareOf(metadata.namespace as string, resource);
        return amount(used) + spare === amount(hard)
          ? []
          : [`${metadata.namespace} ${resource}: used ${used} and ${spare} spare of ${hard}`];
      }),
    );
  });
  figures.none('quotas that are more, or less, than what the peak takes', unused);
  const events = (await Promise.all(namespaces.map((namespace) => list(cluster, namespace, 'events')))).flat();
  const refused = events.filter(({ message }) => String(message).includes('exceeded quota'));
  figures.none(
    'pods that a quota refuses at the peak',
    refused.map(({ message }) => String(message)),
  );

  await cluster.kubectl(['delete', '--wait=false', '-f', '-'], { input: jobs });
  await patchAll(null);
  for (const environment of environments) await apply(shop, environment);
  // Without measurements no autoscaler goes back by itself.
  for (const owner of manifests.podOwners.filter(({ kind }) => kind === 'Deployment')) {
    const namespace = owner.object.manifest.metadata.namespace as string;
    const replicas = `--replicas=${fewestReplicas(manifests, owner)}`;
    if (fewestReplicas(manifests, owner) < mostReplicas(manifests, owner)) {
      await cluster.kubectl(['scale', `deployment/${owner.name}`, replicas, '-n', namespace]);
    }
  }
  figures.none('workloads that do not come back from the peak', await notRolledOut(cluster, namespaces));
}

/**
 * What a quota keeps free at the peak, in the unit of `amount`: for pods that are ending, for one started by hand, and
 * for the claims of runs that are over.
 */
function headroomOf({ objects }: System): (namespace: string, resource: string) => number {
  const fields: Readonly<Record<string, (spare: Capacity) => number>> = {
    pods: ({ pods }) => pods * 1000,
    'requests.cpu': ({ requestedCpu }) => requestedCpu,
    'limits.cpu': ({ cpuLimit }) => cpuLimit,
    'requests.memory': ({ requestedMemory }) => requestedMemory,
    'limits.memory': ({ memoryLimit }) => memoryLimit,
    'requests.ephemeral-storage': ({ requestedDisk }) => requestedDisk,
    'limits.ephemeral-storage': ({ diskLimit }) => diskLimit,
  };
  return (namespace, resource) => {
    const manifests = objects
      .map(({ manifest }) => manifest)
      .filter(({ metadata }) => metadata.namespace === namespace);
    const [range] = manifests.filter(({ kind }) => kind === 'LimitRange');
    const spare = quotaHeadroom(manifests, range?.spec.limits[0].default);
    const kept = manifests.flatMap(keptClaims);
    if (resource === 'persistentvolumeclaims') return kept.length * 1000;
    if (resource === 'requests.storage') return kept.reduce((total, { size }) => total + size, 0);
    return fields[resource]?.(spare) ?? 0;
  };
}

/** Every job of the model, once more and at the same time, with pods that find no node. */
function waitingJobs({ ofKind }: Manifests): object[] {
  const specs = [
    ...ofKind('Job').map(({ manifest }) => ({ manifest, job: manifest.spec })),
    ...ofKind('CronJob').map(({ manifest }) => ({ manifest, job: manifest.spec.jobTemplate.spec })),
  ];
  return specs.map(({ manifest: { metadata }, job }, index) => {
    const spec = { ...job.template.spec, nodeSelector: { 'verify.example.com/nowhere': 'yes' } };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `peak-${index}`, namespace: metadata.namespace },
      spec: { ...job, template: { ...job.template, spec } },
    };
  });
}

/**
 * The pods with which cert-manager proves hosts over HTTP-01, as it makes them. The API server holds them to the level
 * of the namespace, the LimitRange and the quota.
 */
function solverPods({ system, environments }: Shop): object[] {
  return system.certificates
    .filter(({ challenge }) => challenge === 'http-01')
    .flatMap(({ environment, name, hosts }) =>
      hosts.map((_, index) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `cm-acme-http-solver-${name}-${index}`,
          namespace: environments.find((each) => each.name === environment)?.namespace,
          labels: { 'acme.cert-manager.io/http01-solver': 'true' },
        },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          restartPolicy: 'OnFailure',
          nodeSelector: { 'verify.example.com/nowhere': 'yes' },
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'acmesolver',
              image: 'quay.io/jetstack/cert-manager-acmesolver:v1.19.1',
              ports: [{ name: 'http', containerPort: 8089 }],
              resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      })),
    );
}

/** CPU in thousandths of a core, the rest in bytes or pieces: two ways to write an amount are the same amount. */
function amount(quantity: string): number {
  return quantity.endsWith('m') ? millicores(quantity) : bytes(quantity) * (/^[\d.]+$/.test(quantity) ? 1000 : 1);
}
