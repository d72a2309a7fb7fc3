import type { ConfigKeyRecord } from '../model/system';
import type { Rule } from './rule';

export const configUnused: Rule = {
  id: 'config-unused',
  severity: 'warning',
  summary: 'Every key of a config centre is used by somebody.',
  *check({ configs, configUses }) {
    const used = new Map<string, Set<string>>();
    for (const { config, keys } of configUses) {
      const names = used.get(config) ?? new Set();
      for (const key of keys) names.add(idOf(key));
      used.set(config, names);
    }
    for (const { path, name, keys, source } of configs) {
      const names = used.get(path);
      if (names === undefined) {
        if (keys.length === 0 && source === undefined) continue;
        const message = `nobody takes anything from the config centre ${name}`;
        yield { path, message, fix: `take it away, or let a workload use it with configure(${name}, …)` };
        continue;
      }
      for (const key of keys) {
        if (names.has(idOf(key))) continue;
        const message = `nobody uses the ${sections[key.kind]} ${key.key}`;
        yield { path, message, fix: 'take it away, or name it in the configure(…) of a workload' };
      }
    }
  },
};

/** How people call a key of each kind. */
export const sections = { startup: 'startup value', file: 'file', dynamic: 'dynamic file', secret: 'secret' } as const;

export const idOf = ({ kind, key }: Pick<ConfigKeyRecord, 'kind' | 'key'>): string => `${kind} ${key}`;
