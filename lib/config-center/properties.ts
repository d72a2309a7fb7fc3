/**
 * A tree of values as Java properties: `server.port=8080`, `carriers[0]=north`. What is not ASCII is escaped, because
 * Java reads these files as Latin-1.
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
 */
export function toProperties(value: object): string {
  return entries('', value)
    .map(([key, text]) => `${escapedKey(key)}=${escapedValue(text)}\n`)
    .join('');
}

function entries(place: string, value: unknown): [key: string, text: string][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => entries(`${place}[${index}]`, item));
  if (typeof value !== 'object' || value === null) return [[place, String(value ?? '')]];
  return Object.entries(value).flatMap(([name, item]) => entries(place === '' ? name : `${place}.${name}`, item));
}

const escapedKey = (key: string): string => escaped(key).replace(/[ :=#!]/g, '\\$&');
/** Only blanks at the beginning would be lost. */
const escapedValue = (value: string): string => escaped(value).replace(/^ /, '\\ ');

const controls: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };

function escaped(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/[\n\r\t\f]/g, (control) => controls[control] as string)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
