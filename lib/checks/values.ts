import { isIP } from 'node:net';
import * as v from 'valibot';
import { isDuration } from '../kubernetes/duration';
import { isQuantity } from '../kubernetes/quantity';
import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isPortName } from '../metadata/names';
import { show } from './read-props';

/** The end of every message: what the value must be, and what it was. */
export const mustBe = (what: string) => (issue: { readonly input: unknown }) =>
  `must be ${what}, got ${show(issue.input)}`;

export type Check = v.GenericSchema;

/** A value of which only a condition is known. */
export const matching = (condition: (value: unknown) => boolean, what: string): Check =>
  v.custom<unknown>(condition, mustBe(what));

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isNumber = (value: unknown): value is number => typeof value === 'number';
export const isText = (value: unknown): value is string => typeof value === 'string';
/**
 * Half a surrogate pair has no place in UTF-8. The others are lost on the way: a server-side apply sends JSON, which the
 * API server reads as YAML; it refuses these, and makes a blank of U+0085.
 */
const unencodable = /[\u007f-\u009f\ufffe\uffff]/;
export const isEncodable = (value: string): boolean => value.isWellFormed() && !unencodable.test(value);

const inText = (value: unknown): string =>
  isText(value)
    ? 'text without U+007F to U+009F, U+FFFE, U+FFFF and half characters, which no API server takes'
    : 'text';

export const text: Check = v.custom<unknown>(
  (value) => isText(value) && isEncodable(value),
  (issue) => mustBe(inText(issue.input))(issue),
);
export const nonEmptyText = matching(
  (value) => isText(value) && value.trim() !== '' && isEncodable(value),
  'text, not empty',
);
export const boolean = matching((value) => typeof value === 'boolean', 'true or false');
export const duration = matching(isDuration, 'a duration such as 250ms, 2s, 5m or 1h');
export const positiveDuration = matching(
  (value) => isDuration(value) && Number.parseFloat(value) > 0,
  'a duration above zero, such as 250ms, 2s, 5m or 1h',
);
export const quantity = matching(isQuantity, 'a quantity such as 250m, 1.5 or 512Mi');
export const dnsLabel = matching(
  (value) => isText(value) && isDnsLabel(value),
  'lower-case letters, digits and dashes, starting with a letter, at most 63 characters',
);
export const objectName = matching(
  (value) => isText(value) && isDnsSubdomain(value),
  'a DNS name of lower-case letters, digits, dashes and dots, at most 253 characters',
);
export const host = matching(
  (value) => isText(value) && isDnsSubdomain(value) && /[a-z]/.test(value),
  'a host name such as shop.example.com',
);
export const cidr = matching(isCidr, 'an address range such as 10.0.0.0/8');
export const ipAddress = matching((value) => isText(value) && isIP(value) !== 0, 'an IP address such as 10.96.0.10');
export const portNumber = integer(1, 65_535);
export const labelKey = matching(
  (value) => isText(value) && isLabelKey(value),
  'a label key such as team or example.com/team',
);
export const labelValue = matching(
  (value) => isText(value) && isLabelValue(value),
  'at most 63 letters, digits, dashes, underscores and dots',
);
export const labelMap = mapOf(labelKey, labelValue);
export const annotationMap = mapOf(
  matching((value) => isText(value) && isLabelKey(value), 'an annotation key such as note or example.com/note'),
  text,
);
export const portNameText = matching(
  (value) => isText(value) && isPortName(value),
  'at most 15 lower-case letters, digits and single dashes, with at least one letter',
);
export const environmentVariable = matching(
  (value) => isText(value) && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value),
  'letters, digits and underscores, not starting with a digit',
);
export const fileName = matching(
  (value) =>
    isText(value) && /^[-._a-zA-Z0-9]{1,253}$/.test(value) && !/^\.\.?$/.test(value) && !value.startsWith('..'),
  'letters, digits, dashes, underscores and dots, at most 253 characters',
);
export const absolutePath = matching(
  (value) =>
    isText(value) &&
    value.startsWith('/') &&
    isEncodable(value) &&
    !value.includes(':') &&
    !value.split('/').includes('..'),
  "an absolute path without '..' and ':'",
);

