import type { Severity } from '../model/finding';
import type { System } from '../model/system';

/** One thing that must hold for the system as a whole. */
export interface Rule {
  /** Its name in reports and suppressions: `timeout-budget`. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, in one sentence. */
  readonly summary: string;
  /** Every place where it does not hold. Reads the system and changes nothing. */
  readonly check: (system: System) => Iterable<Violation>;
}

/** One place where a rule does not hold. */
export interface Violation {
  /** The path of the construct that it is about. */
  readonly path: string;
  /** What is wrong, with the arithmetic in it. */
  readonly message: string;
  /** What would mend it. */
  readonly fix: string;
  /** Where one rule speaks of grave and of small things. @defaultValue that of the rule */
  readonly severity?: Severity;
}
