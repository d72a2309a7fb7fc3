import { ConfigCenter } from '../../lib';
import { configHotSubpath } from '../../lib/rules/config-hot-subpath';
import { foreignDeployment, Shop } from '../support/rules';

const shopWith = (pod: object) => {
  const shop = Shop.create();
  const center = new ConfigCenter(shop, 'settings', { dynamic: { 'switches.json': '{}' } });
  shop.add('orders').configure(center, { dynamic: ['switches.json'] });
  shop.foreign('Foreign', foreignDeployment('web', pod));
  shop.foreign('Mutable', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mutable' }, data: { a: '1' } });
  shop.foreign('Fixed', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fixed' }, immutable: true });
  return shop.says(configHotSubpath);
};
const container = (fields: object) => ({ containers: [{ name: 'main', image: 'web:1', ...fields }] });
const mounted = (configMap: string, mount: object, projected = false) => ({
  ...container({ volumeMounts: [{ name: 'config', mountPath: '/a', ...mount }] }),
  volumes: [
    projected
      ? { name: 'config', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: configMap } }] } }
      : { name: 'config', configMap: { name: configMap } },
  ],
});

test.each<[string, object]>([
  ['a directory', mounted('settings-dynamic', {})],
  ['a directory of several sources', mounted('settings-dynamic', {}, true)],
  ['a file of what never changes', mounted('fixed', { subPath: 'a' })],
  ['variables of what never changes', container({ envFrom: [{ configMapRef: { name: 'fixed' } }] })],
  ['variables of a ConfigMap that is not here', container({ envFrom: [{ configMapRef: { name: 'elsewhere' } }] })],
  ['variables of a Secret', container({ envFrom: [{ secretRef: { name: 'mutable' } }] })],
])('is silent on %s', (_, pod) => {
  expect(shopWith(pod)).toEqual([]);
});

const never = 'where a change of it never arrives in a running pod';

test.each<[string, object, string]>([
  [
    'a file by subPath',
    mounted('settings-dynamic', { subPath: 'switches.json' }),
    'by subPath switches.json at /a of container main',
  ],
  [
    'a file of several sources',
    mounted('settings-dynamic', { subPathExpr: '$(A)' }, true),
    'by subPath $(A) at /a of container main',
  ],
  [
    'a variable',
    container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings-dynamic', key: 'a' } } }] }),
    'as variable A of container main',
  ],
  [
    'all variables',
    container({ envFrom: [{ configMapRef: { name: 'settings-dynamic' } }] }),
    'as variables of container main',
  ],
])('speaks of a dynamic file as %s', (_, pod, how) => {
  expect(shopWith(pod)).toEqual([
    `[test/Foreign] error: Deployment web takes ConfigMap settings-dynamic ${how}, ${never}`,
  ]);
});

test('only warns of a ConfigMap of somebody else, which may never change', () => {
  expect(shopWith(mounted('mutable', { subPath: 'a' }))).toEqual([
    `[test/Foreign] warning: Deployment web takes ConfigMap mutable by subPath a at /a of container main, ${never}`,
  ]);
});
