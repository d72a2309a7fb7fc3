import {
  container,
  envSource,
  metric,
  scalingBehavior,
  toleration,
  volume,
  volumeMount,
} from '../../lib/checks/kubernetes';
import { problemsOf } from '../../lib/checks/read-props';

const target = { type: 'AverageValue', averageValue: '30' };
const external = { metric: { name: 'queue_length' }, target };

test.each([
  ['a toleration of a taint', toleration, { key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
  ['a toleration of everything', toleration, { operator: 'Exists' }],
  ['a reference to a secret', envSource, { secretKeyRef: { name: 'db', key: 'password' } }],
  ['a field of the pod', envSource, { fieldRef: { fieldPath: "metadata.labels['app']" } }],
  ['a mount', volumeMount, { name: 'data', mountPath: '/data', readOnly: true }],
  ['a volume', volume, { name: 'data', secret: { secretName: 'db', defaultMode: 0o440 } }],
  ['a metric', metric, { type: 'External', external }],
  ['a behaviour', scalingBehavior, { scaleDown: { stabilizationWindowSeconds: 3_600 } }],
  ['a container', container, { name: 'proxy', image: 'proxy:1.0.0', ports: [{ containerPort: 15_001 }] }],
])('takes %s', (_, check, value) => expect(problemsOf(check, value, 'x')).toEqual([]));

test.each([
  ['a toleration without a key', toleration, { value: 'a' }, "'x': must be a toleration"],
  ['a key that no taint has', toleration, { key: 'a\r', operator: 'Exists' }, "'x.key': must be a label key"],
  ['two sources of one value', envSource, { secretKeyRef: { name: 'a', key: 'b' }, fieldRef: {} }, "'x.fieldRef"],
  ['a field that there is not', envSource, { 'a b': 'c' }, "'x.a b': must not be set"],
  ['text for a switch', volumeMount, { name: 'a', mountPath: '/a', readOnly: 'true' }, "'x.readOnly': must be true or"],
  ['a volume of two kinds', volume, { name: 'a', emptyDir: {}, csi: {} }, "'x': must be a name and one kind of volume"],
  ['a metric of another type', metric, { type: 'Pods', external }, "'x': must be a type, and the field"],
  [
    'an amount that does not go with its type',
    metric,
    { type: 'External', external: { ...external, target: { type: 'Value', averageValue: '1' } } },
    "'x.external.target': must be a type and the amount",
  ],
  [
    'a window of hours',
    scalingBehavior,
    { scaleUp: { stabilizationWindowSeconds: 3_601 } },
    "'x.scaleUp.stabilization",
  ],
  ['an image that is no text', container, { name: 'a', image: ['b'] }, "'x.image': must be an image"],
])('reports %s', (_, check, value, message) => expect(problemsOf(check, value, 'x')[0]).toContain(message));
