import type { Construct } from 'constructs';
import { accountOf } from '../stateful-backend/accounts';
import type { BackupPlan } from '../stateful-backend/backup-plan';
import { type BackupSource, sourceOf } from '../stateful-backend/backup-source';
import type { Credentials } from '../workload/credentials';
import type { Usable } from '../workload/use';
import { fetchScript, makeRoomScript, storeScript } from './scripts';

const KNOWN = 'MySQL, MariaDB, PostgreSQL, MongoDB, Redis, etcd and Consul';

/** Stands where there is none, so that what else is wrong is found as well. */
const nothing: BackupPlan = { dump: '', restore: '' };
const nobody: BackupSource = {
  engine: 'unknown',
  image: 'missing',
  uid: undefined,
  storage: undefined,
  accountKeys: undefined,
  backup: () => nothing,
};

interface Found {
  readonly source: BackupSource;
  readonly plan: BackupPlan;
  /** With which account. */
  readonly credentials: Credentials | undefined;
  readonly problems: readonly string[];
}

/** How a backend is backed up, or what is to be said where it is not. */
export function sourceAndPlan(backend: Construct & Usable, given: Credentials | undefined): Found {
  const source = sourceOf(backend);
  if (source === undefined) {
    const problem = `must be of an engine that is known, but nobody knows what runs in ${backend.name}: StatefulBackend.mysql(…, { provider: 'external' }) and its like say it`;
    return { source: nobody, plan: nothing, credentials: undefined, problems: [problem] };
  }
  const credentials = given
    ? accountOf(given, source.accountKeys)
    : backend.offer({ access: 'read-write', port: undefined }).credentials;
  const plan = source.backup(credentials);
  if (typeof plan !== 'string') {
    const missing = plan.needsAccount && credentials === undefined;
    const problems = missing ? ["'credentials': must be set: the backend has no account that could be used"] : [];
    return { source, plan, credentials, problems };
  }
  const problem = `must be of ${KNOWN}, got ${source.engine}: ${plan}`;
  return { source, plan: nothing, credentials, problems: [problem] };
}

/** The scripts of both pods. */
export function backupFiles({ dump, restore }: BackupPlan): Record<string, string> {
  return {
    ...(typeof dump === 'string' ? { 'dump.sh': dump } : {}),
    'store.sh': storeScript,
    'fetch.sh': fetchScript,
    ...(typeof restore === 'string' ? { 'restore.sh': restore } : { 'make-room.sh': makeRoomScript }),
  };
}
