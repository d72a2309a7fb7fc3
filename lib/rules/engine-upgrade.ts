import { backendOwners } from '../model/backend-owners';
import { type VersionPolicy, versionPolicies } from '../model/engine-versions';
import { listOf } from '../model/manifests';
import type { Rule, Violation } from './rule';

/**
 * An engine whose image goes to another release finds the data of the old one. Which steps it bears is the engine's
 * own rule, and most know no way back. Default images move with this library, so an upgrade of it may be such a step.
 */
export const engineUpgrade: Rule = {
  id: 'engine-upgrade',
  severity: 'error',
  summary: 'An engine with data goes only to a version that can read it.',
  *check(system) {
    const withData = backendOwners(system, ({ engine = '' }) => Object.hasOwn(versionPolicies, engine));
    for (const { backend, owner } of withData) {
      const policy = versionPolicies[backend.engine ?? ''];
      const before = listOf<{ readonly name?: string; readonly image?: string }>(
        system.previous.manifestOf(owner.object)?.spec?.template?.spec?.containers,
      );
      const imageOf = (containers: typeof before) => containers.find(({ name }) => name === backend.name)?.image;
      const [had, has] = [imageOf(before), imageOf(owner.containers)];
      if (policy && had && has && had !== has)
        yield* aboutStep(owner.object.path, backend.engine ?? '', policy, had, has);
    }
  },
};

function* aboutStep(
  path: string,
  engine: string,
  policy: VersionPolicy,
  had: string,
  has: string,
): Iterable<Violation> {
  const [from, to] = [versionOf(had), versionOf(has)];
  if (from === undefined || to === undefined) return;
  const direction = compared(from, to, policy.parts);
  if (direction === 0) return;
  const step = `${engine} goes from ${from.join('.')} to ${to.join('.')}`;
  const stay = `image: '${had}' keeps what runs`;
  if (direction < 0) {
    const message = `${step}, and does not support a downgrade with its data in place`;
    yield {
      path,
      message,
      fix: `${stay}; or the older version as a second backend, filled by a restore of a backup of its own`,
    };
  } else if (policy.allows(from, to)) {
    const message = `${step}: ${policy.note}`;
    yield { path, severity: 'warning', message, fix: `${stay} until that is done` };
  } else {
    const message = `${step}, but supports ${policy.step}: ${policy.note}`;
    yield { path, message, fix: `${stay}; and then the versions between one after another, where there are any` };
  }
}

/** `docker.io/library/mysql:8.4.4@sha256:…` is 8, 4, 4; `undefined` for a tag that is no version. */
function versionOf(image: string): readonly number[] | undefined {
  const [, digits] =
    /:v?(\d+(?:\.\d+)*)(?:[-_.+][\w.-]*)?(?:@.*)?$/.exec(image.slice(image.lastIndexOf('/') + 1)) ?? [];
  return digits?.split('.').map(Number);
}

/** Positive where it goes up, negative where it goes down, 0 where it is the same release. */
function compared(from: readonly number[], to: readonly number[], parts: number): number {
  for (let part = 0; part < parts; part += 1) {
    const step = (to[part] ?? 0) - (from[part] ?? 0);
    if (step !== 0) return step;
  }
  return 0;
}
