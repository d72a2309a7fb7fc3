import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { schemaProblems } from './validate';

const pod = (container: object, spec: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a:1', ...container }], ...spec },
});
const monitor = (endpoint: object, spec: object = {}): Manifest => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name: 'a', labels: { team: 'shop' } },
  spec: { selector: { matchLabels: { app: 'a' } }, endpoints: [{ port: 'http', ...endpoint }], ...spec },
});

test('has nothing to say about right objects', () => {
  expect(schemaProblems(pod({ lifecycle: { preStop: { sleep: { seconds: 5 } } }, restartPolicy: 'Always' }))).toEqual(
    [],
  );
  expect(schemaProblems(monitor({ interval: '30s' }))).toEqual([]);
});

test('finds a field that does not exist, at any depth', () => {
  expect(schemaProblems(pod({ imagePullpolicy: 'Always' }))).toEqual([
    'Pod a: .spec.containers.0.imagePullpolicy does not exist',
  ]);
  expect(schemaProblems(monitor({ intervall: '30s' }))).toEqual([
    'ServiceMonitor a: .spec.endpoints.0.intervall does not exist',
  ]);
  expect(schemaProblems({ ...monitor({}), specs: {} })).toEqual(['ServiceMonitor a: .specs does not exist']);
});

test('finds a value of the wrong type', () => {
  expect(schemaProblems(pod({ stdin: 'yes' }))).toEqual([expect.stringContaining('stdin must be boolean')]);
  expect(schemaProblems(monitor({ interval: 30 }))).toEqual([expect.stringContaining('interval must be string')]);
});

test('finds what is missing', () => {
  const { containers: _, ...spec } = pod({}).spec;
  expect(schemaProblems({ ...pod({}), spec })).toEqual([
    expect.stringContaining('must have required property containers'),
  ]);
});
