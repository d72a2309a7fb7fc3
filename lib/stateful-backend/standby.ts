import type { Checks } from '../checks/read-props';
import type { Check } from '../checks/values';
import * as check from '../checks/values';
import { caFile } from '../workload/backend-tls';
import { secretFiles } from '../workload/credentials';
import type { PodPart } from '../workload/pod-part';
import type { Usable } from '../workload/use';
import type { EnginePlan } from './plan';

/** The primary of another site, and how the way to it is kept safe. */
export interface Followed<PortName extends string = string> {
  /** Where it is: an `ExternalBackend`, whose `host`, or with `addresses` its name, must be in its certificate. */
  readonly primary: Usable<PortName>;
  /**
   * Has everything from there sent over TLS, and only by who has a certificate of this authority. The other site must
   * offer TLS.
   * @defaultValue the CA that `tls` of the primary names; without one no TLS: the way between the sites is private, or
   * encrypted by others
   */
  readonly tls?: {
    /** The Secret with the certificate of the authority. */
    readonly secret: string;
    /** @defaultValue ca.crt, as cert-manager has it */
    readonly key?: string;
  };
}

/**
 * How databases at several places are one.
 *
 * A second site, in another cluster, follows the first: `follows` makes its first member a replica of the primary over
 * there, and the others replicas of the first, so that one stream crosses the distance. At the first start everything is
 * copied over it. All members refuse writes, the one behind the Service `<name>` too, and users are told the same variables
 * as ever. Replication is asynchronous: what the other site acknowledged last may be missing when it is lost.
 *
 * **Promotion** is to take `follows` away and to apply: the members restart, the first one keeps all that it has received,
 * ends the replication for good and takes writes, and the others follow it. Be sure that the former primary is stopped, or
 * both take writes. A site that was promoted, or always took writes of its own, refuses to start with `follows`: its
 * volume claims must be deleted first, and it copies everything anew.
 *
 * The primary over there is best a backend of this library with `followers`. Whatever it is, it has the account
 * `replication`, and this one's Secret has the same passwords, because accounts are copied too. It keeps what a standby
 * misses for a week (MySQL, MariaDB: `binlog_expire_logs_seconds`) or up to 4 GB (PostgreSQL: `max_slot_wal_keep_size`);
 * who was away for longer copies everything anew. PostgreSQL must be of the same major version, with no fewer
 * `maxConnections` here than there.
 *
 * @see https://www.postgresql.org/docs/current/warm-standby.html#CASCADING-REPLICATION
 * @see https://mariadb.com/kb/en/replication-overview/
 * @see https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-failover.html
 */
export interface SiteProps<PortName extends string = string> {
  /**
   * The primary of another site that this one copies: an `ExternalBackend` with its address, or `{ primary, tls }`.
   * @defaultValue none: this site takes writes
   */
  readonly follows?: Usable<PortName> | Followed<PortName>;
  /**
   * The number of this site among all that follow each other; it stays when a site is promoted. Server ids of MySQL and
   * MariaDB are 100 × (site + 1) + ordinal, the replication slot that PostgreSQL has on the other site is `site_<number>`.
   * Must be set where `follows` is.
   * @defaultValue 0: the first
   */
  readonly site?: number;
  /**
   * The address ranges from which other sites follow this one, as they are seen here: `['10.8.0.0/16']`. Makes a Service
   * `<name>-followers` of type LoadBalancer that leads to the primary and lets in only them, and opens the policy. That a
   * balancer has no public address is said by annotations, of which every cloud has its own:
   * `overrides.followersService`.
   * @defaultValue none: nobody outside the cluster gets in
   * @see https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer
   */
  readonly followers?: readonly string[];
}

const isBackend = (value: unknown): boolean => check.isMap(value) && 'offer' in value;

const followsCheck: Check = check.either(
  'a backend such as new ExternalBackend(…), or { primary, tls }',
  [isBackend, check.anything],
  [
    check.isMap,
    check.fields({
      primary: check.matching(isBackend, 'a backend such as new ExternalBackend(…)'),
      tls: check.optional(check.fields({ secret: check.objectName, key: check.optional(check.fileName) })),
    }),
  ],
);

export const siteChecks: Checks<SiteProps> = {
  follows: check.optional(followsCheck),
  site: check.optional(check.integer(0, 999)),
  followers: check.optional(check.withoutRepeats(check.someOf(check.cidr))),
};

/** What is wrong although every property for itself is right. */
export const siteProblems = ({ follows, site }: SiteProps): string[] =>
  follows === undefined || site !== undefined
    ? []
    : ["'site': must be set where 'follows' is: a number that no other site has"];

/** What a plan has more where it follows another site. */
export function standbyPlan(
  given: Usable | Followed | undefined,
  port: string,
): Pick<EnginePlan, 'calls' | 'follows'> & { readonly parts: readonly PodPart[] } {
  if (given === undefined) return { parts: [] };
  const { primary, tls }: Followed = 'primary' in given ? given : { primary: given };
  return {
    follows: primary.path,
    // It needs the other site to start once; later it lives on without.
    calls: [{ callee: primary, options: { port, env: 'FOLLOWS', optional: true, synchronous: false } }],
    parts: [tls === undefined ? knownAuthority(primary, port) : authorityPart(tls)],
  };
}

/** The CA of a primary that is declared with one is mounted by the call of it. */
function knownAuthority({ name, ports }: Usable, port: string): PodPart {
  const from = 'the primary that it follows';
  const tls = Object.values(ports).find((candidate) => candidate.name === port)?.tls;
  return tls && tls.ca !== undefined ? { from, env: [{ name: 'FOLLOWS_CA', value: caFile(name) }] } : { from };
}

function authorityPart({ secret, key = 'ca.crt' }: NonNullable<Followed['tls']>): PodPart {
  return {
    from: 'the primary that it follows',
    env: [{ name: 'FOLLOWS_CA', value: '/run/primary/ca.crt' }],
    volumes: [{ name: 'primary', secret: secretFiles({ secret, keys: { 'ca.crt': key } }) }],
    mounts: [{ name: 'primary', mountPath: '/run/primary', readOnly: true }],
  };
}

/**
 * Stands in the start scripts, behind `base` and `ordinal`; `leads` says whether the member takes writes.
 *
 * A volume that was filled by another site remembers it in `standby`, until its first start without one. From then on it
 * has a history of its own, and never follows again: what it would have to forget are acknowledged writes.
 */
export const siteScript = `leads() { [ "$ordinal" = 0 ] && [ -z "\${FOLLOWS_HOST-}" ]; }
if [ -z "\${FOLLOWS_HOST-}" ]; then
  if [ -f "$base/standby" ]; then
    echo 'this site is promoted: it follows no other one'
    mv "$base/standby" "$base/promoted"
    sync "$base"
  fi
elif [ ! -f "$base/complete" ]; then
  touch "$base/standby"
elif [ ! -f "$base/standby" ]; then
  echo "this site has taken writes of its own, and would lose them if it followed $FOLLOWS_HOST; to have it copy everything anew, delete the volume claims of all its members" >&2
  exit 1
fi
`;
