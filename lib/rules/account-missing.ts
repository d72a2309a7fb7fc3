import { grouped } from '../model/grouped';
import { productionEnvironments } from '../model/production';
import type { Rule } from './rule';
import { listed, nameOf } from './wording';

/** The engines that run without accounts unless they are asked for, or that can be told to; the others demand them. */
const withOptionalAccounts: ReadonlySet<string> = new Set(['elasticsearch', 'kafka', 'mongodb', 'redis']);

export const accountMissing: Rule = {
  id: 'account-missing',
  severity: 'warning',
  summary: 'In production, a data store that can have accounts has them.',
  *check(system) {
    const open = system.backends.filter(
      ({ engine, signsIn }) => engine !== undefined && withOptionalAccounts.has(engine) && signsIn === false,
    );
    if (open.length === 0) return;
    const production = productionEnvironments(system);
    const usesOf = grouped(system.uses, ({ to }) => to);
    for (const { path, name, engine, environment } of open) {
      if (!production.has(environment)) continue;
      const users = [...new Set((usesOf.get(path) ?? []).map(({ from }) => nameOf(from)))].sort();
      if (users.length === 0) continue;
      yield {
        path,
        message: `${name} (${engine}) asks for no account: an attacker in a pod of ${listed(users)} can read, change and delete everything in it`,
        fix: "credentials: { secret } with the administrator's account, which gives each user its own where the engine has that",
      };
    }
  },
};
