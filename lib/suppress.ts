import type { IConstruct } from 'constructs';
import { problemsOf } from './checks/read-props';
import * as check from './checks/values';

/** Why a finding is accepted, and until when. */
export interface Suppression {
  /** Why it is no problem here; whoever reads the program next wants to know. */
  readonly reason: string;
  /** The last day on which it holds, as `2027-03-31`. After it the suppression is a finding itself. */
  readonly until: string;
}

/** A suppression with the place that it was written for. */
export interface PlacedSuppression extends Suppression {
  readonly path: string;
  readonly rule: string;
}

const METADATA = 'cdk8s-microservices:suppress';

const checks = check.fields({
  reason: check.nonEmptyText,
  until: check.matching(
    (value) => check.isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
    'a day such as 2027-03-31',
  ),
});

/**
 * Accepts what a rule says of a construct and of everything inside it.
 *
 * @param rule - the id of the rule: `disruption-deadlock`
 * @throws where the reason or the day is missing or wrong
 * @example
 * suppress(reports, 'disruption-deadlock', { reason: 'May be away for a minute at night.', until: '2027-03-31' });
 */
export function suppress(construct: IConstruct, rule: string, suppression: Suppression): void {
  const problems = problemsOf(checks, suppression, 'suppress');
  if (problems.length > 0) throw new Error(`[${construct.node.path}] ${problems.join('; ')}`);
  construct.node.addMetadata(METADATA, { rule, ...suppression });
}

/** Every suppression of a tree. */
export function suppressionsOf(constructs: readonly IConstruct[]): PlacedSuppression[] {
  return constructs.flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === METADATA)
      .map(({ data }) => ({ path: node.path, ...(data as Suppression & { rule: string }) })),
  );
}
