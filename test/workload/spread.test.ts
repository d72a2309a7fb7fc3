import { type EnvironmentProps, StatefulBackend, type StatefulBackendProps } from '../../lib';
import { Shop } from '../support/rules';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const volumes: StatefulBackendProps = { image: 'files:1.0.0', ports: 9000, storage: '1Gi', replicas: 3 };
const votes: StatefulBackendProps = { ...volumes, storage: false, quorum: true };

/** How each constraint of the pods of a backend reads: `hard zone >= 3`. */
function spreadOf(props: StatefulBackendProps, nodes?: EnvironmentProps['nodes']): string[] {
  const shop = Shop.create({ nodes });
  const { statefulSet } = new StatefulBackend(shop, 'files', props);
  const { topologySpreadConstraints = [] } = statefulSet.toJson().spec.template.spec;
  // biome-ignore lint/suspicious/noExplicitAny: constraints as plain data
  return topologySpreadConstraints.map(({ topologyKey, whenUnsatisfiable, minDomains }: any) =>
    [
      whenUnsatisfiable === 'DoNotSchedule' ? 'hard' : 'soft',
      topologyKey === ZONE ? 'zone' : topologyKey === HOST ? 'host' : topologyKey,
      ...(minDomains === undefined ? [] : ['>=', minDomains]),
    ].join(' '),
  );
}

test('members with volumes never share a node while another has none', () => {
  expect(spreadOf(volumes)).toEqual(['soft zone', 'hard host']);
});

test('neither do members that vote', () => {
  expect(spreadOf(votes)).toEqual(['soft zone', 'hard host']);
});

test('members that neither vote nor store anything are started where there is room', () => {
  expect(spreadOf({ ...votes, quorum: false })).toEqual(['soft zone', 'soft host']);
});

test('a single member has none to keep away from', () => {
  expect(spreadOf({ ...volumes, replicas: 1 })).toEqual(['soft zone', 'soft host']);
});

test('with a known number of nodes, members wait for as many', () => {
  expect(spreadOf(volumes, { count: 9 })).toEqual(['soft zone', 'hard host >= 3']);
  expect(spreadOf(volumes, { count: 2 })).toEqual(['soft zone', 'hard host >= 2']);
});

test('with a zone for each member, no two share a zone, and so no node', () => {
  expect(spreadOf(volumes, { zones: 3 })).toEqual(['hard zone >= 3']);
});

test('with fewer zones than members, they are even over the zones and over the nodes', () => {
  expect(spreadOf(volumes, { zones: 2 })).toEqual(['hard zone >= 2', 'hard host']);
  expect(spreadOf({ ...volumes, replicas: 5 }, { zones: 3 })).toEqual(['hard zone >= 3', 'hard host']);
});

test('a single zone is no place to be apart', () => {
  expect(spreadOf(volumes, { zones: 1 })).toEqual(['soft zone', 'hard host']);
});

test('nodes that their taints close do not count as nodes without a member', () => {
  const { statefulSet } = new StatefulBackend(Shop.create({ nodes: { zones: 3 } }), 'files', volumes);
  expect(statefulSet.toJson().spec.template.spec.topologySpreadConstraints).toMatchObject([
    { nodeTaintsPolicy: 'Honor' },
  ]);
});

test('a soft spread starts a member beside another', () => {
  expect(spreadOf({ ...volumes, spread: 'soft' }, { zones: 3 })).toEqual(['soft zone', 'soft host']);
});

test('a hard spread can be asked for where it is not the default', () => {
  expect(spreadOf({ ...votes, quorum: false, spread: 'hard' })).toEqual(['soft zone', 'hard host']);
});
