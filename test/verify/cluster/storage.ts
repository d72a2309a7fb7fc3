import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, KubernetesObject } from './api';

const provisioner = 'verify.example.com';

/** The default class, like that of a cloud: a volume is made in the zone of the first pod that wants it. */
export const storageClass = (name: string): KubernetesObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
});

/** Tells the scheduler and the controllers that nothing has to be attached to a node. */
export const storageDriver: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: provisioner },
  spec: { attachRequired: false, podInfoOnMount: false },
};

/** Makes a volume for each claim that waits for one, and takes it away with the claim. Holds no data: nothing runs. */
export async function provideVolumes(api: Api, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    await api
      .watch('/api/v1/persistentvolumeclaims', ({ type, object }) => {
        const change = type === 'DELETED' ? remove(api, object) : provide(api, object);
        // What fails here shows as a claim that stays pending, and the next change of the claim tries again.
        change.catch(() => {});
      })
      .catch(() => {});
    await sleep(200, undefined, { ref: false });
  }
}

async function provide(api: Api, claim: KubernetesObject): Promise<void> {
  const wanted = claim.metadata.annotations?.['volume.kubernetes.io/storage-provisioner'] === provisioner;
  const node = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  if (!wanted || claim.spec.volumeName) return;
  const { name: className, reclaimPolicy, mode } = await settings(api, claim);
  if (mode === 'WaitForFirstConsumer' && !node) return;
  const zone = node ? await zoneOf(api, node) : undefined;

  await api.create('/api/v1/persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName(claim), annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources.requests.storage },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: claim.metadata.name,
        namespace: claim.metadata.namespace,
        uid: claim.metadata.uid,
      },
      csi: { driver: provisioner, volumeHandle: volumeName(claim) },
      ...(zone ? { nodeAffinity: inZone(zone) } : {}),
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: className,
      volumeMode: claim.spec.volumeMode,
    },
  });
}

async function remove(api: Api, claim: KubernetesObject): Promise<void> {
  const volume = await api.get(`/api/v1/persistentvolumes/${volumeName(claim)}`);
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') {
    await api.delete(`/api/v1/persistentvolumes/${volumeName(claim)}`);
  }
}

const volumeName = (claim: KubernetesObject): string => `pvc-${claim.metadata.uid}`;

async function settings(api: Api, claim: KubernetesObject) {
  const name = claim.spec.storageClassName as string;
  const found = await api.get(`/apis/storage.k8s.io/v1/storageclasses/${name}`);
  return { name, reclaimPolicy: found.reclaimPolicy as string, mode: found.volumeBindingMode as string };
}

const zoneLabel = 'topology.kubernetes.io/zone';

async function zoneOf(api: Api, node: string): Promise<string | undefined> {
  return (await api.get(`/api/v1/nodes/${node}`)).metadata.labels?.[zoneLabel];
}

const inZone = (zone: string) => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }] },
});
