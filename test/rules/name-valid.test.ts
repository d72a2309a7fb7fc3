import { nameValid } from '../../lib/rules/name-valid';
import { foreignDeployment, Shop } from '../support/rules';

const named = (apiVersion: string, kind: string, name: string, rest: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});
const container = { name: 'main', image: 'main:1.0.0' };

test('says nothing of names at their full length', () => {
  const shop = Shop.create({ owner: { team: 'shop', email: 'shop@example.com' }, deployOrder: 'argo-cd' });
  shop.add('a'.repeat(63), { ports: { 'fifteen-letters': 8080 } });
  shop.foreign('cron', named('batch/v1', 'CronJob', 'c'.repeat(52)));
  shop.foreign('config', named('v1', 'ConfigMap', 'x.y'.repeat(80)));
  shop.foreign('role', named('rbac.authorization.k8s.io/v1', 'Role', 'system:reader'));
  shop.foreign('other', foreignDeployment('other'));
  expect(shop.says(nameValid)).toEqual([]);
});

test('knows the length of each kind', () => {
  const shop = Shop.create();
  shop.foreign('cron', named('batch/v1', 'CronJob', 'c'.repeat(53)));
  shop.foreign('service', named('v1', 'Service', '1st'));
  expect(shop.says(nameValid)).toEqual([
    `[test/cron] error: the name of a CronJob must be lower-case letters, digits, dashes and dots, at most 52 characters, because its Jobs add eleven, got "${'c'.repeat(53)}" (53 characters)`,
    '[test/service] error: the name of a Service must be lower-case letters, digits and dashes, at most 63 characters, starting with a letter, got "1st"',
  ]);
});

test('reads labels, port names, containers and volumes', () => {
  const shop = Shop.create();
  const ports = [{ name: 'sixteen-letters-', containerPort: 8080 }];
  const pod = { containers: [{ ...container, ports }], volumes: [{ name: 'My_Data', emptyDir: {} }] };
  shop.foreign('deployment', foreignDeployment('orders', pod));
  shop.foreign('map', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'map', labels: { version: 'v'.repeat(64), 'a/b/c': 'x' }, annotations: { 'not a key': '' } },
  });
  expect(shop.says(nameValid)).toEqual([
    '[test/map] error: a key of metadata.labels must be a name of at most 63 characters, after a DNS name and a slash if any, got "a/b/c"',
    `[test/map] error: metadata.labels.version must be letters, digits, dashes, underscores and dots, at most 63 characters, got "${'v'.repeat(64)}" (64 characters)`,
    '[test/map] error: a key of metadata.annotations must be a name of at most 63 characters, after a DNS name and a slash if any, got "not a key"',
    '[test/deployment] error: the name of a port of main must be lower-case letters, digits and single dashes, one letter at least, at most 15 characters, got "sixteen-letters-"',
    '[test/deployment] error: the name of a volume must be lower-case letters, digits and dashes, at most 63 characters, got "My_Data"',
  ]);
});
