import fc from 'fast-check';
import { merged } from '../../lib/kubernetes/merge';
import { deepFreeze } from '../support/deep-freeze';

const key = fc.constantFrom('name', 'a', 'b', 'c', '__proto__');
const data = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(0, 1, '', 'x', true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('maps are merged, other values replaced', () => {
  expect(merged({ a: 1, b: { c: 1, d: 2 } }, { b: { c: 3 } })).toEqual({ a: 1, b: { c: 3, d: 2 } });
});

test('null takes a field away, undefined says nothing, 0 and false are values', () => {
  expect(merged({ a: 1, b: 2, c: 3, d: 4 }, { a: null, b: undefined, c: 0, d: false })).toEqual({
    b: 2,
    c: 0,
    d: false,
  });
});

test('null takes away what is not there', () => {
  expect(merged({}, { a: { b: null } })).toEqual({ a: {} });
});

test('lists of things with names are merged by name, and new ones come last', () => {
  const containers = [
    { name: 'app', image: 'a:1' },
    { name: 'proxy', image: 'p:1' },
  ];
  expect(merged(containers, [{ name: 'new' }, { name: 'app', stdin: true }])).toEqual([
    { name: 'app', image: 'a:1', stdin: true },
    { name: 'proxy', image: 'p:1' },
    { name: 'new' },
  ]);
});

test('other lists are replaced', () => {
  expect(merged({ args: ['a', 'b'] }, { args: ['c'] })).toEqual({ args: ['c'] });
});

test('leaves both as they were', () => {
  fc.assert(fc.property(data, data, (base, patch) => void merged(deepFreeze(base), deepFreeze(patch))));
});

test('a patch that says nothing changes nothing', () => {
  fc.assert(fc.property(fc.dictionary(key, data), (base) => expect(merged(base, {})).toEqual(base)));
});

test('twice is the same as once', () => {
  fc.assert(
    fc.property(data, data, (base, patch) => {
      const once = merged(base, patch);
      // Lists without names are replaced, and two items of one name are two.
      fc.pre(!JSON.stringify(patch).includes('"name"'));
      expect(merged(once, patch)).toEqual(once);
    }),
  );
});

test('a field that is named like a part of every object is a field', () => {
  const patch = JSON.parse('{ "__proto__": { "polluted": true } }');
  merged({}, patch);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
