import { Backup, type Environment, StatefulBackend } from '../../lib';
import { saidAfter } from '../support/previous';

const cache = (storageClass?: string) => (shop: Environment) =>
  StatefulBackend.redis(shop, 'cache', { storage: { size: '1Gi', storageClass } });
const backedUp = (storageClass?: string) => (shop: Environment) =>
  new Backup(StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }), 'backup', {
    schedule: '@daily',
    to: { volume: { size: '5Gi', storageClass } },
  });

test('says nothing of a class that stays', () => {
  expect(saidAfter('storage-class', cache('fast'), cache('fast'))).toEqual([]);
  expect(saidAfter('storage-class', cache(), cache())).toEqual([]);
});

test('another class is refused, with the way to move the data', () => {
  expect(saidAfter('storage-class', cache('slow'), cache('fast'))).toEqual([
    "[test/cache/StatefulSet] error: the volume data goes from slow to fast, but the class of a claim is immutable: the data stays where it is, and the API server refuses the object -> storageClass: 'slow'; to move the data, a second backend with the new class, filled by a restore of the newest backup",
  ]);
  expect(saidAfter('storage-class', cache(), cache('fast'))).toEqual([
    expect.stringContaining('goes from the default class of the cluster to fast'),
  ]);
});

test('of a claim for backups too', () => {
  expect(saidAfter('storage-class', backedUp('slow'), backedUp('fast'))).toEqual([
    expect.stringContaining('[test/cache/backup/VolumeClaim] error: the claim goes from slow to fast'),
  ]);
});
