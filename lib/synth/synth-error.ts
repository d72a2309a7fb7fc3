import type { Finding } from '../model/finding';
import { counted, findingsAsText } from '../report/text';

/** Why nothing was written: all findings at once. */
export class SynthError extends Error {
  override readonly name = 'SynthError';

  constructor(readonly findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    super(`${counted(errors, 'error')}; nothing was written.\n${findingsAsText(findings)}`);
    showPlainly(this);
  }
}

/**
 * An error that nobody catches ends the program with code 1 and its message alone. What is wrong stands in the
 * message; where synth noticed it says nothing. Whoever catches it never meets this.
 */
function showPlainly(error: SynthError): void {
  const report = (uncaught: unknown): void => {
    if (uncaught !== error) throw uncaught;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  };
  process.once('uncaughtException', report);
  setImmediate(() => process.off('uncaughtException', report));
}
