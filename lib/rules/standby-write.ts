import { grouped } from '../model/grouped';
import type { Rule } from './rule';
import { listed, nameOf } from './wording';

export const standbyWrite: Rule = {
  id: 'standby-write',
  severity: 'error',
  summary: 'Nobody writes to a database that follows another site: it refuses every write until it is promoted.',
  *check({ backends, uses }) {
    const standbys = backends.filter(({ follows }) => follows !== undefined);
    if (standbys.length === 0) return;
    const usesOf = grouped(
      uses.filter(({ access }) => access === 'read-write'),
      ({ to }) => to,
    );
    for (const { path, name, follows = '' } of standbys) {
      const writers = (usesOf.get(path) ?? []).map(({ from }) => nameOf(from)).sort();
      if (writers.length === 0) continue;
      yield {
        path,
        message: `${name} follows ${nameOf(follows)} and takes no writes, but its users may write: ${listed(writers)}`,
        fix: `access: 'read-only' for those who only read; what writes belongs to the site of ${nameOf(follows)} until this one is promoted`,
      };
    }
  },
};