/**
 * An image, with or without a registry: `orders:1.4.2`, `registry.example.com/shop/orders:1.4.2@sha256:…`.
 *
 * @see https://pkg.go.dev/github.com/distribution/reference
 */
export const imageReference = matching(
  (value) =>
    isText(value) &&
    /^([a-zA-Z0-9][-a-zA-Z0-9.]*(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[-.\w]{0,127})?(@sha256:[a-f0-9]{64})?$/.test(
      value,
    ),
  'an image such as registry.example.com/shop/orders:1.4.2',
);

/** Data that YAML can hold: no functions, no cycles, no text that is not Unicode. */
export const plainData = matching(isPlainData, 'plain data: maps, lists, text, finite numbers, true and false');
export const plainMap = matching((value) => isPlainData(value) && isMap(value), 'a map of plain data');
export const listOfMaps = matching(
  (value) => Array.isArray(value) && value.every((item) => isMap(item) && isPlainData(item)),
  'a list of maps',
);
export const anything = v.unknown();

export function integer(from: number, to = Number.MAX_SAFE_INTEGER): Check {
  const range =
    to === Number.MAX_SAFE_INTEGER ? `a whole number, ${from} or more` : `between ${from} and ${to}, inclusive`;
  return matching((value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to, range);
}

export function number(from: number, to = Number.MAX_VALUE): Check {
  const range = to === Number.MAX_VALUE ? `a number, ${from} or more` : `between ${from} and ${to}, inclusive`;
  return matching((value) => Number.isFinite(value) && (value as number) >= from && (value as number) <= to, range);
}

export function oneOf(...options: readonly unknown[]): Check {
  return matching((value) => options.includes(value), `one of ${options.map(show).join(', ')}`);
}

export function optional(check: Check): Check {
  return v.optional(check);
}

export function listOf(check: Check): Check {
  return v.array(check, mustBe('a list'));
}

/** A list with something in it. */
export function someOf(check: Check): Check {
  return v.pipe(
    matching((value) => Array.isArray(value) && value.length > 0, 'a list, not empty'),
    v.array(check as v.GenericSchema<unknown>),
  );
}

/** A map of which every key and every value is checked. */
export function mapOf(key: Check, value: Check): Check {
  return v.pipe(matching(isMap, 'a map'), v.record(key as v.GenericSchema<string>, v.optional(value)));
}

/** A value of this shape, of which a condition holds as a whole. */
export function satisfying<Value>(shape: Check, condition: (value: Value) => boolean, what: string): Check {
  return v.pipe(
    shape as v.GenericSchema<unknown>,
    matching((value) => condition(value as Value), what),
  );
}

/** A list of names or numbers, none of them twice. */
export function withoutRepeats(list: Check): Check {
  return satisfying<readonly unknown[]>(
    list,
    (items) => new Set(items).size === items.length,
    'a list that names each once',
  );
}

/** A map with known fields; others are refused. */
export function fields(checks: Readonly<Record<string, Check>>): Check {
  return v.pipe(
    matching(isMap, 'a map'),
    v.strictObject(checks, ({ expected }) =>
      expected === 'never' ? 'must not be set, there is no such property' : 'must be set',
    ),
  );
}

/** The first shape whose test says yes; a value that fits none must be `what`. */
export function either(
  what: string,
  ...shapes: readonly (readonly [test: (value: unknown) => boolean, check: Check])[]
): Check {
  return v.lazy((value) => shapes.find(([test]) => test(value))?.[1] ?? matching(() => false, what));
}

function isPlainData(value: unknown, above: readonly unknown[] = []): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return true;
  if (isText(value)) return isEncodable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || above.includes(value)) return false;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.every((item) => isPlainData(item, inside));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return Object.entries(value).every(([name, item]) => isEncodable(name) && isPlainData(item, inside));
}

function isCidr(value: unknown): boolean {
  if (!isText(value)) return false;
  const [address = '', bits = '', ...more] = value.split('/');
  const longest = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest;
}
