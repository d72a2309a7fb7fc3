import fc from 'fast-check';
import { amount, bytes, formatBytes, formatCpu, isQuantity, millicores } from '../../lib/kubernetes/quantity';

test.each([
  ['250m', 0.25],
  ['1.5', 1.5],
  ['2', 2],
  ['512Mi', 536_870_912],
  ['2G', 2_000_000_000],
  ['1e3', 1_000],
  ['.5Gi', 536_870_912],
  ['0', 0],
])('%s is %d', (quantity, value) => expect(amount(quantity)).toBe(value));

test.each(['', 'Mi', '1MiB', '1 Gi', '-1', '1,5', '١', '1e', 'NaN'])('%j is none', (text) =>
  expect(isQuantity(text)).toBe(false),
);

test('CPU is rounded up to thousandths, memory to bytes', () => {
  expect([millicores('0.0001'), millicores('100u'), bytes('1.5'), bytes('100m')]).toEqual([1, 1, 2, 1]);
});

test.each(['m', 'k', 'M', 'G', 'T'])('decimal fractions of %s are exact', (suffix) => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), (count) => {
      expect(bytes(`${count / 1_000}${suffix}`)).toBe(Math.ceil((count * amount(`1${suffix}`)) / 1_000));
    }),
  );
});

test('thousandths of a core come back as they were', () => {
  fc.assert(fc.property(fc.nat({ max: 1_000_000 }), (count) => expect(millicores(formatCpu(count))).toBe(count)));
});

test('bytes come back as they were', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (count) => expect(bytes(formatBytes(count))).toBe(count)));
});

test('what is formatted is a quantity, and never longer than the plain number', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (count) => {
      expect(isQuantity(formatBytes(count))).toBe(true);
      expect(formatBytes(count).length).toBeLessThanOrEqual(String(count).length + 1);
    }),
  );
});

test('a larger number is a larger quantity', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.constantFrom('m', '', 'k', 'Ki', 'Mi', 'Gi'), (a, b, suffix) => {
      expect(amount(`${a}${suffix}`) < amount(`${b}${suffix}`)).toBe(a < b);
    }),
  );
});
