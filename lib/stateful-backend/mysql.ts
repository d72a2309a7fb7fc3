import { type MysqlProps, mysqlChecks, mysqlPlan } from './mysql/plan';
import { mysqlFlavour } from './mysql/scripts';
import type { Engine } from './plan';

export const mysql: Engine<MysqlProps, 'mysql'> = {
  name: 'mysql',
  checks: mysqlChecks,
  externalPorts: { mysql: 3306 },
  externalVariables: (name, { database = name.replaceAll('-', '_') }) => ({ DATABASE: database }),
  plan: (props, place) =>
    mysqlPlan(
      'mysql',
      'docker.io/library/mysql:8.4.4',
      mysqlFlavour,
      { 'gtid-mode': true, 'enforce-gtid-consistency': true, mysqlx: false },
      props,
      place,
    ),
};
