import type { IConstruct } from 'constructs';
import type { Records } from './system';

/** The method by which a construct says what it adds to the system. */
export const DESCRIBE = Symbol.for('cdk8s-microservices.describe');

export interface Described extends IConstruct {
  [DESCRIBE](): Records;
}

export function isDescribed(construct: IConstruct): construct is Described {
  return DESCRIBE in construct;
}

/** Puts together what all constructs of a tree say. */
export function recordsOf(constructs: readonly IConstruct[]): Required<Records> {
  const records = constructs.filter(isDescribed).map((construct) => construct[DESCRIBE]());
  return {
    environments: records.flatMap(({ environments = [] }) => environments),
    workloads: records.flatMap(({ workloads = [] }) => workloads),
    externals: records.flatMap(({ externals = [] }) => externals),
    backends: records.flatMap(({ backends = [] }) => backends),
    calls: records.flatMap(({ calls = [] }) => calls),
    waits: records.flatMap(({ waits = [] }) => waits),
    uses: records.flatMap(({ uses = [] }) => uses),
    routes: records.flatMap(({ routes = [] }) => routes),
    certificates: records.flatMap(({ certificates = [] }) => certificates),
    configs: records.flatMap(({ configs = [] }) => configs),
    backups: records.flatMap(({ backups = [] }) => backups),
    configUses: records.flatMap(({ configUses = [] }) => configUses),
  };
}
