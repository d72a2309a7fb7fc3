import { StatefulBackend } from '../../lib';
import { storageMode } from '../../lib/rules/storage-mode';
import { foreignDeployment, Shop } from '../support/rules';

const claim = (name: string, mode: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: [mode] },
});
const volumes = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

test('says nothing of one pod with a claim, of claims that many mount, and of members with a claim each', () => {
  const shop = Shop.create();
  shop.foreign('own', claim('own', 'ReadWriteOnce'));
  shop.foreign('all', claim('all', 'ReadWriteMany'));
  shop.foreign('one', foreignDeployment('one', volumes('own'), { replicas: 1 }));
  shop.foreign('many', foreignDeployment('many', volumes('all'), { replicas: 9 }));
  shop.add('scratch', { writablePaths: { '/data': '1Gi' } });
  new StatefulBackend(shop, 'files', { image: 'files:1.0.0', ports: 9000, storage: '1Gi', replicas: 3 });
  expect(shop.says(storageMode)).toEqual([]);
});

test('counts the pods that mount a claim that one node can mount', () => {
  const shop = Shop.create();
  shop.foreign('own', claim('own', 'ReadWriteOnce'));
  shop.foreign('files', foreignDeployment('files', volumes('own'), { replicas: 3 }));
  shop.foreign('reader', foreignDeployment('reader', volumes('own'), { replicas: 1 }));
  expect(shop.says(storageMode)).toEqual([
    '[test/files] error: mounts the claim own, which is ReadWriteOnce, in 3 of files + 1 of reader = 4 pods: only those on one node get it',
  ]);
});

test('warns of data that is gone with its pod', () => {
  const shop = Shop.create();
  new StatefulBackend(shop, 'files', {
    image: 'files:1.0.0',
    ports: 9000,
    storage: false,
    replicas: 3,
    writablePaths: { '/var/lib/files': '1Gi' },
  });
  expect(shop.says(storageMode)).toEqual([
    '[test/files/StatefulSet] warning: keeps /var/lib/files in an emptyDir: what is in it is gone with the pod, at every rollout and drain',
  ]);
});
