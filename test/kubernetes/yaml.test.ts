import fc from 'fast-check';
import { dump, load, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';
import { toYaml } from '../../lib/kubernetes/yaml';
import { joinDocuments, splitDocuments } from '../../lib/synth/documents';

/** What something else than text looks like in one version of YAML or the other, or what a parser stumbles over. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: text that looks like a template
const hazards = [
  ...[
    'y',
    'N',
    'yes',
    'No',
    'on',
    'OFF',
    'true',
    'False',
    'null',
    'Null',
    '~',
    '',
    ' ',
    'nan',
    '.nan',
    '.inf',
    '-.Inf',
  ],
  ...[
    '0o17',
    '017',
    '0x1F',
    '0b11',
    '1_000',
    '1e3',
    '1E3',
    '.5',
    '5.',
    '+1',
    '-0',
    '12:30:45',
    '190:20:30',
    '1_0001e3',
    '08_0',
    '0o1_7',
    '-0o1_7',
    '1e3017',
    '1_',
    '1,000',
    '12e03',
  ],
  ...[
    '2020-01-01',
    '2020-01-01T00:00:00Z',
    '=',
    '<<',
    '!tag',
    '&anchor',
    '*alias',
    '%TAG',
    '@at',
    '`tick`',
    '---',
    '...',
  ],
  ...[
    '- item',
    '? key',
    ': value',
    'key: value',
    'key:',
    '# comment',
    'text # comment',
    '[a]',
    '{a}',
    'a, b',
    '|',
    '>',
    '"',
    "'",
  ],
  ...[
    '\u0085',
    '\u2028',
    '\u2029',
    '\uFEFF',
    'a\uFEFFb',
    '\r',
    'a\rb',
    'a\r\nb',
    '\t',
    '\ttab',
    'tab\t',
    ' lead',
    'trail ',
    '\u0000',
    '\u0007',
    '\u007f',
  ],
  ...[
    'a\n',
    'a\n\n',
    '\na',
    '\n',
    'a\n b',
    ' a\nb',
    'a\n\n\nb',
    'a \nb',
    'a\t\nb',
    '\n\n a\nb\n',
    '---\na',
    'a\n---\nb',
    'a\n...\n',
    '😀',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '日本',
  ],
  ...[
    '$(NAME)',
    '${NAME}',
    '{{ .Values.name }}',
    '$$',
    '`id`',
    'a\\nb',
    "it's",
    '"quoted"',
    'x'.repeat(2_000),
    'word '.repeat(100),
  ],
];

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

const text = fc.oneof(
  fc.constantFrom(...hazards),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }).filter((value) => value.isWellFormed()),
  fc.array(fc.constantFrom(...hazards), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  fc.stringMatching(/^[-A-Za-z0-9_./:@]{1,12}$/),
  fc.stringMatching(/^[.0-9]{1,4}[.:0-9a-zA-Z]{1,4}$/),
);
/** A manifest with texts of this kind at any depth, as keys and as values. */
function manifests(texts: fc.Arbitrary<string>) {
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(
      texts,
      number.map((value) => value || 0),
      fc.boolean(),
      fc.constant(null),
    ),
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(texts, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  return fc.record({ apiVersion: texts, metadata: fc.dictionary(texts, texts), spec: tree });
}

test.each(hazards.map((hazard) => [JSON.stringify(hazard).slice(0, 40), hazard]))('%s stays text', (_, hazard) => {
  const value = { value: hazard, list: [hazard, [hazard]], inside: { deep: [{ er: hazard }] }, [hazard]: 'as a key' };
  expect(load(toYaml(value), { schema: YAML11_SCHEMA })).toEqual(value);
  expect(parse(toYaml(value), { version: '1.1' })).toEqual(value);
});

test('whatever is written is read back as the same, by two parsers of YAML 1.1', () => {
  /**
   * The package `yaml` takes a lone dot, exponent or prefix for a number that is none, and loses a last line of blanks
   * where the first one is indented. It is alone in both.
   */
  const isMisread = (value: string) =>
    (/^[-+.eE\d](?!nan)[-+.\w]*$/i.test(value) && Number.isNaN(parse(value, { version: '1.1' }))) ||
    /^\s.*\n +$/s.test(value);
  fc.assert(
    fc.property(manifests(text.filter((value) => !isMisread(value))), (value) => {
      expect(load(toYaml(value), { schema: YAML11_SCHEMA })).toEqual(value);
      expect(parse(toYaml(value), { version: '1.1' })).toEqual(value);
    }),
    { numRuns: 1_000 },
  );
});

test('writes what js-yaml writes, but for what only Kubernetes takes for a number', () => {
  const seemsNumber = (value: string) => /^[-+.\d][-+.\w]*$/.test(value) && /[_ebox]/i.test(value);
  fc.assert(
    fc.property(manifests(text.filter((value) => !seemsNumber(value))), (value) => {
      expect(toYaml(value)).toBe(dump(value, { noRefs: true, lineWidth: -1 }).replace(/\n\.\.\.\n$/, '\n'));
    }),
    { numRuns: 1_000 },
  );
});

test('a key that begins with a question mark holds a map or a list like any other', () => {
  expect(toYaml({ '?a': { b: [1] } })).toBe('?a:\n  b:\n    - 1\n');
});

test('no key begins a document of its own, or ends one', () => {
  expect(toYaml({ '---a': 1, '... b': 2, inside: { '---a': 1 } })).toBe('"---a": 1\n"... b": 2\ninside:\n  ---a: 1\n');
});

test('what is a number only without its underscores is text', () => {
  expect(toYaml(['+_81._', '-_0', '_1'])).toBe("- '+_81._'\n- '-_0'\n- _1\n");
});

test('refuses what is no plain data', () => {
  expect(() => toYaml({ spec: { run: () => 0 } })).toThrow('unacceptable kind of an object');
});

test('leaves out what is undefined', () => {
  expect(toYaml({ kind: 'Pod', spec: undefined })).toBe('kind: Pod\n');
});

test('splits a file into the documents that were joined', () => {
  fc.assert(
    fc.property(fc.array(manifests(text), { minLength: 1, maxLength: 4 }), (values) => {
      const documents = values.map(toYaml);
      expect(splitDocuments(joinDocuments(documents))).toEqual(documents);
    }),
  );
});
