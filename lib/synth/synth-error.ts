import type { Finding } from '../model/finding';
import { counted, findingsAsText } from '../report/text';
import { PlainError } from './plain-error';

/** Why nothing was written: all findings at once. */
export class SynthError extends PlainError {
  override readonly name = 'SynthError';

  constructor(readonly findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    super(`${counted(errors, 'error')}; nothing was written.\n${findingsAsText(findings)}`);
  }
}
