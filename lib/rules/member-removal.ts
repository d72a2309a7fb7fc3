import { claimNames, claimTemplatesOf, membersOf } from '../model/claims';
import { manifestsOf, nameOf, namespaceOf } from '../model/manifests';
import type { Rule } from './rule';
import { kubectl } from './wording';

/** What has to be moved off a member before it goes; others have a copy of everything elsewhere. */
const FIRST: Readonly<Record<string, string>> = {
  kafka: 'move its partitions away first (kafka-reassign-partitions.sh): replicas that only it has are lost',
  elasticsearch:
    'empty it first (cluster.routing.allocation.exclude._name) and wait for green: shards that only it has are lost',
};

/** A member that goes leaves its claim behind, with all that was on it. */
export const memberRemoval: Rule = {
  id: 'member-removal',
  severity: 'warning',
  summary: 'The data of members that are removed is moved first, and their claims are deleted by hand.',
  *check(system) {
    const engineOf = new Map(
      system.backends.map(({ environment, name, engine }) => [`${environment}/${name}`, engine]),
    );
    for (const object of manifestsOf(system).ofKind('StatefulSet')) {
      const before = system.previous.manifestOf(object)?.spec;
      const [had, now] = [membersOf(before), membersOf(object.manifest.spec)];
      // Scaled to nothing and back it is the same set.
      if (before === undefined || !(now > 0 && now < had)) continue;
      const set = nameOf(object);
      const claims = claimNames(set, claimTemplatesOf(before), now, had);
      if (claims.length === 0) continue;
      const first = FIRST[engineOf.get(`${object.environment}/${set}`) ?? ''];
      const removed = `${set}-${now}${had - now > 1 ? ` to ${set}-${had - 1}` : ''}`;
      yield {
        path: object.path,
        message: `goes from ${had} to ${now} members: ${removed} ${had - now > 1 ? 'are' : 'is'} removed, and ${claims.join(', ')} stay with what is on them`,
        fix: `${first ? `${first}; ` : ''}when nothing on them is needed, ${kubectl(namespaceOf(object))} delete pvc ${claims.join(' ')}, or a member that is added later starts with old data`,
      };
    }
  },
};
