import { type MysqlProps, mysqlChecks, mysqlPlan } from './mysql/plan';
import { mariadbFlavour } from './mysql/scripts';
import type { Engine } from './plan';

export const mariadb: Engine<MysqlProps, 'mysql'> = {
  name: 'mariadb',
  checks: mysqlChecks,
  externalPorts: { mysql: 3306 },
  externalVariables: (name, { database = name.replaceAll('-', '_') }) => ({ DATABASE: database }),
  plan: (props, place) =>
    mysqlPlan(
      'mariadb',
      'docker.io/library/mariadb:11.4.5',
      mariadbFlavour,
      { gtid_strict_mode: true, log_slave_updates: true },
      props,
      place,
    ),
};
