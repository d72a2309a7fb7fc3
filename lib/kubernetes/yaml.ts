import { DUMP_SCHEMA, jsToAst, present } from 'js-yaml';

/**
 * One object as YAML that Kubernetes' own parser, which reads YAML 1.1, takes back as the same values: js-yaml quotes
 * what is anything but text in either version of YAML. No anchors and no folded lines, because people read the diff.
 *
 * Dumping is most of what a synth takes. So the frame of maps and lists is written here, which is several times
 * faster, and js-yaml is asked for all text that is not a plain word. What comes out is what js-yaml would write.
 */
export function toYaml(manifest: unknown): string {
  return isFilled(manifest) ? block(manifest, '') : byJsYaml(manifest);
}

type Filled = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The lines of a map or a list, each after the same indentation. */
function block(value: Filled, indentation: string): string {
  let lines = '';
  if (Array.isArray(value)) {
    for (const item of value) lines += `${indentation}-${beside(item, indentation)}`;
    return lines;
  }
  for (const [key, content] of Object.entries(value)) {
    if (content === undefined) continue;
    const start = keyText(key, indentation);
    if (isFilled(content) && !start.startsWith('? '))
      lines += `${indentation}${start}\n${block(content, `${indentation}  `)}`;
    else lines += `${indentation}${start}${beside(content, indentation)}`;
  }
  return lines;
}

/** What begins on the line of its dash or key: text, or the first entry of a map or list. */
function beside(value: unknown, indentation: string): string {
  if (!isFilled(value)) return ` ${scalar(value, indentation)}`;
  return ` ${block(value, `${indentation}  `).slice(indentation.length + 2)}`;
}

/** What is neither a filled map nor a filled list, to the end of its last line. */
function scalar(value: unknown, indentation: string): string {
  if (typeof value === 'string') {
    if (isWord(value)) return `${value}\n`;
    if (readsAsNumber(value)) return `'${value}'\n`;
  } else if (typeof value === 'boolean' || Number.isSafeInteger(value)) return `${value}\n`;
  // Inside a map, because at the beginning of a document some text would have to be written in another way.
  return indented(byJsYaml({ a: value }), indentation).slice(indentation.length + 'a: '.length);
}

/** A key and its colon, which stand on a line of their own each where the key is very long. */
function keyText(key: string, indentation: string): string {
  if (key.length < 1_000 && isWord(key)) return `${key}:`;
  if (key.length < 1_000 && readsAsNumber(key)) return `'${key}':`;
  const written = byJsYaml({ [key]: 0 }).slice(0, -' 0\n'.length);
  // kubectl cuts a file wherever a line begins with dashes, and parsers end a document at dots.
  if (indentation === '' && /^(?:---|\.\.\.)/.test(written)) return `${JSON.stringify(key)}:`;
  return indented(written, indentation).slice(indentation.length);
}

const style = { schema: DUMP_SCHEMA, lineWidth: -1 };

/**
 * What `dump` does, without its work for options that are not used here, and without the mark after text that ends in
 * empty lines: another entry may follow.
 */
function byJsYaml(value: unknown): string {
  return present(jsToAst(value, DUMP_SCHEMA, { noRefs: true }), style).replace(/\n\.\.\.\n$/, '\n');
}

/** Empty lines stay empty: they belong to text of several lines. */
function indented(lines: string, indentation: string): string {
  return indentation === '' ? lines : lines.replace(/^(?=.)/gm, indentation);
}

function isFilled(value: unknown): value is Filled {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  const prototype = Object.getPrototypeOf(value);
  const isMap = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isMap && Object.keys(value).length > 0;
}

/** Names, paths, addresses and images; versions; quantities. */
const word = /^(?:[A-Za-z/][-\w./@]*(?::[-\w./@]+)*|\d+(?:\.\d+){2,}|\d+(?:\.\d+)?(?:m|s|[KMGT]i))$/;
const wordsWithMeaning = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Whether it is itself wherever it stands, in every version of YAML. */
function isWord(text: string): boolean {
  return word.test(text) && !wordsWithMeaning.test(text);
}

/** Kubernetes' parser takes the underscores out of whatever looks like a number; js-yaml minds only those of YAML. */
function readsAsNumber(text: string): boolean {
  if (!/^[-+.\d][-+.\w]*$/.test(text)) return false;
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  return /^[.\d]/.test(digits) && !Number.isNaN(Number(digits));
}
