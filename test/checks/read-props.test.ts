import fc from 'fast-check';
import { Environment, MicroserviceApp, StatelessService } from '../../lib';
import { notYetSaid, readProps, show } from '../../lib/checks/read-props';
import * as check from '../../lib/checks/values';
import { deepFreeze } from '../support/deep-freeze';

interface Props {
  readonly port?: number;
  readonly name?: string;
}
const checks = { port: check.optional(check.portNumber), name: check.optional(check.nonEmptyText) };

test('leaves wrong values out and keeps the others', () => {
  const { props, problems } = readProps<Props>(checks, { port: 70_000, name: 'orders' });
  expect(props).toEqual({ name: 'orders' });
  expect(problems).toEqual(["'port': must be between 1 and 65535, inclusive, got 70000"]);
});

test('says which property was probably meant', () => {
  const { problems } = readProps<Props>(checks, { prot: 1 } as Props);
  expect(problems).toEqual(["'prot': must not be set, there is no such property; did you mean 'port'?"]);
});

test('survives whatever it is given, and leaves it as it was', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (value) => {
      deepFreeze(value);
      expect(() => readProps<Props>(checks, { port: value as number })).not.toThrow();
      expect(() => readProps<Props>(checks, value as Props)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

test('shows any value on one short line', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(show(value)).not.toContain('\n');
      expect(show(value).length).toBeLessThanOrEqual(80);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, check.Check, unknown, unknown]>([
  ['an image with a digest', check.imageReference, `shop/a:1@sha256:${'0'.repeat(64)}`, 'a@sha256:12'],
  ['an image of a registry with a port', check.imageReference, 'localhost:5000/a', 'http://a/b'],
  ['an address range', check.cidr, '10.0.0.0/8', '10.0.0.0/33'],
  ['an address range of the sixth version', check.cidr, 'fd00::/8', 'fd00::/129'],
  ['a host', check.host, 'db.example.com', '10.0.0.1'],
  ['an absolute path', check.absolutePath, '/var/lib', '/var/../etc'],
  ['a file name', check.fileName, 'app.yaml', '../app.yaml'],
  ['a quantity', check.quantity, '1.5Gi', '1.5GB'],
  ['a duration', check.duration, '0s', '-1s'],
  ['plain data', check.plainData, { a: [1, 'x', null, true] }, { a: new Date() }],
  ['plain data without a prototype', check.plainData, Object.create(null), Symbol('x')],
  ['finite numbers', check.plainData, 1e300, Number.POSITIVE_INFINITY],
])('%s', (_, schema, right, wrong) => {
  const problems = (value: unknown) => readProps<{ a?: unknown }>({ a: schema }, { a: value }).problems;
  expect(problems(right)).toEqual([]);
  expect(problems(wrong)).toHaveLength(1);
});

test('does not say of a property that is wrong that it, or something in it, is missing', () => {
  const said = ["'credentials.secret': must be set", "'external': must be a map"];
  const more = ["'credentials': must be set", "'external.host': must be set", "'externals': must be set", 'x: must be'];
  expect(notYetSaid(said, more)).toEqual(["'externals': must be set", 'x: must be']);
});

test('names a construct by its kind and its place', () => {
  const shop = new Environment(new MicroserviceApp(), 'test');
  expect(show(new StatelessService(shop, 'orders', { image: 'orders:1.0.0' }))).toBe(
    'the StatelessService test/orders',
  );
});
