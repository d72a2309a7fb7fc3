import fc from 'fast-check';
import { contentHash } from '../../lib/metadata/hash';
import { isDnsLabel, isLabelKey, isLabelValue, isPortName, toDnsLabel, variableName } from '../../lib/metadata/names';

test.each([
  ['orders', true],
  ['a', true],
  ['order-db-2', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['', false],
  ['Orders', false],
  ['2fast', false],
  ['-a', false],
  ['a-', false],
  ['a.b', false],
  ['a_b', false],
  ['orders\n', false],
])('%j as the name of a Service: %s', (name, isRight) => expect(isDnsLabel(name)).toBe(isRight));

test.each([
  ['http', true],
  ['h2c', true],
  ['a-very-long-nam', true],
  ['a-very-long-name', false],
  ['8080', false],
  ['a--b', false],
  ['http-', false],
])('%j as the name of a port: %s', (name, isRight) => expect(isPortName(name)).toBe(isRight));

test.each([
  ['team', true],
  ['example.com/team', true],
  ['Example.com/team', false],
  ['/team', false],
  ['a/b/c', false],
])('%j as the key of a label: %s', (key, isRight) => expect(isLabelKey(key)).toBe(isRight));

test('a label may be empty', () => expect(isLabelValue('')).toBe(true));

test.each([
  ['com.example.OrderService', 'com-example-orderservice'],
  ['Order Service', 'order-service'],
  ['42 orders', 'orders'],
  ['...', ''],
])('%j becomes the name %j', (text, name) => expect(toDnsLabel(text)).toBe(name));

test('any text becomes a name or nothing', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 63 }), (text) => {
      const name = toDnsLabel(text);
      expect(name === '' || isDnsLabel(name)).toBe(true);
    }),
  );
});

test('a name stays the same name', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,20}$/), (name) => expect(toDnsLabel(name)).toBe(name)),
  );
});

test('a name becomes the prefix of variables', () => expect(variableName('order-db')).toBe('ORDER_DB'));

describe('the hash of content', () => {
  test('does not know in which order keys were written', () => {
    expect(contentHash({ a: '1', b: { c: 1, d: 2 } })).toBe(contentHash({ b: { d: 2, c: 1 }, a: '1' }));
  });

  test('differs where the content does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.dictionary(fc.string(), fc.string()), (a, b) => {
        fc.pre(JSON.stringify(Object.entries(a).sort()) !== JSON.stringify(Object.entries(b).sort()));
        expect(contentHash(a)).not.toBe(contentHash(b));
      }),
    );
  });

  test('is ten digits, and the same on every machine', () => expect(contentHash({ a: '1' })).toMatch(/^[0-9a-f]{10}$/));
});
