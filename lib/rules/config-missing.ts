import type { ConfigKeyRecord, ConfigRecord, System } from '../model/system';
import { idOf, sections } from './config-unused';
import type { Rule, Violation } from './rule';
import { listed, nameOf } from './wording';

export const configMissing: Rule = {
  id: 'config-missing',
  severity: 'error',
  summary: 'Every key that is used has a value, and every environment has the same keys.',
  *check(system) {
    yield* withoutValue(system);
    yield* elsewhereOnly(system);
  },
};

/** Keys that are declared without a value in an environment. */
function* withoutValue({ configs, configUses }: System): Iterable<Violation> {
  const users = new Map<string, string[]>();
  for (const { config, by, keys } of configUses) {
    for (const key of keys) append(users, `${config} ${idOf(key)}`, nameOf(by));
  }
  for (const { path, environment, keys } of configs) {
    for (const key of keys) {
      if (key.hasValue) continue;
      const used = users.get(`${path} ${idOf(key)}`);
      const what = `the ${sections[key.kind]} ${key.key} has no value in ${environment}`;
      yield used === undefined
        ? { path, severity: 'warning', message: what, fix: 'give it a value there, or do not declare it there' }
        : {
            path,
            message: `${what}, but ${listed(used)} ${used.length === 1 ? 'uses' : 'use'} it`,
            fix: 'give it a value there',
          };
    }
  }
}

/** Keys that the config centre of the same place has in another environment, and not in this one. */
function* elsewhereOnly({ configs, environments }: System): Iterable<Violation> {
  const tenants = new Map(environments.map(({ path, tenant }) => [path, tenant]));
  const families = new Map<string, ConfigRecord[]>();
  for (const config of configs) {
    const environment = [...prefixes(config.path)].find((prefix) => tenants.has(prefix));
    // In a plain chart there is nothing to compare it with.
    if (environment === undefined) continue;
    append(families, `${tenants.get(environment) ?? ''} ${config.path.slice(environment.length)}`, config);
  }
  for (const family of families.values()) {
    const where = new Map<string, { readonly key: ConfigKeyRecord; readonly environments: string[] }>();
    for (const { environment, keys } of family) {
      for (const key of keys) {
        const found = where.get(idOf(key)) ?? { key, environments: [] };
        found.environments.push(environment);
        where.set(idOf(key), found);
      }
    }
    for (const { path, environment, keys } of family) {
      const own = new Set(keys.map(idOf));
      for (const [id, { key, environments }] of where) {
        if (own.has(id)) continue;
        const message = `the ${sections[key.kind]} ${key.key} is declared in ${listed(environments)}, but not in ${environment}`;
        const fix = `declare it in ${environment} too; with the value undefined where it has none`;
        yield { path, severity: 'warning', message, fix };
      }
    }
  }
}

function* prefixes(path: string): Iterable<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end);
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
