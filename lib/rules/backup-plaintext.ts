import { productionEnvironments } from '../model/production';
import type { Rule } from './rule';

/** A dump holds everything, and the way to the bucket leads through networks that others read. */
export const backupPlaintext: Rule = {
  id: 'backup-plaintext',
  severity: 'error',
  summary: 'No backup of a production environment crosses the network unencrypted.',
  *check(system) {
    const production = productionEnvironments(system);
    for (const { path, environment, isPlaintext } of system.backups) {
      if (!isPlaintext || !production.has(environment)) continue;
      yield {
        path,
        message: `sends everything that is in the database of ${environment} over http`,
        fix: 'an endpoint with https://, or encryption: { secret: … }, which encrypts before it is sent',
      };
    }
  },
};
