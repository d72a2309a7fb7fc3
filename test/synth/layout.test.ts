import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Environment, StatelessService } from '../../lib';
import { isSafe, placeOf } from '../../lib/synth/layout';
import { quietApp } from '../support/render';

const map = (scope: Construct, id = 'map') => new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
const fileOf = (object: ApiObject) => placeOf(object, '.k8s.yaml').file;
const environment = () => new Environment(quietApp(), 'test');

test('what belongs to a service is in the file of the service', () => {
  const orders = new StatelessService(environment(), 'orders', { image: 'orders:1' });
  expect(fileOf(orders.deployment)).toBe('test/orders.k8s.yaml');
  expect(fileOf(map(orders))).toBe('test/orders.k8s.yaml');
});

test('a service is in its own file, whatever it is wrapped in', () => {
  const group = new Construct(environment(), 'group');
  const orders = new StatelessService(group, 'orders', { image: 'orders:1' });
  expect(fileOf(orders.deployment)).toBe('test/orders.k8s.yaml');
});

test('a plain object is in the file of what it stands in', () => {
  const test = environment();
  expect(fileOf(map(test))).toBe('test/map.k8s.yaml');
  expect(fileOf(map(new Construct(test, 'group')))).toBe('test/group.k8s.yaml');
});

test('a plain chart is one file', () => {
  const chart = new Chart(quietApp(), 'chart');
  expect(placeOf(map(chart), '.k8s.yaml')).toEqual({ environment: undefined, file: 'chart.k8s.yaml' });
});

test.each([
  ['test/orders.k8s.yaml', true],
  ['orders.k8s.yaml', true],
  ['test/_environment.k8s.yaml', true],
  ['test/../orders.k8s.yaml', false],
  ['../orders.k8s.yaml', false],
  ['/orders.k8s.yaml', false],
  ['test/.hidden.k8s.yaml', false],
  ['a/b/c.k8s.yaml', false],
  ['test/a b.k8s.yaml', false],
  ['test/a:b.k8s.yaml', false],
  [`test/${'a'.repeat(250)}.k8s.yaml`, false],
])('%s is a safe place: %s', (file, isIt) => expect(isSafe(file)).toBe(isIt));
