import { isLiteral } from './names';

/** Between texts, so that nothing is found that begins in one and ends in the next. */
const BETWEEN = '\n\0\n';

/**
 * Looks through all texts at once: the detectors are fast on one long text and slow on many short ones. Which of the
 * texts it was is worked out only for what is found.
 *
 * @returns for each text in which something is found what it is; never the secret itself
 */
export function detect(texts: readonly string[]): ReadonlyMap<string, string> {
  const joined = texts.join(BETWEEN);
  const found = [...passwordsInAddresses(joined), ...(canBeFound.test(joined) ? withLibrary(joined, texts) : [])];
  if (found.length === 0) return new Map();
  const starts: number[] = [];
  let start = 0;
  for (const text of texts) {
    starts.push(start);
    start += text.length + BETWEEN.length;
  }
  const hits = new Map<string, string[]>();
  for (const { at, what } of found) {
    const text = texts[indexAt(starts, at)] as string;
    const known = hits.get(text) ?? [];
    if (!known.includes(what)) hits.set(text, [...known, what]);
  }
  return new Map([...hits].map(([text, whats]) => [text, whats.join(' and ')]));
}

interface Found {
  readonly at: number;
  readonly what: string;
}

/**
 * Any address with a password in it. The detectors of the library know `http`, `ftp` and three databases, and of `http`
 * only hosts with a dot, which the names of Services do not have: `http://user:…@payments:8080` or
 * `redis://:…@sessions:6379` would pass.
 */
function passwordsInAddresses(joined: string): Found[] {
  return [...joined.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:([^\s/@]+)@/gi)]
    .filter(([, password = '']) => isLiteral(password) && !/^(password|passwd|pass|pw|secret)$/i.test(password))
    .map(({ index }) => ({ at: index, what: 'an address with a password in it' }));
}

/**
 * Without one of these texts none of the detectors of the library can find anything, and loading it is spared.
 * (A JSON text may hide a key behind `\u00…`.)
 */
const canBeFound =
  /:\/\/[^\s/]+@|access_?key|-----BEGIN|private_key|\\u00|x-oauth-basic|_authToken=|npm_|xox[abopr]-|xapp-|hooks\.slack\.com|SG\.|shp(?:pa|ca|at|ss)_|gh[pousr]_|github_pat_|sk-|lin_api_|ops_ey/i;

/** What of secretlint is used: rules that look at a text and report at once. */
interface SecretlintRule {
  readonly meta: { readonly id: string };
  create(context: object, options: object): { file(source: object): unknown };
}

function withLibrary(joined: string, texts: readonly string[]): Found[] {
  const { rules }: { rules: readonly SecretlintRule[] } = require('@secretlint/secretlint-rule-preset-recommend');
  const found: Found[] = [];
  const look = (content: string, offset: number, filePath: string | undefined, ext: string): void => {
    const context = {
      createTranslator: () => (messageId: string) => ({ messageId }),
      report: ({ message, range }: { message: { messageId: string }; range: readonly [number, number] }) =>
        found.push({ at: offset + range[0], what: `what secretlint calls ${message.messageId}` }),
    };
    for (const rule of rules) {
      // A comment in a text does not switch anything off here: exceptions are made in the program, with `suppress`.
      if (rule.meta.id.endsWith('-filter-comments')) continue;
      // Handlers are synchronous but for one, which reads a .p12 file from disk.
      rule.create(context, {}).file({ content, filePath, ext });
    }
  };
  // One rule tells files apart by their names, and looks for different things in each.
  look(joined, 0, undefined, '');
  look(joined, 0, '.npmrc', '');
  let offset = 0;
  for (const text of texts) {
    // Another takes nothing but the whole of a JSON document.
    const json = text.indexOf('{');
    if (json !== -1 && /private_key|\\u00/.test(text)) look(text.slice(json), offset + json, undefined, '.json');
    offset += text.length + BETWEEN.length;
  }
  return found;
}

/** The last of some ascending numbers that is not above another. */
function indexAt(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
