const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MINUTES_A_DAY = 24 * 60;

/**
 * The fewest minutes between two runs of a schedule, as far as its times of day tell; `undefined` where it runs once
 * on a day and not on the next, or is in a form that is not known here.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export function shortestInterval(schedule: string): number | undefined {
  const every = /^@every (\d+)([mh])$/.exec(schedule.trim());
  if (every) return Number(every[1]) * (every[2] === 'h' ? 60 : 1);
  const [minuteField, hourField, dayField, monthField, weekdayField, ...rest] = (macros[schedule.trim()] ?? schedule)
    .trim()
    .split(/\s+/);
  if (weekdayField === undefined || rest.length > 0) return undefined;
  const minutes = valuesOf(minuteField as string, 0, 59);
  const hours = valuesOf(hourField as string, 0, 23);
  if (minutes === undefined || hours === undefined) return undefined;
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
  const runsDaily = dayField === '*' && monthField === '*' && weekdayField === '*';
  if (runsDaily) gaps.push(MINUTES_A_DAY - (times.at(-1) as number) + (times[0] as number));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}

/** Leap years come round in eight years at the most, and weekdays with them. */
const DAYS = 8 * 366 + 7;

/**
 * The most minutes between two runs of a schedule; `undefined` where it never runs, or is in a form that is not known
 * here.
 */
export function longestInterval(schedule: string): number | undefined {
  const every = /^@every (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(schedule.trim());
  if (every) {
    const [hours, minutes, seconds] = every.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
    return hours * 60 + minutes + seconds / 60;
  }
  const fields = (macros[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = valuesOfAll(fields as Fields);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  const either = isEitherDay(fields as Fields);
  let longest = 0;
  let last: number | undefined;
  for (let day = 0; day < DAYS; day += 1) {
    const date = new Date(Date.UTC(2024, 0, 1 + day));
    const [inMonth, inWeek] = [days.includes(date.getUTCDate()), weekdays.includes(date.getUTCDay())];
    if (!months.includes(date.getUTCMonth() + 1) || !(either ? inMonth || inWeek : inMonth && inWeek)) continue;
    for (const time of times) {
      const run = day * MINUTES_A_DAY + time;
      if (last !== undefined) longest = Math.max(longest, run - last);
      last = run;
    }
  }
  return longest === 0 ? undefined : longest;
}

/**
 * On how many hours of a day a schedule starts, and whether it does in a certain minute, given as minutes since 1970 as
 * the clock shows them; `undefined` for a schedule without times of day, such as `@every 90m`.
 */
export function startsAt(schedule: string): { hours: number; matches(minute: number): boolean } | undefined {
  const fields = (macros[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = valuesOfAll(fields as Fields);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const either = isEitherDay(fields as Fields);
  return {
    hours: hours.length,
    matches(minute) {
      const date = new Date(minute * 60_000);
      if (!minutes.includes(date.getUTCMinutes()) || !hours.includes(date.getUTCHours())) return false;
      const [inMonth, inWeek] = [days.includes(date.getUTCDate()), weekdays.includes(date.getUTCDay())];
      return months.includes(date.getUTCMonth() + 1) && (either ? inMonth || inWeek : inMonth && inWeek);
    },
  };
}

/** Where both days are said, one of them is enough. */
const isEitherDay = ([, , day, , weekday]: Fields): boolean => !/^[*?]/.test(day) && !/^[*?]/.test(weekday);

/** The numbers that one field stands for: a star, `5`, `1-5`, `0,30`, a step of 15 from the start. */
function valuesOf(field: string, min: number, max: number): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, star, from, to, step] = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (star === undefined && from === undefined) return undefined;
    const first = star === undefined ? Number(from) : min;
    const last = to !== undefined ? Number(to) : star !== undefined || step !== undefined ? max : first;
    const by = Number(step ?? 1);
    if (by === 0 || first < min || last > max) return undefined;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return [...values];
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Whether Kubernetes takes it: five fields, a macro such as `@daily`, or `@every 90m`. A time zone is not part of it. */
export function isSchedule(schedule: string): boolean {
  if (Object.hasOwn(macros, schedule) || /^@every (\d+h)?(\d+m)?(\d+s)?(?<=\d[hms])$/.test(schedule)) return true;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return false;
  return valuesOfAll(fields as Fields).every((values) => values !== undefined && values.length > 0);
}

type Fields = [string, string, string, string, string];

function valuesOfAll([minute, hour, day, month, weekday]: Fields): (number[] | undefined)[] {
  const inNumbers = (field: string, names: readonly string[], first: number): string =>
    field.replace(/[A-Za-z]+/g, (name) => {
      const index = names.indexOf(name.toUpperCase());
      return index === -1 ? name : String(index + first);
    });
  return [
    valuesOf(minute, 0, 59),
    valuesOf(hour, 0, 23),
    valuesOf(day, 1, 31),
    valuesOf(inNumbers(month, monthNames, 1), 1, 12),
    valuesOf(inNumbers(weekday, dayNames, 0), 0, 6),
  ];
}
