/** A stretch of wall time that a zone skips, or passes through twice. In minutes since 1970 as the clock shows them. */
export interface ClockChange {
  readonly kind: 'skipped' | 'repeated';
  readonly from: number;
  readonly to: number;
}

/** Rules of zones go by weekdays, which fall on every date of a month in eleven years. */
const YEARS = 11;
/** A fixed year, so that a synth does not depend on its day. */
const FIRST_YEAR = 2026;
const MINUTE = 60_000;
/** Shorter than the month for which Morocco puts its clocks back. */
const STEP = 14 * 24 * 60;

const found = new Map<string, readonly ClockChange[]>();

/** When the clocks of a zone are changed, by the database of Node; nothing for zones without daylight saving time. */
export function clockChanges(timeZone: string): readonly ClockChange[] {
  const known = found.get(timeZone) ?? search(timeZone);
  found.set(timeZone, known);
  return known;
}

function search(timeZone: string): ClockChange[] {
  const offset = offsetsOf(timeZone);
  const start = Date.UTC(FIRST_YEAR, 0, 1) / MINUTE;
  const end = Date.UTC(FIRST_YEAR + YEARS, 0, 1) / MINUTE;
  const changes: ClockChange[] = [];
  let before = offset(start);
  for (let at = start; at < end; at += STEP) {
    const after = offset(at + STEP);
    if (after !== before) {
      const moment = changeBetween(at, at + STEP, before, offset);
      const [from, to] = [moment + Math.min(before, after), moment + Math.max(before, after)];
      changes.push({ kind: after > before ? 'skipped' : 'repeated', from, to });
    }
    before = after;
  }
  return changes;
}

/** The first minute with another offset than before. */
function changeBetween(start: number, end: number, before: number, offset: (minutes: number) => number): number {
  let [low, high] = [start, end];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** How many minutes the clocks are ahead of UTC at a moment. */
function offsetsOf(timeZone: string): (minutes: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  return (minutes) => {
    const [, sign, hours = '0', rest = '0'] =
      /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(format.format(minutes * MINUTE)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest));
  };
}
