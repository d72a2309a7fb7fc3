import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { dependencyCircles, inOrder, predecessors } from '../../lib/synth/order';

const kinds = [
  'Deployment',
  'Service',
  'Widget',
  'ConfigMap',
  'Namespace',
  'HorizontalPodAutoscaler',
  'ServiceAccount',
];

function chart() {
  const made = new Chart(new App(), 'chart');
  const object = (id: string, kind = 'ConfigMap', scope: Construct = made) =>
    new ApiObject(scope, id, { apiVersion: 'v1', kind });
  return { made, object };
}

const none = new Map();
const orderOf = (made: Chart, objects: ApiObject[]) =>
  inOrder(objects, predecessors(made.node.findAll(), new Map(objects.map((object) => [object, { file: 'file' }])))).map(
    ({ node }) => node.id,
  );

test('by kind, in the order in which an empty cluster can take them; unknown kinds last', () => {
  const { object } = chart();
  expect(
    inOrder(
      kinds.map((kind) => object(kind, kind)),
      none,
    ).map(({ kind }) => kind),
  ).toEqual(['Namespace', 'ServiceAccount', 'ConfigMap', 'Service', 'Deployment', 'HorizontalPodAutoscaler', 'Widget']);
});

test('of one kind in the order in which they were declared', () => {
  const { object } = chart();
  expect(
    inOrder(
      ['c', 'a', 'b'].map((id) => object(id)),
      none,
    ).map(({ node }) => node.id),
  ).toEqual(['c', 'a', 'b']);
});

test('after what was declared to come first, against the order of kinds', () => {
  const { made, object } = chart();
  const [service, deployment] = [object('service', 'Service'), object('deployment', 'Deployment')];
  service.addDependency(deployment);
  expect(orderOf(made, [service, deployment])).toEqual(['deployment', 'service']);
});

test('a dependency on a construct is one on everything in it', () => {
  const { made, object } = chart();
  const group = new Construct(made, 'group');
  const [early, a, b] = [object('early'), object('a', 'ConfigMap', group), object('b', 'ConfigMap', group)];
  early.node.addDependency(group);
  expect(orderOf(made, [early, a, b])).toEqual(['a', 'b', 'early']);
});

test('a dependency on another file says nothing about this one', () => {
  const { made, object } = chart();
  const [a, b] = [object('a'), object('b')];
  a.addDependency(b);
  const found = predecessors(
    made.node.findAll(),
    new Map([
      [a, { file: 'one' }],
      [b, { file: 'two' }],
    ]),
  );
  expect(found.size).toBe(0);
});

test('comes to an end in a circle, which is reported', () => {
  const { made, object } = chart();
  const [a, b] = [object('a'), object('b')];
  a.addDependency(b);
  b.addDependency(a);
  expect(orderOf(made, [a, b])).toHaveLength(2);
  expect(dependencyCircles(made.node.findAll()).map((circle) => circle.sort())).toEqual([['chart/a', 'chart/b']]);
});
