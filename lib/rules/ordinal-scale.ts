import { backendOwners, votes } from '../model/backend-owners';
import { majority } from '../model/majority';
import type { Rule, Violation } from './rule';

/**
 * A member of a set that votes knows how many there are. While a set is resized some members go by the old number and
 * some by the new one; what the ones agree on the others know only where any two majorities share a member.
 *
 * @see https://etcd.io/docs/latest/op-guide/runtime-configuration/
 * @see https://zookeeper.apache.org/doc/current/zookeeperReconfig.html
 */
export const ordinalScale: Rule = {
  id: 'ordinal-scale',
  severity: 'error',
  summary: 'A set that votes is resized one safe step at a time.',
  *check(system) {
    for (const { owner } of backendOwners(system, votes)) {
      const { object } = owner;
      const before = members(system.previous.manifestOf(object)?.spec);
      const after = members(object.manifest.spec);
      if (before !== undefined && after !== undefined) yield* aboutStep(object.path, before, after);
    }
  },
};

/** A set that was scaled to nothing, or comes back from it, does so as a whole. */
function members(spec: { readonly replicas?: unknown } | undefined): number | undefined {
  if (spec === undefined) return undefined;
  const replicas = Number(spec.replicas ?? 1);
  return replicas > 0 ? replicas : undefined;
}

function* aboutStep(path: string, before: number, after: number): Iterable<Violation> {
  const [few, many] = before < after ? [before, after] : [after, before];
  const needed = majority(many);
  if (few >= needed && (before === after || after % 2 === 1)) return;
  const step = `goes from ${before} to ${after} members`;
  if (few >= needed) {
    const message = `${step}, an even number, which bears the loss of no more than ${after - 1} do`;
    yield { path, message, fix: `${after - 1} or ${after + 1} members` };
    return;
  }
  const message =
    before < after
      ? `${step}: the ${before} that hold the data are less than a majority of ${after} (${needed}), so the new ones could decide without them`
      : `${step}: the ${after} that stay are less than a majority of ${before} (${needed}), so what only the others know is lost`;
  yield { path, message, fix: fixOf(before, after) };
}

/** The odd number that lies farthest on the way and is still safe. */
function fixOf(before: number, after: number): string {
  if (before === 1 || after === 1) {
    return `a backend of its own with ${after === 1 ? 'one member' : `${after} members`}, and its data copied over: one member alone makes no safe step`;
  }
  const next = after > before ? before + 2 : before - 2;
  return `first ${next} members; when that is applied and all of them are ready, go on`;
}
