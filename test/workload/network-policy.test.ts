import { networkPolicy, podsOf } from '../../lib/workload/network-policy';

const http = { port: 8080, protocol: 'http' } as const;
const metrics = { port: 9090, protocol: 'http' } as const;
const ingress = (...openings: Parameters<typeof networkPolicy>[1]) => networkPolicy({}, openings, []).ingress;

test('one rule for all who may use the same port, in the order of their names', () => {
  expect(ingress({ peers: [podsOf('b')], ports: [http] }, { peers: [podsOf('a')], ports: [http] })).toEqual([
    { from: [podsOf('a'), podsOf('b')], ports: [{ port: 8080, protocol: 'TCP' }] },
  ]);
});

test('who was named twice stands there once', () => {
  expect(
    ingress({ peers: [podsOf('a')], ports: [http] }, { peers: [podsOf('a')], ports: [http] })?.[0]?.from,
  ).toHaveLength(1);
});

test('another port is another rule', () => {
  expect(ingress({ peers: [podsOf('a')], ports: [http] }, { peers: [podsOf('a')], ports: [metrics] })).toHaveLength(2);
});

test('no peers means everybody, and does not open the way for those who were named', () => {
  expect(ingress({ peers: [], ports: [http] }, { peers: [podsOf('a')], ports: [http] })).toEqual([
    { from: [podsOf('a')], ports: [{ port: 8080, protocol: 'TCP' }] },
    { from: undefined, ports: [{ port: 8080, protocol: 'TCP' }] },
  ]);
});

test('the order in which it was declared does not show', () => {
  const [a, b] = [
    { peers: [podsOf('a')], ports: [http] },
    { peers: [podsOf('b')], ports: [metrics] },
  ];
  expect(ingress(a, b)).toEqual(ingress(b, a));
});
