import fc from 'fast-check';
import { type Duration, isDuration, seconds } from '../../lib/kubernetes/duration';

test.each<[Duration, number]>([
  ['250ms', 0.25],
  ['2s', 2],
  ['1.5m', 90],
  ['1h', 3_600],
  ['0s', 0],
])('%s lasts %d seconds', (duration, value) => expect(seconds(duration)).toBe(value));

test.each(['', '2', 's', '2 s', '-2s', '1h30m', '2S', '1d', '.5s', 2, null])('%j is none', (value) =>
  expect(isDuration(value)).toBe(false),
);

test('units agree', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000 }), (count) => {
      expect(seconds(`${count}s`)).toBe(seconds(`${count * 1_000}ms`));
      expect(seconds(`${count}m`)).toBe(seconds(`${count * 60}s`));
      expect(seconds(`${count}h`)).toBe(seconds(`${count * 60}m`));
    }),
  );
});
