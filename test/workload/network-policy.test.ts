import { networkPolicy, podsOf } from '../../lib/workload/network-policy';

const http = { port: 8080, protocol: 'http' } as const;
const metrics = { port: 9090, protocol: 'http' } as const;
const ingress = (...openings: Parameters<typeof networkPolicy>[1]) =>
  networkPolicy({}, openings, [], undefined).ingress;
const range = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, except } });

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

test('peers that may use different ports stand in rules of their own', () => {
  expect(ingress({ peers: [podsOf('a')], ports: [http] }, { peers: [podsOf('b')], ports: [metrics] })).toHaveLength(2);
});

test('no peers means any peer, so none is named besides for the same port', () => {
  expect(ingress({ peers: [], ports: [http] }, { peers: [podsOf('a')], ports: [http, metrics] })).toEqual([
    { from: undefined, ports: [{ port: 8080, protocol: 'TCP' }] },
    { from: [podsOf('a')], ports: [{ port: 9090, protocol: 'TCP' }] },
  ]);
});

test('peers that may use the same ports stand in one rule with all of these ports', () => {
  const [a, b] = [podsOf('a'), podsOf('b')];
  expect(
    ingress({ peers: [a, b], ports: [metrics] }, { peers: [b], ports: [http] }, { peers: [a], ports: [http] }),
  ).toEqual([
    {
      from: [a, b],
      ports: [
        { port: 8080, protocol: 'TCP' },
        { port: 9090, protocol: 'TCP' },
      ],
    },
  ]);
});

test('ports are in the order of their numbers', () => {
  const low = { port: 443, protocol: 'tcp' } as const;
  expect(ingress({ peers: [podsOf('a')], ports: [http, low] })?.[0]?.ports?.map(({ port }) => port)).toEqual([
    443, 8080,
  ]);
});

test('a range inside another one is not named besides for the same port', () => {
  const opened = ingress({ peers: [range('10.40.0.0/24'), range('0.0.0.0/0'), range('fd00::/64')], ports: [http] });
  expect(opened?.[0]?.from).toEqual([range('0.0.0.0/0'), range('fd00::/64')]);
});

test('a range that the wider one leaves out is named besides', () => {
  const wide = range('0.0.0.0/0', ['10.0.0.0/8']);
  expect(ingress({ peers: [range('10.40.0.0/24'), wide], ports: [http] })?.[0]?.from).toHaveLength(2);
});

test('a range inside another one keeps the ports that the wider one has not', () => {
  const opened = ingress(
    { peers: [range('10.0.0.0/8')], ports: [http] },
    { peers: [range('10.1.0.0/16')], ports: [http, metrics] },
  );
  expect(opened).toEqual([
    { from: [range('10.0.0.0/8')], ports: [{ port: 8080, protocol: 'TCP' }] },
    { from: [range('10.1.0.0/16')], ports: [{ port: 9090, protocol: 'TCP' }] },
  ]);
});

test('the way to name resolution comes first, where the namespace has no policy for it', () => {
  const dns = { to: [podsOf('dns')], ports: [{ port: 53, protocol: 'UDP' }] };
  expect(networkPolicy({}, [], [{ peers: [podsOf('a')], ports: [http] }], dns).egress?.[0]).toEqual(dns);
  expect(networkPolicy({}, [], [], undefined)).not.toHaveProperty('egress', expect.anything());
});

test('the order in which it was declared does not show', () => {
  const [a, b] = [
    { peers: [podsOf('a')], ports: [http] },
    { peers: [podsOf('b')], ports: [metrics] },
  ];
  expect(ingress(a, b)).toEqual(ingress(b, a));
});
