import { Backup, Environment, StatefulBackend, StatelessService } from '../../lib';
import { saidAfter } from '../support/previous';
import { quietApp } from '../support/render';
import { temporaryDirectory } from '../support/temporary';

const cache =
  (name: string, overrides = {}) =>
  (shop: Environment) =>
    StatefulBackend.redis(shop, name, { storage: '1Gi', overrides });
const nothing = () => undefined;

test('says nothing of what is still there, or never held anything', () => {
  expect(saidAfter('data-loss', cache('cache'), cache('cache'))).toEqual([]);
  expect(saidAfter('data-loss', nothing, cache('cache'))).toEqual([]);
  const service = (shop: Environment) => new StatelessService(shop, 'web', { image: 'web:1.0.0' });
  expect(saidAfter('data-loss', service, nothing)).toEqual([]);
  expect(saidAfter('data-loss', (shop) => StatefulBackend.memcached(shop, 'cache', {}), nothing)).toEqual([]);
});

test('a backend that is removed leaves its claims behind', () => {
  expect(saidAfter('data-loss', cache('cache'), nothing)).toEqual([
    '[test] warning: the StatefulSet cache is no longer written; its pods are deleted, and its claims data-cache-0 stay without an owner -> a backup first; when the data is not needed any more, kubectl -n test delete pvc data-cache-0',
  ]);
});

test('a backend that moves to a managed service too', () => {
  const database = (provider: 'statefulset' | 'external') => (shop: Environment) =>
    StatefulBackend.mysql(shop, 'orders-db', {
      provider,
      external: { host: 'mysql.example.com', cidrs: ['10.30.0.0/24'] },
      storage: '10Gi',
      credentials: { secret: 'orders-db' },
    });
  expect(saidAfter('data-loss', database('statefulset'), database('external'))).toEqual([
    expect.stringContaining('the StatefulSet orders-db is no longer written'),
  ]);
});

test('a new name is a new and empty backend', () => {
  expect(saidAfter('data-loss', cache('cache'), cache('sessions'))).toEqual([
    expect.stringMatching(
      /the StatefulSet cache is no longer written, and sessions is new: a new name is a new and empty backend.* -> the name cache, or a restore of the newest backup of cache into sessions/,
    ),
  ]);
});

test('claims that are deleted with their backend are an error', () => {
  const retention = { statefulSet: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } } };
  expect(saidAfter('data-loss', cache('cache', retention), nothing)).toEqual([
    expect.stringContaining('[test] error: the StatefulSet cache is no longer written; with whenDeleted: Delete'),
  ]);
});

test('the claim of backups stays, because no tool prunes it', () => {
  const backedUp = (volume: object) => (shop: Environment) =>
    new Backup(StatefulBackend.redis(shop, 'cache', { storage: '1Gi' }), 'backup', {
      schedule: '@daily',
      to: { volume: '5Gi' },
      overrides: { volumeClaim: volume },
    });
  expect(saidAfter('data-loss', backedUp({}), cache('cache'))).toEqual([
    expect.stringContaining('[test] warning: the claim cache-backup is no longer written; its annotations keep'),
  ]);
  expect(saidAfter('data-loss', backedUp({ metadata: { annotations: null } }), cache('cache'))).toEqual([
    expect.stringContaining('[test] error: the claim cache-backup is no longer written: a tool that prunes it'),
  ]);
});

test('an environment that is gone takes everything with it, and is one finding', () => {
  const outdir = `${temporaryDirectory()}/dist`;
  const first = quietApp({ outdir });
  for (const stage of ['test', 'staging']) cache('cache')(new Environment(first, stage));
  first.synth();
  const second = quietApp({ outdir });
  cache('cache')(new Environment(second, 'test'));
  const found = second.findings().filter(({ rule }) => rule === 'data-loss');
  expect(found.map(({ path, severity, message }) => `[${path}] ${severity}: ${message}`)).toEqual([
    '[] error: the Namespace staging is no longer written, and in it StatefulSet cache: a tool that prunes it deletes all of them and every claim',
  ]);
});
