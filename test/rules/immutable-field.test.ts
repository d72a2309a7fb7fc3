import { type Environment, StatefulBackend, StatelessService, type StatelessServiceProps } from '../../lib';
import { saidAfter } from '../support/previous';

const web =
  (props: Partial<StatelessServiceProps> = {}) =>
  (shop: Environment) =>
    new StatelessService(shop, 'web', { image: 'web:1.0.0', ...props });
const files = (spec: object) => (shop: Environment) =>
  new StatefulBackend(shop, 'files', {
    image: 'files:1.0.3',
    ports: 9000,
    storage: '1Gi',
    overrides: { statefulSet: { spec } },
  });

test('says nothing of what may change', () => {
  expect(saidAfter('immutable-field', web(), web({ image: 'web:2.0.0', replicas: 5 }))).toEqual([]);
  expect(saidAfter('immutable-field', files({}), files({ minReadySeconds: 5, replicas: 2 }))).toEqual([]);
});

test('says nothing of sizes and classes, which have rules of their own', () => {
  const cache = (size: string, storageClass: string) => (shop: Environment) =>
    StatefulBackend.redis(shop, 'cache', { storage: { size, storageClass } });
  expect(saidAfter('immutable-field', cache('1Gi', 'slow'), cache('2Gi', 'fast'))).toEqual([]);
});

test('a StatefulSet is made anew while its pods run on', () => {
  expect(saidAfter('immutable-field', files({}), files({ podManagementPolicy: 'Parallel', serviceName: 'x' }))).toEqual(
    [
      '[test/files/StatefulSet] warning: changes serviceName from files-peers to x and podManagementPolicy from OrderedReady to Parallel, which are immutable: the API server refuses the StatefulSet -> ' +
        'serviceName as it was; or by hand, before the release: kubectl -n test delete statefulset files --cascade=orphan, apply test/files.k8s.yaml, and delete the pods that have the old labels one after another',
    ],
  );
});

test('volumes that are added to a set, and other labels in a selector', () => {
  const claim = (name: string) => ({ metadata: { name }, spec: { accessModes: ['ReadWriteOnce'] } });
  expect(saidAfter('immutable-field', files({}), files({ volumeClaimTemplates: [claim('logs')] }))).toEqual([
    expect.stringContaining('changes volumeClaimTemplates from'),
  ]);
  const labels = { spec: { selector: { matchLabels: { tier: 'web' } } } };
  expect(saidAfter('immutable-field', web(), web({ overrides: { deployment: labels } }))).toEqual([
    expect.stringContaining('[test/web/Deployment] warning: changes selector from'),
  ]);
});

test('a Service that becomes headless', () => {
  expect(saidAfter('immutable-field', web(), web({ serviceType: 'Headless' }))).toEqual([
    '[test/web/Service] warning: changes clusterIP from an address to None, which is immutable: the API server refuses the Service -> clusterIP as it was; or by hand, before the release: kubectl -n test delete service web, and at once apply test/web.k8s.yaml',
  ]);
});

test('the value of a priority, and the mode of a claim', () => {
  const foreign = (value: number, volumeMode: string) => (shop: Environment) => {
    const { ApiObject } = require('cdk8s') as typeof import('cdk8s');
    new ApiObject(shop, 'class', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value,
    } as never);
    new ApiObject(shop, 'claim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { volumeMode },
    } as never);
  };
  expect(saidAfter('immutable-field', foreign(1, 'Block'), foreign(2, 'Filesystem'))).toEqual([
    expect.stringContaining('[test/claim] warning: changes volumeMode from Block to Filesystem'),
    expect.stringContaining('[test/class] warning: changes value from 1 to 2'),
  ]);
});
