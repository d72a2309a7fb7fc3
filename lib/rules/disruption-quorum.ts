import { backendOwners, votes } from '../model/backend-owners';
import { allowedBy, type Budget, budgetsIn } from '../model/disruptions';
import { grouped } from '../model/grouped';
import { majority, mayBeAway } from '../model/majority';
import { type Manifests, manifestsOf, type PodOwner } from '../model/manifests';
import { fewestReplicas } from '../model/replicas';
import type { Rule, Violation } from './rule';

export const disruptionQuorum: Rule = {
  id: 'disruption-quorum',
  severity: 'error',
  summary: 'A drain never takes so many members of a set that votes that the rest is no majority.',
  *check(system) {
    const voting = backendOwners(system, votes);
    if (voting.length === 0) return;
    const manifests = manifestsOf(system);
    const pairs = budgetsIn(manifests).flatMap((budget) => budget.owners.map((owner) => ({ budget, owner })));
    const budgetsOf = grouped(pairs, ({ owner }) => owner);
    for (const { owner } of voting) {
      yield* aboutVoters(owner, budgetsOf.get(owner)?.map(({ budget }) => budget) ?? [], manifests);
    }
  },
};

function* aboutVoters(owner: PodOwner, budgets: readonly Budget[], manifests: Manifests): Iterable<Violation> {
  const { path } = owner.object;
  const members = fewestReplicas(manifests, owner);
  if (members < 2) return;
  const spare = mayBeAway(members);
  const arithmetic = `${members} members - a majority of ${majority(members)} = ${spare}`;
  if (members % 2 === 0) {
    const message = `votes with an even number of members: it bears the loss of ${spare} (${arithmetic}), no more than ${members - 1} do`;
    yield { path, severity: 'warning', message, fix: `${members - 1} or ${members + 1} members` };
  }
  if (budgets.length === 0) {
    const message = `has no budget, so drains may take all of its members, but it bears the loss of ${spare} (${arithmetic})`;
    yield { path, message, fix: `a PodDisruptionBudget with maxUnavailable: ${spare}` };
  }
  for (const { object, spec } of budgets) {
    const allowed = allowedBy(spec, members);
    if (allowed === undefined || allowed.count <= spare) continue;
    const message = `lets ${allowed.count} members of ${owner.name} go at once (${allowed.text}), but it bears the loss of ${spare} (${arithmetic})`;
    yield { path: object.path, message, fix: `maxUnavailable: ${spare}` };
  }
}
