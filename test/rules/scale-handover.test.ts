import { type Environment, StatelessService, type StatelessServiceProps } from '../../lib';
import { saidAfter } from '../support/previous';

const web = (replicas: NonNullable<StatelessServiceProps['replicas']>) => (shop: Environment) =>
  new StatelessService(shop, 'web', { image: 'web:1.0.0', replicas, resources: { cpu: '250m' } });
const range = { from: 4, to: 20 };

test('says nothing of a range that stays, of a new one, of one that becomes a number, and of a single pod', () => {
  expect(saidAfter('scale-handover', web(range), web({ from: 5, to: 30 }))).toEqual([]);
  expect(saidAfter('scale-handover', () => undefined, web(range))).toEqual([]);
  expect(saidAfter('scale-handover', web(range), web(3))).toEqual([]);
  expect(saidAfter('scale-handover', web(3), web(4))).toEqual([]);
  expect(saidAfter('scale-handover', web(1), web(range))).toEqual([]);
});

test('a number that becomes a range is handed over before', () => {
  expect(saidAfter('scale-handover', web(3), web(range))).toEqual([
    '[test/web/Deployment] warning: had 3 pods and is now scaled by web: its replicas are taken away, and until the autoscaler acts the API server sets 1, so 2 of 3 pods end at once -> ' +
      `before the release hand the number over: echo '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":4}}' | kubectl -n test apply --server-side --force-conflicts --field-manager=handover-to-hpa -f -; ` +
      "where a tool applies on the client's side, instead of it kubectl -n test apply edit-last-applied deployment web, and take replicas away there",
  ]);
});
