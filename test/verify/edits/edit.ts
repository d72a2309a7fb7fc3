import fc from 'fast-check';
import { type Subject, subjects } from '../../support/constructs';
import { hazards, text } from '../values';

/** One property of a program that was right, changed at random. */
export interface Edit {
  readonly subject: Subject;
  /** The properties before. */
  readonly before: object;
  readonly props: object;
  /** The way to what was changed: `['resources', 'cpu']`. */
  readonly way: readonly string[];
  readonly value: unknown;
}

/** Values of all kinds, most of them wrong nearly everywhere, and those at the edges of what is right. */
const values: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 0.5, 1.5, 2, 3, 99, 100, 101, 253, 300, 1023, 1024, 10_000, 10_001],
  ...[
    29_999,
    30_000,
    32_767,
    32_768,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 63,
    1e21,
    1e300,
    5e-324,
  ],
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    10n,
    () => 1,
    Symbol('s'),
    new Date(0),
    /a/,
    new Map(),
  ],
  ...[
    [],
    {},
    [[]],
    [null],
    [''],
    ['a', 'a'],
    [{}],
    [{ name: 'a' }],
    { a: 1 },
    { '': '' },
    { a: null },
    { a: { b: 'c' } },
  ],
  ...['0', '1', '-1', '1.5', '0.1m', '1m', '999m', '1000', '1e3', '1E', '1Ei', '100Ei', '0Mi', '1Mi', '.5', '5.', '1n'],
  ...['9999999999999999999', '0.0000000001', '1e-9', '1e30', '1,5', '1 Gi', '128mi', '+1', '٣'],
  ...['0s', '1ms', '0.4s', '1.5s', '59s', '60m', '48h', '1000000h', '99999999999999999999s', '1d', '5', '1m30s', '-5s'],
  ...['0%', '1%', '50%', '100%', '101%', '1000%', '-1%', '1.5%', '%'],
  ...['a', 'A', 'a.b', 'a-b', '-a', 'a-', 'a_b', 'a..b', '.a', 'a/b', 'a/b/c', '1', '1a', 'example.com/x', 'ä', '😀'],
  ...[15, 16, 52, 53, 63, 64, 127, 128, 253, 254, 1_000, 300_000].map((length) => 'a'.repeat(length)),
  ...[63, 64, 253].map((length) => `a.${'b'.repeat(length)}`),
  ...['127.0.0.1', '10.0.0.0/8', '10.0.0.1/8', '0.0.0.0/0', '::/0', 'fd00::1', '256.0.0.1', '10.0.0.0/33', 'localhost'],
  ...[
    'http://example.com',
    'example.com:443',
    '*.example.com',
    '*',
    '*.com',
    'example.com.',
    'EXAMPLE.com',
    'exa_mple.com',
  ],
  ...['/', '/a', '/a/../b', '//', '/a b', '/a\n', '/a?b', 'relative', '/proc', '/tmp', '/etc/passwd', '/a:b', '\\'],
  ...[
    'image',
    'image:latest',
    'image:',
    ':1',
    'image@sha256:abc',
    'IMAGE:1',
    'a/b/c:1',
    'http://image',
    'image:1:2',
    'x y',
  ],
  ...['http', 'https', 'grpc', 'tcp', 'udp', 'TCP', 'ClusterIP', 'Always', 'kubernetes.io/x', 'kube-system', 'default'],
  ...hazards,
];

/** Something close to what stands there. */
function near(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return [value + 1, value - 1, value * 10, -value, value / 3, String(value)];
  if (typeof value === 'boolean') return [!value, String(value)];
  if (typeof value === 'string') {
    const half = value.slice(0, Math.ceil(value.length / 2));
    return [
      `${value} `,
      ` ${value}`,
      `${value}\n`,
      value.toUpperCase(),
      `${value}-`,
      `${value}${value}`,
      half,
      [value],
    ];
  }
  if (Array.isArray(value)) return [[...value, ...value], [], value.slice(1), [...value, null], value[0], { ...value }];
  const entries = Object.entries(value ?? {});
  return [
    {},
    entries,
    Object.fromEntries(entries.slice(1)),
    ...[
      '',
      ' ',
      'A',
      'a b',
      'unknown',
      '../x',
      'a\nb',
      '__proto__x',
      'x'.repeat(64),
      'x'.repeat(254),
      '$(A)',
      '0',
    ].flatMap((key) => [
      { ...(value as object), [key]: entries[0]?.[1] },
      Object.fromEntries(entries.map(([old, of], index) => [index === 0 ? key : old, of])),
    ]),
  ];
}

/** Every place in the properties, those of lists and maps themselves among them. */
function placesIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  const inside = Object.entries(value).flatMap(([key, of]) => placesIn(of, [...way, key]));
  return way.length === 0 ? inside : [way, ...inside];
}

const valueAt = (props: object, way: readonly string[]): unknown =>
  way.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], props);

function withValue(props: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const changed = withValue((props as Record<string, unknown>)[key], rest, value);
  if (Array.isArray(props)) return props.map((item: unknown, index) => (String(index) === key ? changed : item));
  return { ...(props as object), [key]: changed };
}

/** Every place of every construct is as likely as any other. */
const places = subjects.flatMap((subject) =>
  [subject.minimal, ...subject.full].flatMap((before) => placesIn(before).map((way) => ({ subject, before, way }))),
);

export const edits: fc.Arbitrary<Edit> = fc
  .constantFrom(...places)
  .chain(({ subject, before, way }) =>
    fc
      .oneof(
        { arbitrary: fc.constantFrom(...values), weight: 3 },
        { arbitrary: fc.constantFrom(...near(valueAt(before, way))), weight: 3 },
        { arbitrary: text, weight: 1 },
      )
      .map((value) => ({ subject, before, way, value, props: withValue(before, way, value) as object })),
  );
