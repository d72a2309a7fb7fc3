import fc from 'fast-check';
import { toYaml } from '../../lib/kubernetes/yaml';
import { contentHash } from '../../lib/metadata/hash';
import { GENERATION_OF } from '../../lib/metadata/labels';
import { HEADER, joinDocuments, splitDocuments } from '../../lib/synth/documents';
import { withEarlierGenerations } from '../../lib/synth/generations';

type Data = Readonly<Record<string, string>>;

const document = (manifest: object) => ({ manifest, text: toYaml(manifest) });
const config = (of: string, data: Data, namespace = 'production') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${of}-${contentHash(data)}`, namespace, labels: { [GENERATION_OF]: of } },
  immutable: true,
  data,
});
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' } };

/** Synthesizes one after another into the same file, the way that the app does. */
const history = (runs: readonly (readonly object[])[], keep = 3): string =>
  runs.reduce<string | undefined>(
    (previous, objects) => joinDocuments(withEarlierGenerations(objects.map(document), previous, keep)),
    undefined,
  ) as string;

/** The levels that the config maps of a file hold, from top to bottom. */
const levels = (text: string): string[] =>
  splitDocuments(text).flatMap((part) => /^ {2}LEVEL: '?(.*?)'?$/m.exec(part)?.[1] ?? []);

const level = (value: string) => [config('orders-settings', { LEVEL: value }), service];

test('keeps the config of the previous revision, so that a rollback finds it', () => {
  expect(levels(history([level('info'), level('debug')]))).toEqual(['debug', 'info']);
});

test('writes earlier generations right behind the current one', () => {
  const kinds = splitDocuments(history([level('info'), level('debug')])).map((text) => /^kind: (.*)$/m.exec(text)?.[1]);
  expect(kinds).toEqual(['ConfigMap', 'ConfigMap', 'Service']);
});

test('keeps no more than was asked for, and drops the oldest', () => {
  expect(levels(history([level('a'), level('b'), level('c'), level('d')], 2))).toEqual(['d', 'c', 'b']);
});

test('keeps none when none is wanted', () => {
  expect(levels(history([level('a'), level('b')], 0))).toEqual(['b']);
});

test('moves a generation that returns to the front', () => {
  expect(levels(history([level('a'), level('b'), level('c'), level('a')]))).toEqual(['a', 'c', 'b']);
});

test('writes the same bytes when nothing has changed', () => {
  const once = history([level('a'), level('b'), level('c')]);
  expect(history([level('a'), level('b'), level('c'), level('c'), level('c')])).toBe(once);
});

test('leaves an earlier generation as it is, byte for byte', () => {
  const first = history([level('a')]);
  expect(history([level('a'), level('b')])).toContain(splitDocuments(first)[0] as string);
});

test('drops what somebody has edited by hand', () => {
  const edited = history([level('a')]).replace('LEVEL: a', 'LEVEL: z');
  expect(levels(joinDocuments(withEarlierGenerations(level('b').map(document), edited, 3)))).toEqual(['b']);
});

test.each([
  ['cannot be read', `${HEADER}---\n${GENERATION_OF}: [\n`],
  ['is no object', `${HEADER}---\n"${GENERATION_OF}"\n`],
  ['is another kind', `${HEADER}---\nkind: Secret\nmetadata: { labels: { ${GENERATION_OF}: orders-settings } }\n`],
  ['has no name', `${HEADER}---\nkind: ConfigMap\nmetadata: { labels: { ${GENERATION_OF}: orders-settings } }\n`],
  ['holds bytes beside text', history([level('a')]).replace('data:', 'binaryData: { b: AAAA }\ndata:')],
])('drops what %s', (_, previous) => {
  expect(withEarlierGenerations(level('b').map(document), previous, 3)).toHaveLength(2);
});

test('keeps the generations of each consumer apart', () => {
  const both = (orders: string, cart: string) => [
    config('orders-settings', { LEVEL: orders }),
    config('cart-settings', { LEVEL: cart }),
  ];
  expect(levels(history([both('a', 'x'), both('b', 'x'), both('c', 'y')]))).toEqual(['c', 'b', 'a', 'y', 'x']);
});

test('writes what two config maps of one line share only once', () => {
  const [first, second] = [config('orders-settings', { LEVEL: 'b' }), config('orders-settings', { LEVEL: 'c' })];
  expect(levels(history([level('a'), [first, second]]))).toEqual(['b', 'a', 'c']);
});

test('takes its generations away with a consumer that is gone', () => {
  expect(levels(history([level('a'), level('b'), [service]]))).toEqual([]);
});

test('leaves behind what was made for another namespace', () => {
  const moved = [config('orders-settings', { LEVEL: 'b' }, 'shop')];
  expect(levels(history([level('a'), moved]))).toEqual(['b']);
});

test('recognizes its own whatever text it holds', () => {
  const hazard = fc.constantFrom(
    'yes',
    '0o17',
    '1_000',
    '12:30:45',
    '2020-01-01',
    '---\nx',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\r',
    'a\n',
    '<<',
    '=',
    '{{ a }}',
    '$(B)',
    "'",
    '"',
    ' x ',
    '',
  );
  const text = fc
    .oneof(hazard, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
    .filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/), text, { minKeys: 1 }), (data) => {
      const [before, after] = [config('orders-settings', data), config('orders-settings', { ...data, LEVEL: 'new' })];
      fc.pre(before.metadata.name !== after.metadata.name);
      const documents = splitDocuments(history([[before], [after]]));
      expect(documents).toEqual([toYaml(after), toYaml(before)]);
    }),
  );
});
