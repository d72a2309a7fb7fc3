import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import type { System } from '../../lib/model/system';
import { configSize } from '../../lib/rules/config-size';

const check = (manifest: object) => {
  const object = { path: 'test/a', manifest: { kind: 'ConfigMap', metadata: { name: 'a' }, ...manifest } as Manifest };
  return [...configSize.check({ objects: [object] } as unknown as System)].map(
    ({ message, severity = configSize.severity }) => `${severity}: ${message}`,
  );
};

test('is silent on what fits', () => {
  expect(check({ data: { 'a.txt': 'x'.repeat(200_000) } })).toEqual([]);
  expect(check({})).toEqual([]);
});

test('counts the bytes of all values, and shows the sum', () => {
  const data = { 'a.txt': 'x'.repeat(600_000), 'b.txt': 'é'.repeat(200_000), c: 'x', d: 'xy', e: 'xyz' };
  const binaryData = { 'f.bin': Buffer.alloc(60_000).toString('base64') };
  expect(check({ data, binaryData })).toEqual([
    'error: ConfigMap a holds a.txt 600000 + b.txt 400000 + f.bin 60000 + 3 more 6 = 1060006 bytes; at most 1048576 (1 MiB) are accepted',
  ]);
});

test('accepts exactly 1 MiB', () => {
  const errors = (bytes: number) =>
    check({ data: { a: 'x'.repeat(bytes) } }).filter((text) => text.startsWith('error'));
  expect(errors(1_048_576)).toEqual([]);
  expect(errors(1_048_577)).toHaveLength(1);
});

test('warns of what kubectl apply cannot keep a copy of', () => {
  expect(check({ data: { a: '\n'.repeat(140_000) } })).toEqual([
    'warning: ConfigMap a is 280060 bytes of JSON; kubectl apply keeps a copy in an annotation, and all annotations together may have 262144 (256 KiB)',
  ]);
});

test('looks at nothing but ConfigMaps', () => {
  expect(check({ kind: 'Widget', data: { a: 'x'.repeat(2_000_000) } })).toEqual([]);
});
