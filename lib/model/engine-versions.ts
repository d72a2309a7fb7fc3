/** Which steps between versions an engine supports with its data in place. */
export interface VersionPolicy {
  /** How many parts of a version make a release that changes the data: 1 for `17`, 2 for `8.4`. */
  readonly parts: 1 | 2;
  /** The farthest step up that is supported, in words. */
  readonly step: string;
  /** Whether it may go from one release to another, both as numbers. */
  readonly allows: (from: readonly number[], to: readonly number[]) => boolean;
  /** What to know before the step, and how to roll back. */
  readonly note: string;
}

const [MAJOR, MINOR] = [0, 1];
const at = (version: readonly number[], part: number): number => version[part] ?? 0;

/** The next major version, or any later release of the same one. */
const nextMajor = (from: readonly number[], to: readonly number[]): boolean => at(to, MAJOR) - at(from, MAJOR) <= 1;
/** The next minor version of the same major one. */
const nextMinor = (from: readonly number[], to: readonly number[]): boolean =>
  at(to, MAJOR) === at(from, MAJOR) && at(to, MINOR) - at(from, MINOR) <= 1;

const BACKUP_FIRST = 'there is no way back but a restore, so take a backup first';

/**
 * By the engine's own upgrade guides. An engine that is not here keeps nothing, or has no rule that numbers tell.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/upgrade-paths.html
 * @see https://www.postgresql.org/docs/current/upgrading.html
 * @see https://etcd.io/docs/v3.6/upgrades/upgrading-etcd/
 * @see https://www.mongodb.com/docs/manual/release-notes/8.0-upgrade-replica-set/
 * @see https://www.rabbitmq.com/docs/upgrade
 * @see https://www.elastic.co/docs/deploy-manage/upgrade
 */
export const versionPolicies: Readonly<Record<string, VersionPolicy>> = {
  mysql: {
    parts: 2,
    step: 'from 8.0 to 8.4, and from 8.4 to 9.7 or an innovation release of 9',
    allows: (from, to) => nextMajor(from, to) && (at(to, MAJOR) === at(from, MAJOR) || at(from, MINOR) === 4),
    note: `the data dictionary is upgraded when it starts: ${BACKUP_FIRST}`,
  },
  mariadb: {
    parts: 2,
    step: 'to any later release',
    allows: () => true,
    note: `the system tables are upgraded when it starts: ${BACKUP_FIRST}`,
  },
  postgres: {
    parts: 1,
    step: 'no major version with its data in place',
    allows: (from, to) => at(from, MAJOR) === at(to, MAJOR),
    note: 'the server refuses a data directory of another major version: a second backend with the new version, filled by a restore of the newest backup, or pg_upgrade by hand',
  },
  mongodb: {
    parts: 1,
    step: 'one major version at a time',
    allows: nextMajor,
    note: 'first set the featureCompatibilityVersion to the version that runs; until it is raised after the upgrade, roll back to the old image',
  },
  redis: {
    parts: 1,
    step: 'to any later version',
    allows: () => true,
    note: `an older version cannot read the files that a newer one has written: ${BACKUP_FIRST}`,
  },
  kafka: {
    parts: 1,
    step: 'from 3.3 or later to 4, with KRaft',
    allows: (from, to) => nextMajor(from, to) && (at(from, MAJOR) !== 3 || at(from, MINOR) >= 3),
    note: 'roll back to the old image until kafka-features.sh upgrade raises metadata.version; version 4 reads log4j2.yaml and refuses clients older than 2.1',
  },
  elasticsearch: {
    parts: 1,
    step: 'one major version at a time, from its last minor version',
    allows: nextMajor,
    note: 'the last minor version of the old one comes first, with a clean answer of the deprecation API; there is no way back but a snapshot',
  },
  etcd: {
    parts: 2,
    step: 'one minor version at a time',
    allows: nextMinor,
    note: 'all members must be healthy; roll back by etcdctl downgrade enable, one minor version, or a restore',
  },
  rabbitmq: {
    parts: 2,
    step: 'from 3.13 to 4.x, else one minor version at a time',
    allows: (from, to) =>
      nextMinor(from, to) || at(from, MAJOR) === at(to, MAJOR) || (at(from, MAJOR) === 3 && at(from, MINOR) === 13),
    note: 'enable all stable feature flags before (rabbitmqctl enable_feature_flag all); there is no way back',
  },
  zookeeper: {
    parts: 2,
    step: 'one minor version at a time',
    allows: nextMinor,
    note: `read the release notes for quorum compatibility: ${BACKUP_FIRST}`,
  },
  consul: {
    parts: 2,
    step: 'two minor versions at a time',
    allows: (from, to) => at(to, MAJOR) === at(from, MAJOR) && at(to, MINOR) - at(from, MINOR) <= 2,
    note: `a snapshot comes first: ${BACKUP_FIRST}`,
  },
  nacos: {
    parts: 1,
    step: 'one major version at a time',
    allows: nextMajor,
    note: 'its tables change with it: apply the schema of the new version to its database first, and take a backup of that',
  },
};
