import { EXPORTER } from '../metadata/labels';
import { allowedBy, type Budget, budgetsIn, movableKinds } from '../model/disruptions';
import { type Manifests, manifestsOf, nameOf, type PodOwner } from '../model/manifests';
import { fewestReplicas } from '../model/replicas';
import { startupOf } from '../model/startup';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { inSeconds, listed } from './wording';

export const disruptionDeadlock: Rule = {
  id: 'disruption-deadlock',
  severity: 'error',
  summary: 'A node can always be drained, and while it is, somebody still answers.',
  *check(system) {
    const manifests = manifestsOf(system);
    const budgetsOf = new Map<PodOwner, ObjectRecord[]>();
    for (const budget of budgetsIn(manifests)) {
      for (const owner of budget.owners) budgetsOf.set(owner, [...(budgetsOf.get(owner) ?? []), budget.object]);
      yield* aboutBudget(budget, manifests);
    }
    for (const owner of manifests.podOwners) {
      const budgets = budgetsOf.get(owner) ?? [];
      if (budgets.length > 1) yield severalBudgets(owner, budgets);
      if (isExporter(owner)) continue;
      if (movableKinds.has(owner.kind) && fewestReplicas(manifests, owner) === 1) yield downtime(owner);
    }
  },
};

/** Only Prometheus reads it, which bears a hole; a second one would count everything twice. */
const isExporter = ({ labels }: PodOwner): boolean => labels['app.kubernetes.io/component'] === EXPORTER;

function* aboutBudget({ object: { path }, spec, owners }: Budget, manifests: Manifests): Iterable<Violation> {
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const message = `has minAvailable ${minAvailable} and maxUnavailable ${maxUnavailable}, of which Kubernetes takes only one`;
    yield { path, message, fix: 'set the other one to null in the override' };
    return;
  }
  const replicas = owners.reduce((sum, owner) => sum + fewestReplicas(manifests, owner), 0);
  const allowed = allowedBy(spec, replicas);
  if (replicas === 0 || allowed === undefined || allowed.count > 0) return;
  yield {
    path,
    message: `lets no pod of ${listed(owners.map(({ name }) => name))} go (${allowed.text}), so the drain of a node waits for ever`,
    fix: replicas === 1 ? 'two replicas or more, or no budget' : 'maxUnavailable: 1',
  };
}

function severalBudgets({ object }: PodOwner, budgets: readonly ObjectRecord[]): Violation {
  return {
    path: object.path,
    message: `its pods are in ${budgets.length} budgets (${listed(budgets.map(nameOf))}), and a pod in more than one can never be evicted`,
    fix: 'one budget whose selector matches these pods',
  };
}

function downtime(owner: PodOwner): Violation {
  const { object, kind, pod } = owner;
  const startup = startupOf(owner);
  // A StatefulSet starts the new pod only when the old one is gone.
  const stop = kind === 'StatefulSet' ? Number(pod.terminationGracePeriodSeconds ?? 30) : 0;
  const sum = `${stop > 0 ? `${inSeconds(stop)} to stop + ` : ''}${startup.text} = ${inSeconds(stop + startup.seconds)}`;
  const long = startup.seconds > 0 ? ` for up to ${sum}` : ' until a new one has started';
  return {
    path: object.path,
    severity: 'warning',
    message: `runs in one pod: while its node is drained, nobody does its work${long}`,
    fix: 'two replicas or more, or a suppression that says why this may be',
  };
}
