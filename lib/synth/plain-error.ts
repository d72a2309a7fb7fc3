/**
 * An error that is not a mistake in the library: what is wrong stands in its message, and where synth noticed it says
 * nothing. So a program in which nobody catches it ends without a stack trace. Whoever catches it notices no difference.
 */
export class PlainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    endPlainly();
  }
}

let isPrepared = false;

/** Ends the program with code 1 and the message alone where nobody catches the error in this turn of the program. */
function endPlainly(): void {
  if (isPrepared) return;
  isPrepared = true;
  const report = (uncaught: unknown): void => {
    if (!(uncaught instanceof PlainError)) throw uncaught;
    process.stderr.write(`${uncaught.message}\n`);
    process.exit(1);
  };
  process.once('uncaughtException', report);
  setImmediate(() => {
    process.off('uncaughtException', report);
    isPrepared = false;
  });
}
