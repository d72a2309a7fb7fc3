import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { fromFile, textOf } from '../../lib/config-center/content';
import { toProperties } from '../../lib/config-center/properties';
import { temporaryDirectory } from '../support/temporary';

test.each([
  ['a.json', '{\n  "port": 8080,\n  "hosts": [\n    "a"\n  ]\n}\n'],
  ['a.yaml', 'port: 8080\nhosts:\n  - a\n'],
  ['a.yml', 'port: 8080\nhosts:\n  - a\n'],
  ['a.properties', 'port=8080\nhosts[0]=a\n'],
  ['A.JSON', '{\n  "port": 8080,\n  "hosts": [\n    "a"\n  ]\n}\n'],
])('writes an object the way that %s says', (name, text) => {
  expect(textOf(name, { port: 8080, hosts: ['a'], none: undefined })).toEqual({ text });
});

test('writes text as it is, whatever the extension says', () => {
  expect(textOf('a.json', '{ not json')).toEqual({ text: '{ not json' });
});

test('takes an object that looks like a path for what it is', () => {
  expect(textOf('a.json', { path: '/etc/passwd', fromFile: 'x' })).toEqual({
    text: '{\n  "path": "/etc/passwd",\n  "fromFile": "x"\n}\n',
  });
});

test('takes a file from disk, byte for byte', () => {
  const path = join(temporaryDirectory(), 'app.conf');
  writeFileSync(path, '\ufeffé\r\nx\t\n\n');
  expect(textOf('a.json', fromFile(path))).toEqual({ text: '\ufeffé\r\nx\t\n\n' });
});

test.each<[string, (directory: string) => void, string]>([
  ['is not there', () => {}, 'cannot be read from {}: there is no such file'],
  ['is a directory', (path) => mkdirSync(path), 'cannot be read from {}: it is a directory'],
  ['is not text', (path) => writeFileSync(path, Buffer.from([0xff, 0x00])), 'must be UTF-8 text, but {} is not'],
  ['leads in a circle', (path) => symlinkSync(path, path), 'cannot be read from {}: ELOOP'],
])('says why, where a file on disk %s', (_, prepare, problem) => {
  const path = join(temporaryDirectory(), 'file');
  prepare(path);
  const result = textOf('a.txt', fromFile(path));
  expect('problem' in result && result.problem).toContain(problem.replace('{}', path));
});

test('reads back from YAML as the same values', () => {
  const key = fc.stringMatching(/^[\w.$-]{1,12}$/);
  const values = [fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)];
  fc.assert(
    fc.property(fc.object({ key, values }), (value) => {
      const result = textOf('a.yaml', value);
      const expected = JSON.parse(JSON.stringify(value));
      expect('text' in result && load(result.text)).toEqual(expected);
    }),
  );
});

test.each<[object, string]>([
  [{ a: { b: { c: 1 } } }, 'a.b.c=1\n'],
  [{ list: [{ x: 1 }, 'y'] }, 'list[0].x=1\nlist[1]=y\n'],
  [{ none: null, off: false, zero: 0 }, 'none=\noff=false\nzero=0\n'],
  [{ 'a b:c=d#e!': 'x' }, 'a\\ b\\:c\\=d\\#e\\!=x\n'],
  [{ text: '  two\nlines\t\\ # =' }, 'text=\\  two\\nlines\\t\\\\ # =\n'],
  [{ grüße: '漢😀' }, 'gr\\u00fc\\u00dfe=\\u6f22\\ud83d\\ude00\n'],
])('writes %j as properties', (value, text) => {
  expect(toProperties(value)).toBe(text);
});

/** Reads what Java reads: one `key=value` a line, with escapes. */
function fromProperties(text: string): Record<string, string> {
  const unescaped = (part: string) =>
    part.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code, other) =>
      code
        ? String.fromCharCode(Number.parseInt(code, 16))
        : ({ n: '\n', r: '\r', t: '\t', f: '\f' }[other as string] ?? other),
    );
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^((?:\\.|[^\\=: ])*)=(.*)$/.exec(line) ?? [];
      return [unescaped(key), unescaped(value.replace(/^ +/, ''))];
    }),
  );
}

test('reads back from properties as the same texts', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
      expect(fromProperties(toProperties(value))).toEqual(value);
    }),
  );
});
