import { conflicts, joinParts } from '../../lib/workload/join-parts';

const volume = { name: 'data', emptyDir: {} };

test.each([
  [
    'one variable twice',
    { env: [{ name: 'A', value: '1' }] },
    "'env.A': must be set once, got it from one and from two",
  ],
  [
    'one container twice',
    { sidecars: [{ name: 'proxy' }] },
    "'containers.proxy': must be set once, got it from one and from two",
  ],
  [
    'one path twice',
    { mounts: [{ name: 'data', mountPath: '/data' }] },
    "'mounts./data': must be set once, got it from one and from two",
  ],
  [
    'one port twice',
    { ports: [{ containerPort: 9090 }] },
    "'ports.9090/TCP': must be set once, got it from one and from two",
  ],
])('finds %s', (_, part, message) => {
  expect(
    conflicts([
      { from: 'one', ...part },
      { from: 'two', ...part },
    ]),
  ).toEqual([message]);
});

test('finds a variable that a whole ConfigMap brings again', () => {
  expect(
    conflicts([
      { from: 'one', env: [{ name: 'A' }] },
      { from: 'two', envFromNames: ['A'] },
    ]),
  ).toHaveLength(1);
});

test('a port may be used for TCP and for UDP', () => {
  const port = (protocol: string, name: string) => ({ ports: [{ containerPort: 53, protocol, name }] });
  expect(
    conflicts([
      { from: 'one', ...port('TCP', 'dns-tcp') },
      { from: 'two', ...port('UDP', 'dns') },
    ]),
  ).toEqual([]);
});

test('two parts may share a volume, but not mean two things by one name', () => {
  expect(
    conflicts([
      { from: 'one', volumes: [volume] },
      { from: 'two', volumes: [volume] },
    ]),
  ).toEqual([]);
  expect(
    joinParts([
      { from: 'one', volumes: [volume] },
      { from: 'two', volumes: [volume] },
    ]).volumes,
  ).toEqual([volume]);
  const other = { name: 'data', emptyDir: { medium: 'Memory' } };
  expect(
    conflicts([
      { from: 'one', volumes: [volume] },
      { from: 'two', volumes: [other] },
    ]),
  ).toEqual(["'volumes.data': must be one volume, got different ones from one and from two"]);
});
