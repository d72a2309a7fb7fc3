import { App, Chart, JsonPatch, Testing } from 'cdk8s';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { kinds } from '../../lib/kubernetes/kinds';
import { KubernetesObject } from '../../lib/kubernetes/kubernetes-object';

function configMap(data: ConfigMap['data'] = { a: '1' }) {
  const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
  return {
    chart,
    map: new KubernetesObject<ConfigMap>(chart, 'map', kinds.ConfigMap, { name: 'map' }, () => ({ data })),
  };
}

test('stands in the order in which people read it', () => {
  const { map } = configMap();
  expect(Object.keys(map.toJson())).toEqual(['apiVersion', 'kind', 'metadata', 'data']);
  expect(Object.keys(map.toJson().metadata)).toEqual(['name', 'namespace']);
});

test('holds what was declared after it was made', () => {
  const data: Record<string, string> = {};
  const { map } = configMap(data);
  data.late = 'yes';
  expect(map.toJson().data).toEqual({ late: 'yes' });
});

test('leaves out what is undefined, at any depth', () => {
  const { map } = configMap({ a: undefined as unknown as string, b: '' });
  expect(map.toJson().data).toEqual({ b: '' });
});

test('applies patches in their order, then operations', () => {
  const { map } = configMap();
  map.patch({ data: { a: '2', b: '2' } });
  map.patch({ data: { a: '3', b: null } });
  map.addJsonPatch(JsonPatch.replace('/data/a', '4'));
  expect(map.toJson().data).toEqual({ a: '4' });
});

test('renders the same every time, with operations too', () => {
  const { map } = configMap();
  map.addJsonPatch(JsonPatch.add('/data/list', [1]));
  map.addJsonPatch(JsonPatch.add('/data/list/-', 2));
  expect(map.toJson()).toEqual(map.toJson());
});

test('honours labels that are added to its metadata later', () => {
  const { map } = configMap();
  map.metadata.addLabel('late', 'yes');
  expect(map.toJson().metadata.labels).toEqual({ late: 'yes' });
});

test('is rendered by cdk8s itself, too', () => {
  const { chart, map } = configMap();
  expect(Testing.synth(chart)).toEqual([map.toJson()]);
});
