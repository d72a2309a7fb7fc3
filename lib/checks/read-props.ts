import * as v from 'valibot';

/** One check for every property of an interface; the compiler finds the property that has none. */
export type Checks<Props> = { readonly [Name in keyof Required<Props>]: v.GenericSchema };

export interface Read<Props> {
  /** The properties that are right. Wrong ones are left out, so that builders never meet them. */
  readonly props: Props;
  /** A sentence for every property that is wrong: `'port': must be between 1 and 65535, inclusive, got 70000`. */
  readonly problems: readonly string[];
}

/**
 * Reads what a user gave: each property is checked for itself and a wrong one is reported and left out, as if it had
 * not been given. So the construct can be built to its end and one run reports all problems of the whole app.
 */
export function readProps<Props extends object>(checks: Checks<Props>, given: Props): Read<Props> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { props: {} as Props, problems: [`props: must be an object, got ${show(given)}`] };
  }
  const props: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(checks, name))
      problems.push(`'${name}': must not be set, there is no such property${closest(name, checks)}`);
  }
  for (const [name, check] of Object.entries<v.GenericSchema>(checks)) {
    const value = (given as Record<string, unknown>)[name];
    const found = problemsOf(check, value, name);
    problems.push(...found);
    if (found.length === 0 && value !== undefined) props[name] = value;
  }
  return { props: props as Props, problems };
}

/** What is wrong with one value, each sentence with the place of the value. */
export function problemsOf(check: v.GenericSchema, value: unknown, name: string): string[] {
  const result = v.safeParse(check, value);
  if (result.success) return [];
  return result.issues.map((issue) => {
    const place = [name, ...(issue.path ?? []).map((step) => String(step.key))].join('.');
    return `'${place}': ${issue.message}`;
  });
}

/**
 * What else is wrong, without what is said already: a property that has the wrong type is not missing, and nothing in
 * it is either.
 */
export function notYetSaid(said: readonly string[], more: readonly string[]): string[] {
  const place = (problem: string): string => `${problem.slice(0, problem.indexOf("'", 1))}.`;
  const places = said.filter((problem) => problem.startsWith("'")).map(place);
  return more.filter((problem) => {
    const own = place(problem);
    return !problem.startsWith("'") || !places.some((other) => own.startsWith(other) || other.startsWith(own));
  });
}

/** A value as it stands in a message: short, on one line, with quotes where it is a string. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return 'a function';
  let text: string;
  try {
    text = isConstruct(value)
      ? `the ${value.constructor.name} ${value.node.path}`
      : (JSON.stringify(value) ?? String(value));
  } catch {
    text = 'a value that is not plain data';
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Whether it is one of the things that this program builds, which has a place in it. */
function isConstruct(value: unknown): value is { readonly node: { readonly path: string } } {
  if (typeof value !== 'object' || value === null || !('node' in value)) return false;
  const { node } = value;
  return typeof node === 'object' && node !== null && 'path' in node && typeof node.path === 'string';
}

/** The name that was probably meant, found by the length of the common beginning and ending. */
function closest(name: string, checks: object): string {
  const likeness = (other: string): number => {
    const [a, b] = [name.toLowerCase(), other.toLowerCase()];
    const shorter = Math.min(a.length, b.length);
    let start = 0;
    while (start < shorter && a[start] === b[start]) start += 1;
    let end = 0;
    while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
    return (start + end) / Math.max(a.length, b.length);
  };
  const [best] = Object.keys(checks).sort((a, b) => likeness(b) - likeness(a));
  return best !== undefined && likeness(best) >= 0.5 ? `; did you mean '${best}'?` : '';
}
