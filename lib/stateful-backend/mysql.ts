import { mysqlEngine } from './mysql/plan';
import { mysqlFlavour } from './mysql/scripts';

export const mysql = mysqlEngine('mysql', 'docker.io/library/mysql:8.4.4', mysqlFlavour, {
  'gtid-mode': true,
  'enforce-gtid-consistency': true,
  mysqlx: false,
});
