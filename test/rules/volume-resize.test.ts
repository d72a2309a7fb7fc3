import { Backup, type Environment, StatefulBackend } from '../../lib';
import { saidAfter } from '../support/previous';

const cache = (storage: string) => (shop: Environment) => StatefulBackend.redis(shop, 'cache', { storage });
const sentinel = (storage: string) => (shop: Environment) =>
  StatefulBackend.redis(shop, 'cache', { storage, topology: 'sentinel' });
const backedUp = (volume: string) => (shop: Environment) =>
  new Backup(StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }), 'backup', {
    schedule: '@daily',
    to: { volume },
  });

test('says nothing of volumes that stay as they are, however that is written', () => {
  expect(saidAfter('volume-resize', cache('1Gi'), cache('1024Mi'))).toEqual([]);
  expect(saidAfter('volume-resize', () => undefined, cache('1Gi'))).toEqual([]);
});

test('a volume that grows is enlarged by hand, the quota first', () => {
  expect(saidAfter('volume-resize', sentinel('1Gi'), sentinel('2Gi'), { quota: 'computed' })).toEqual([
    '[test/cache/StatefulSet] warning: the volume data grows from 1Gi to 2Gi, but volumeClaimTemplates are immutable: the API server refuses the StatefulSet, and the claims that exist stay at 1Gi -> ' +
      'by hand, before the release and in this order: apply the ResourceQuota of this environment; ' +
      `kubectl -n test patch pvc data-cache-0 data-cache-1 data-cache-2 --patch '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'; ` +
      'kubectl -n test delete statefulset cache --cascade=orphan; apply test/cache.k8s.yaml',
  ]);
});

test('a volume that shrinks is refused', () => {
  expect(saidAfter('volume-resize', cache('2Gi'), cache('1Gi'), { quota: false })).toEqual([
    '[test/cache/StatefulSet] error: the volume data shrinks from 2Gi to 1Gi, but a claim can only grow: the API server refuses it -> 2Gi; for a smaller one a second backend beside it, and its data copied over',
  ]);
});

test('a claim of its own may grow, but not shrink', () => {
  expect(saidAfter('volume-resize', backedUp('5Gi'), backedUp('6Gi'))).toEqual([]);
  expect(saidAfter('volume-resize', backedUp('6Gi'), backedUp('5Gi'))).toEqual([
    expect.stringContaining('[test/cache/backup/VolumeClaim] error: the claim shrinks from 6Gi to 5Gi'),
  ]);
});
