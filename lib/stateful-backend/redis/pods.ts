import type { VolumeProjection } from 'kubernetes-types/core/v1';
import { grouped } from '../../model/grouped';
import type { PodPart } from '../../workload/pod-part';
import type { Account } from '../accounts-plan';
import { PRIVATE } from '../private-files';
import { type RedisAccess, userRights } from './access';

export const privateMount = { name: 'private', mountPath: PRIVATE };

export const usersMount = { name: 'users', mountPath: '/run/users', readOnly: true };

/**
 * The accounts of those who use it, in the pods of the server: a folder with `username` and `password` for each, and
 * their rights in `USERS`. A Secret that is not there yet holds up no member.
 * @param uses - grows while the program runs, and is read when the pods are rendered
 */
export function usersPart(uses: readonly Account[], { topology }: RedisAccess): PodPart {
  return {
    from: 'the accounts of its users',
    get volumes() {
      const sources = byUser(uses).map(([, [first]]) => projection(first as Account));
      return [{ name: usersMount.name, projected: { defaultMode: 0o440, sources } }];
    },
    mounts: [usersMount],
    get env() {
      const lines = byUser(uses).map(([user, own]) => `${user} ${userRights(own, topology)}`);
      return [{ name: 'USERS', value: lines.join('\n') }];
    },
  };
}

/** Their names, each once. */
export const userNames = (uses: readonly Account[]): string[] => byUser(uses).map(([user]) => user);

const byUser = (uses: readonly Account[]): [string, readonly Account[]][] =>
  [...grouped(uses, ({ user }) => user)].sort(([one], [other]) => (one < other ? -1 : 1));

function projection({ user, secret, keys }: Account): VolumeProjection {
  const items = [
    { key: keys.username, path: `${user}/username` },
    { key: keys.password, path: `${user}/password` },
  ];
  return { secret: { name: secret, optional: true, items } };
}
