import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { detect } from './secret-literal/detectors';
import { isSecretPair, secretInFile, secretOption } from './secret-literal/names';
import { type Step, shownPath, type Visitor, visitTexts } from './secret-literal/texts';

const FIX =
  'keep the value out of the program: name the Secret and the key that hold it, such as ' +
  "secrets: { DB_PASSWORD: { secret: 'orders-db', key: 'password' } } of a ConfigCenter. What was committed is known: change it";

/** The shortest text in which a detector finds anything is `xoxb-a-b`. */
const SHORTEST = 8;

export const secretLiteral: Rule = {
  id: 'secret-literal',
  severity: 'error',
  summary: 'No secret stands in the manifests.',
  *check({ objects }) {
    // Most texts occur in many objects; each is looked at once.
    const texts = new Set<string>();
    const named: ObjectRecord[] = [];
    const steps: Step[] = [];
    let tells = false;
    const visitor = collector(texts, () => {
      tells = true;
    });
    for (const object of objects) {
      if (object.manifest.kind === 'Secret') yield* secretData(object);
      tells = false;
      visitTexts(object.manifest, visitor, steps);
      if (tells) named.push(object);
    }
    const found = detect([...texts]);
    // Where it is has to be known only of what was found.
    for (const holder of found.size > 0 ? objects : named) yield* located(holder, found);
  },
};

/** Collects the texts that the detectors are to see, and tells when a name gives something away already. */
function collector(texts: Set<string>, tell: () => void): Visitor {
  const collect = (text: string) => {
    if (text.length >= SHORTEST) texts.add(text);
  };
  return {
    text: collect,
    variable: (name, value) => (isSecretPair(name, value) ? tell() : collect(`${name}=${value}`)),
    content: (key, value) => (secretKey(key, value) === undefined ? collect(contentText(key, value)) : tell()),
    list: (items) => {
      if (secretOption(items) !== undefined) tell();
    },
  };
}

function located({ manifest, path }: ObjectRecord, found: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = [];
  const steps: Step[] = [];
  const say = (what: string, ...further: Step[]): void => {
    const place = `${manifest.kind} ${manifest.metadata?.name}, ${shownPath([...steps, ...further])}`;
    violations.push({ path, message: `${place}: ${what}`, fix: FIX });
  };
  const look = (text: string): void => {
    const what = found.get(text);
    if (what !== undefined) say(`holds ${what}`);
  };
  const inTheOpen = (name: string) => `${name} has its value in the open`;
  visitTexts(
    manifest,
    {
      text: look,
      variable: (name, value) => (isSecretPair(name, value) ? say(inTheOpen(name)) : look(`${name}=${value}`)),
      content: (key, value) => {
        const name = secretKey(key, value);
        if (name === undefined) look(contentText(key, value));
        else say(inTheOpen(name));
      },
      list: (items) => {
        const option = secretOption(items);
        if (option !== undefined) say(inTheOpen(`the option ${option.name}`), option.index);
      },
    },
    steps,
  );
  return violations;
}

const isFile = (key: string, value: string): boolean => key.includes('.') || value.includes('\n');
/** A file begins where it begins; a variable is recognized by its name too. */
const contentText = (key: string, value: string): string => (isFile(key, value) ? value : `${key}=${value}`);

/** The name under which a ConfigMap gives a secret in the open: its key, or a name in the file. */
function secretKey(key: string, value: string): string | undefined {
  if (isFile(key, value)) return secretInFile(value);
  return isSecretPair(key, value) ? key : undefined;
}

/** A Secret is made by people or operators, never here. */
function* secretData({ manifest, path }: ObjectRecord): Iterable<Violation> {
  for (const field of ['data', 'stringData']) {
    const keys = Object.keys(manifest[field] ?? {});
    if (keys.length === 0) continue;
    const message = `Secret ${manifest.metadata?.name}, ${field}: holds ${keys.join(', ')}; whoever reads the manifests reads them too`;
    yield {
      path,
      message,
      fix: 'leave the Secret to those who keep secrets, or to an ExternalSecret, and refer to it by name',
    };
  }
}
