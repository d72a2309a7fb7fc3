import type { ConfigKeyRecord, System } from '../../lib/model/system';
import { configMissing } from '../../lib/rules/config-missing';

type Keys = Readonly<Record<string, boolean>>;

const records = (keys: Keys): ConfigKeyRecord[] =>
  Object.entries(keys).map(([key, hasValue]) => ({ kind: 'startup', key, hasValue }));

const config = (environment: string, keys: Keys, name = 'settings') => ({
  path: `${environment}/${name}`,
  environment,
  name,
  source: undefined,
  keys: records(keys),
});

/** Each config centre in an environment of its own; `orders` uses what is named. */
const check = (
  configs: readonly ReturnType<typeof config>[],
  used: readonly string[] = [],
  tenants: Readonly<Record<string, string>> = {},
) => {
  const environments = [...new Set(configs.map(({ environment }) => environment))].map((name) => ({
    path: name,
    name,
    tenant: tenants[name],
  }));
  const configUses = configs.map(({ path, environment }) => ({
    config: path,
    by: `${environment}/orders`,
    keys: used.map((key) => ({ kind: 'startup', key })),
  }));
  const system = { environments, configs, configUses } as unknown as System;
  return [...configMissing.check(system)].map(
    ({ path, message, severity = configMissing.severity }) => `[${path}] ${severity}: ${message}`,
  );
};

test('is silent where every environment has a value for the same keys', () => {
  expect(check([config('test', { A: true, B: true }), config('production', { B: true, A: true })], ['A'])).toEqual([]);
});

test('speaks of a key that is used and has no value', () => {
  expect(check([config('test', { A: true }), config('production', { A: false })], ['A'])).toEqual([
    '[production/settings] error: the startup value A has no value in production, but orders uses it',
  ]);
});

test('warns of a key that has no value and is not used', () => {
  expect(check([config('production', { A: false })])).toEqual([
    '[production/settings] warning: the startup value A has no value in production',
  ]);
});

test('warns of a key that other environments have', () => {
  expect(check([config('test', { A: true }), config('staging', { A: true }), config('production', {})])).toEqual([
    '[production/settings] warning: the startup value A is declared in test and staging, but not in production',
  ]);
});

test('compares only config centres of the same name', () => {
  expect(check([config('test', { A: true }), config('production', { B: true }, 'other')])).toEqual([]);
});

test('compares only environments of one tenant', () => {
  const configs = [config('acme', { A: true }), config('initech', { B: true })];
  expect(check(configs, [], { acme: 'acme', initech: 'initech' })).toEqual([]);
});

test('compares nothing that stands in plain charts', () => {
  const configs = [config('a', { A: true }), config('b', { B: true })];
  expect([...configMissing.check({ environments: [], configs, configUses: [] } as unknown as System)]).toEqual([]);
});
