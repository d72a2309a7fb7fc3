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
  /** The account that reads everything, and the one that creates it anew. */
  readonly credentials: Credentials | undefined;
  readonly restoreCredentials: Credentials | undefined;
  readonly problems: readonly string[];
}

/** How a backend is backed up, or what is to be said where it is not. */
export function sourceAndPlan(backend: Construct & Usable, user: string, given: Credentials | undefined): Found {
  const source = sourceOf(backend);
  if (source === undefined) {
    const problem = `must be of an engine that is known, but nobody knows what runs in ${backend.name}: StatefulBackend.mysql(…, { provider: 'external' }) and its like say it`;
    return {
      source: nobody,
      plan: nothing,
      credentials: undefined,
      restoreCredentials: undefined,
      problems: [problem],
    };
  }
  const own = given && accountOf(given, source.accountKeys);
  const wanted = { access: 'read-write', port: undefined } as const;
  const credentials = own ?? backend.offer({ ...wanted, user: { name: user, rights: 'backup' } }).credentials;
  const restoreCredentials = own ?? backend.offer(wanted).credentials;
  const plan = source.backup(credentials);
  if (typeof plan !== 'string') {
    const missing = plan.needsAccount && credentials === undefined;
    const problems = missing ? ["'credentials': must be set: the backend has no account that could be used"] : [];
    return { source, plan, credentials, restoreCredentials, problems };
  }
  const problem = `must be of ${KNOWN}, got ${source.engine}: ${plan}`;
  return { source, plan: nothing, credentials, restoreCredentials, problems: [problem] };
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
