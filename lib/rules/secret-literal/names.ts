/**
 * The library recognizes secrets by their form. `DB_PASSWORD: hunter2` has none: only its name says what it is. So under
 * a name like that the value must be a reference.
 */
const names =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|REQUIREPASS|MASTERAUTH|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|(?<named>SECRET|TOKEN|CREDENTIALS?)|(?<=_)(?:PWD|PASS))$/;

/** `TLS_SECRET` is the name of a Secret. */
const nameOfSecret = /(?:^|_)(?:TLS|CERT|CERTIFICATE|PULL|K8S|KUBERNETES)_SECRET$/;

type Kind = 'secret' | 'password' | undefined;

const known = { alone: new Map<string, Kind>(), inFile: new Map<string, Kind>() };

/**
 * Whether a variable or property of this name holds a secret: a password, which may be a number, or another.
 *
 * @param alone - whether `token` and `secret` say enough without a word before them; in a file they are often names
 */
export function secretName(name: string, alone = true): Kind {
  const judgements = known[alone ? 'alone' : 'inFile'];
  if (!judgements.has(name)) judgements.set(name, judged(name, alone));
  return judgements.get(name);
}

function judged(name: string, alone: boolean): Kind {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  const found = names.exec(words);
  if (found === null || nameOfSecret.test(words)) return undefined;
  if (!alone && found.groups?.named === words) return undefined;
  return /(?:PASSWORD|PASSWD|PASSPHRASE|REQUIREPASS|_PWD)$/.test(words) ? 'password' : 'secret';
}

const noSecret =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined|enabled?|disabled?|required|optional|default|redacted|hidden|[*x.]+|-+)$/i;
/** `${NAME}`, `$(NAME)`, `$NAME`, `{{ name }}`, `%NAME%`, `<name>`, `ENC(…)`, a call of a function. */
const placeholder = /\$[({A-Za-z_]|\{\{|^%\w+%$|^<.*>$|^\w[\w.]*\(/;
/** A path, or where a program finds the value. */
const reference = /^(?:\.{0,2}\/|[a-z][a-z0-9+.-]*:\/\/|(?:vault|secret|ssm|file|env|ref|arn|op|sops|classpath):)/i;

/** Whether a value is given as it is, not by a reference to where it is found. */
export function isLiteral(value: string): boolean {
  const trimmed = value.trim();
  return trimmed !== '' && !noSecret.test(trimmed) && !placeholder.test(trimmed) && !reference.test(trimmed);
}

/** Whether a name and its value together are a secret in the open. */
export function isSecretPair(name: string, value: string, alone = true): boolean {
  const kind = secretName(name, alone);
  if (kind === undefined || !isLiteral(value)) return false;
  // `SESSION_TOKEN: 3600` and `TOKEN: 15m` say how long, a word of three letters says which.
  return kind === 'password' || (value.length > 3 && !/^\d+(?:\.\d+)?(?:ms|s|m|h|d)?$/.test(value.trim()));
}

/** A line of YAML, properties or the like; or a field in a line of JSON. */
const assignment =
  /^[ \t-]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'!*&|>#[{][^\s,;]*))[ \t,;]*(?:#.*)?$|"([A-Za-z_][\w.-]*)"\s*:\s*"([^"\n]*)"/gm;

/** The name of the first secret that stands in the open in the text of a file. */
export function secretInFile(text: string): string | undefined {
  // Cheaper than looking at every line.
  if (!/pass|pwd|secret|token|key|credential|masterauth/i.test(text)) return undefined;
  for (const [, name, double, single, plain, field, quoted] of text.matchAll(assignment)) {
    const [key, value] = [name ?? field ?? '', double ?? single ?? plain ?? quoted ?? ''];
    if (isSecretPair(key, value, false)) return key;
  }
  return undefined;
}

/** The option that gives a secret in the open: `--password=hunter2`, `-Ddb.password=hunter2`, `--requirepass hunter2`. */
export function secretOption(args: readonly unknown[]): { readonly index: number; readonly name: string } | undefined {
  for (const [index, arg] of args.entries()) {
    if (typeof arg !== 'string' || !arg.startsWith('-')) continue;
    const [, name = '', value] = /^-(?:-|D)?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const given = value ?? args[index + 1];
    if (typeof given !== 'string' || (value === undefined && given.startsWith('-'))) continue;
    if (isSecretPair(name, given)) return { index, name };
  }
  return undefined;
}
