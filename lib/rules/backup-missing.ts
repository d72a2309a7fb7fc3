import { productionEnvironments } from '../model/production';
import type { Rule } from './rule';

/** Most of what is in a Redis can be made again: a cache, sessions, locks. Where it cannot, a Backup of it is possible. */
const MAY_BE_LOST = new Set(['redis']);

/** A managed service has backups of its own; what runs in the cluster has those that the program names. */
export const backupMissing: Rule = {
  id: 'backup-missing',
  severity: 'warning',
  summary: 'Every database in the cluster of a production environment has a Backup.',
  *check(system) {
    const production = productionEnvironments(system);
    const backedUp = new Set(system.backups.map(({ backend }) => backend));
    for (const { path, environment, name, engine = '', hasBackupPlan, follows } of system.backends) {
      if (!production.has(environment) || !hasBackupPlan || backedUp.has(path)) continue;
      // What copies another site is there twice already, and is backed up where it is written.
      if (follows !== undefined || MAY_BE_LOST.has(engine)) continue;
      yield {
        path,
        message: `keeps the data of ${environment} in the cluster, and there is no Backup of it: a statement too many, or a lost volume, is final`,
        fix: `new Backup(…, 'backup', { schedule: '30 1 * * *', to: { bucket: 's3://…', identity: { roleArn: '…' } } }); or a suppression that says who else backs up ${name}`,
      };
    }
  },
};
