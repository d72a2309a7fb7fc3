import fc from 'fast-check';
import { envVar, literal } from '../../lib/workload/env';

/** What the kubelet makes of a value, by its own rules: `$(NAME)` is replaced, `$$` is a dollar sign. */
function expanded(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) =>
    match === '$$' ? '$' : (variables[name as string] ?? match),
  );
}

const text = fc
  .array(fc.constantFrom('$', '(', ')', 'A', 'B', '{', '}', ' '), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('text arrives as it was written, whatever variables there are', () => {
  fc.assert(
    fc.property(text, (value) =>
      expect(expanded(literal(value), { A: 'changed', '': 'changed', B: 'changed' })).toBe(value),
    ),
  );
});

test('text that is to be expanded is', () => {
  expect(envVar('URL', { expand: 'http://$(HOST)' })).toEqual({ name: 'URL', value: 'http://$(HOST)' });
});
