import { grouped } from '../model/grouped';
import type { CallRecord, RouteRecord, System } from '../model/system';
import type { Rule, Violation } from './rule';
import { exceeds, inSeconds, nameOf } from './wording';

export const timeoutBudget: Rule = {
  id: 'timeout-budget',
  severity: 'error',
  summary: 'Whoever waits for a service waits as long as that service may wait for all that it calls in turn.',
  *check(system) {
    for (const call of system.calls) yield* attemptsThatCannotHappen(call);
    yield* answersThatComeTooLate(system);
  },
};

/**
 * The longest that a caller waits for an answer: until its timeout, or until the last attempt has failed.
 * `undefined` where neither was declared.
 */
export function worstSeconds(call: CallRecord): number | undefined {
  const attempts = attemptSeconds(call);
  if (call.timeoutSeconds === undefined) return attempts;
  return attempts === undefined ? call.timeoutSeconds : Math.min(call.timeoutSeconds, attempts);
}

/** What all attempts and the waits between them come to. */
function attemptSeconds({ perTrySeconds, retries, backoffSeconds }: CallRecord): number | undefined {
  return perTrySeconds === undefined ? undefined : (1 + retries) * perTrySeconds + retries * backoffSeconds;
}

/** One of the groups that a caller waits for one after another: a single call, or calls at the same time. */
export function waits(calls: readonly CallRecord[]): { readonly call: CallRecord; readonly seconds: number }[] {
  const longest = new Map<string | CallRecord, { call: CallRecord; seconds: number }>();
  for (const call of calls) {
    const seconds = call.synchronous ? worstSeconds(call) : undefined;
    if (seconds === undefined) continue;
    const group = call.parallel ?? call;
    if (seconds > (longest.get(group)?.seconds ?? -1)) longest.set(group, { call, seconds });
  }
  return [...longest.values()];
}

interface Deadline {
  readonly seconds: number;
  readonly by: string;
}

function* answersThatComeTooLate({ calls, routes }: System): Iterable<Violation> {
  const deadlines = shortestDeadlines(calls, routes);
  for (const [path, outgoing] of grouped(calls, ({ from }) => from)) {
    const deadline = deadlines.get(path);
    if (deadline === undefined) continue;
    const parts = waits(outgoing);
    const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
    if (!exceeds(total, deadline.seconds)) continue;
    const name = nameOf(path);
    yield {
      path,
      message: `${deadline.by} waits ${inSeconds(deadline.seconds)} for ${name}, but ${name} may take ${sumOf(parts, total)}`,
      fix:
        `let ${deadline.by} wait at least ${inSeconds(total)}, or shorten what ${name} waits for` +
        (parts.length > 1 ? '; calls that are made at the same time say so with the same text in `parallel`' : ''),
    };
  }
}

/** For each that is called, who of those that wait for it waits shortest. */
function shortestDeadlines(calls: readonly CallRecord[], routes: readonly RouteRecord[]): Map<string, Deadline> {
  const shortest = new Map<string, Deadline>();
  const note = (to: string, by: string, seconds: number | undefined) => {
    if (seconds !== undefined && seconds < (shortest.get(to)?.seconds ?? Number.POSITIVE_INFINITY))
      shortest.set(to, { by, seconds });
  };
  for (const { from, to, synchronous, timeoutSeconds } of calls)
    if (synchronous) note(to, nameOf(from), timeoutSeconds);
  for (const { gateway, host, match, to, timeoutSeconds } of routes) {
    note(to, `the route ${host}${match.value} of ${nameOf(gateway)}`, timeoutSeconds);
  }
  return shortest;
}

/** `2 s for payments + 3 attempts x 1 s + 0.05 s backoff = 3.05 s for stock = 5.05 s`. */
function sumOf(parts: ReturnType<typeof waits>, total: number): string {
  const terms = parts.map(({ call, seconds }) => `${waitOf(call, seconds)} for ${nameOf(call.to)}${beside(call)}`);
  return terms.length === 1
    ? (terms[0] as string)
    : `${terms.map((term) => `(${term})`).join(' + ')} = ${inSeconds(total)}`;
}

function waitOf(call: CallRecord, seconds: number): string {
  if (seconds === call.timeoutSeconds || call.retries === 0) return inSeconds(seconds);
  return `${attemptsOf(call)} = ${inSeconds(seconds)}`;
}

const attemptsOf = ({ retries, perTrySeconds = 0, backoffSeconds }: CallRecord): string => {
  const backoff = backoffSeconds === 0 ? '' : ` + ${inSeconds(retries * backoffSeconds)} backoff`;
  return `${1 + retries} attempts x ${inSeconds(perTrySeconds)}${backoff}`;
};

const beside = ({ parallel }: CallRecord): string => (parallel === undefined ? '' : ` (the longest of ${parallel})`);

/**
 * Attempts for which there is no time. Where nobody says how long one may take, each has its share of the timeout; the
 * few milliseconds of backoff that the last one then lacks are nothing to speak of.
 */
function* attemptsThatCannotHappen(call: CallRecord): Iterable<Violation> {
  const { from, to, timeoutSeconds, perTrySeconds, retries, backoffSeconds } = call;
  if (timeoutSeconds === undefined || perTrySeconds === undefined || retries === 0) return;
  const all = attemptSeconds(call) as number;
  const fix = `timeout: '${inSeconds(all).replace(' ', '')}' or more, a shorter perTryTimeout, or fewer retries`;
  const lastStart = retries * (perTrySeconds + backoffSeconds);
  const waitsFor = `${nameOf(from)} waits ${inSeconds(timeoutSeconds)} for ${nameOf(to)}`;
  if (!exceeds(timeoutSeconds, lastStart)) {
    const possible = Math.max(1, Math.ceil((timeoutSeconds - 1e-9) / (perTrySeconds + backoffSeconds)));
    const none = possible === 1;
    const never = `after a timeout ${none ? 'a retry' : `attempt ${possible + 1}`} can never happen`;
    const message = `${waitsFor}, but ${attemptsOf(call)} = ${inSeconds(all)}: ${never}`;
    yield { path: from, severity: none ? 'error' : 'warning', message, fix };
  } else if (exceeds((1 + retries) * perTrySeconds, timeoutSeconds)) {
    const message = `${waitsFor}, but ${attemptsOf(call)} = ${inSeconds(all)}: the last attempt is cut short`;
    yield { path: from, severity: 'warning', message, fix };
  }
}
