import type { System } from '../../lib/model/system';
import { configUnused } from '../../lib/rules/config-unused';

const settings = {
  path: 'test/settings',
  environment: 'test',
  name: 'settings',
  source: undefined as string | undefined,
  keys: [
    { kind: 'startup', key: 'A', hasValue: true },
    { kind: 'file', key: 'a.yaml', hasValue: true },
    { kind: 'dynamic', key: 'b.json', hasValue: true },
    { kind: 'secret', key: 'S', hasValue: true },
  ],
};

const check = (config: object, ...uses: (readonly object[])[]) => {
  const configUses = uses.map((keys, index) => ({ config: 'test/settings', by: `test/s${index}`, keys }));
  return [...configUnused.check({ configs: [config], configUses } as unknown as System)].map(({ message }) => message);
};

test('is silent where every key is used by somebody', () => {
  expect(check(settings, settings.keys.slice(0, 2), settings.keys.slice(2))).toEqual([]);
});

test('speaks of each key that nobody uses', () => {
  expect(check(settings, settings.keys.slice(0, 1))).toEqual([
    'nobody uses the file a.yaml',
    'nobody uses the dynamic file b.json',
    'nobody uses the secret S',
  ]);
});

test('takes keys of different kinds for different keys', () => {
  expect(check({ ...settings, keys: [{ kind: 'secret', key: 'A', hasValue: true }] }, settings.keys)).toEqual([
    'nobody uses the secret A',
  ]);
});

test('speaks once of a config centre from which nobody takes anything', () => {
  expect(check(settings)).toEqual(['nobody takes anything from the config centre settings']);
  expect(check({ ...settings, keys: [], source: 'apollo' })).toHaveLength(1);
});

test('is silent on a config centre that declares nothing', () => {
  expect(check({ ...settings, keys: [] })).toEqual([]);
});
