import fc from 'fast-check';

/** Text that some reader takes for something else, or stumbles over, each between blanks. */
const words = `
  y N yes No on OFF true False null Null ~ nan .nan .inf -.Inf 0o17 017 0x1F 0b11 1_000 1e3 1E3 .5 5. +1 -0 12:30:45
  190:20:30 1_0001e3 08_0 0o1_7 -0o1_7 1e3017 1_ 1,000 12e03 0x_1 _1 1__0 +.5 -.5e-3 1e+9 0777 0o8 0b12 --- ... -
  ? : 2020-01-01 2020-01-01T00:00:00Z = << ! !tag !!binary & &anchor * *alias %TAG @at \`tick\` , [ ] { } [a] {a} | > |- >+ ' " # \\
  \\n key: :value #text a:b a#b $ $$ $(NAME) $$(NAME) \${NAME} {{.Values.name}} {{ }} <%= %> \`id\` $(id) ;reboot &&id ||id
  ../../etc/passwd C:\\dir 100% 1.10 0.1 1Gi 100m 5s 1.2.3 NaN Infinity -Infinity None undefined`
  .split(/\s+/)
  .filter((word) => word !== '');

/** The same with blanks, line ends, control characters and letters of all the world in them. */
const phrases = [
  '',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  'a\rb',
  'a\r\nb',
  'a\n',
  'a\n\n',
  '\na',
  'a\n b',
  ' a\nb',
  'a\n\n\nb',
  'a \nb',
  'a\t\nb',
  '\n\n a\nb\n',
  '---\na',
  'a\n---\nb',
  'a\n--- b\n',
  'a\n...\n',
  '\ttab',
  'tab\t',
  ' lead',
  'trail ',
  '- item',
  '? key',
  ': value',
  'key: value',
  'text # comment',
  'a, b',
  "it's",
  '"quoted"',
  'a: "b\'c',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u007f',
  '\u0080',
  '\u0085',
  'a\u0085b',
  '\u00a0',
  '\u00ad',
  '\u200b',
  '\u2028',
  'a\u2029b',
  '\ufeff',
  'a\ufeffb',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\ufdd0',
  '😀',
  'é',
  'e\u0301',
  '日本語',
  'ß İ ı ﬁ',
  '\u202etxt.exe',
  'x'.repeat(2_000),
  'word '.repeat(100),
  `${'k'.repeat(1_100)}: v`,
  'apiVersion: v1\nkind: Pod\nmetadata: {name: evil}\n',
  'x\n---\napiVersion: v1\nkind: Secret\n',
  "'; rm -rf / #",
  '{{ include "chart.name" . }}',
];

export const hazards: readonly string[] = [...words, ...phrases];

/** Those that the library lets through: the API server takes no others from whoever applies on the server. */
export const carried: readonly string[] = hazards.filter((hazard) => !/[\u007f-\u009f\ufffe\uffff]/.test(hazard));

/** Any text that UTF-8 has a place for, and above all what is dangerous. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hazards),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }).filter((value) => value.isWellFormed()),
  fc.array(fc.constantFrom(...hazards), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  fc.stringMatching(/^[-A-Za-z0-9_./:@]{1,12}$/),
  fc.stringMatching(/^[-+.0-9_exobEXOB:]{1,8}$/),
);

const scalar = fc.oneof(
  { arbitrary: text, weight: 6 },
  fc.integer().map((value) => value || 0),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
  fc.boolean(),
  fc.constant(null),
);

/** A document with such text at every depth, as keys and as values. */
export const documents: fc.Arbitrary<Record<string, unknown>> = fc
  .letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      scalar,
      fc.array(tie('tree'), { maxLength: 6 }),
      fc.dictionary(text, tie('tree'), { maxKeys: 6 }),
    ),
  }))
  .tree.chain((tree) => fc.dictionary(text, scalar, { minKeys: 20, maxKeys: 40 }).map((map) => ({ ...map, tree })));

/** How many keys and values there are in it, at every depth. */
export function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countValues(item), 0);
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + countValues(item), 0);
}
