export type Severity = 'error' | 'warning';

/** What a rule has to say about one place of the system. */
export interface Finding {
  /** The id of the rule, `timeout-budget`; `invalid` for a wrong value. */
  readonly rule: string;
  readonly severity: Severity;
  /** The path of the construct that it is about: `production/orders`. */
  readonly path: string;
  /** What is wrong, with the arithmetic in it. */
  readonly message: string;
  /** What would mend it. */
  readonly fix?: string;
}
