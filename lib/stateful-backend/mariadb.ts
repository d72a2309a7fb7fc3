import { mysqlEngine } from './mysql/plan';
import { mariadbFlavour } from './mysql/scripts';

export const mariadb = mysqlEngine('mariadb', 'docker.io/library/mariadb:11.4.5', mariadbFlavour, {
  gtid_strict_mode: true,
  log_slave_updates: true,
  // On the volume, so that the next start sees how this one ended.
  'pid-file': '/var/lib/mysql/mysql.pid',
});
