import { StatefulBackend } from '../../lib';
import { disruptionQuorum } from '../../lib/rules/disruption-quorum';
import { Shop } from '../support/rules';

const votes = (shop: Shop, replicas: number, overrides = {}) =>
  new StatefulBackend(shop, 'votes', {
    image: 'votes:1.0.0',
    ports: 9000,
    storage: '1Gi',
    quorum: true,
    replicas,
    overrides,
  });

test.each([1, 3, 5, 7])('says nothing of %s members with the budget that the library writes', (replicas) => {
  const shop = Shop.create();
  votes(shop, replicas);
  shop.add('web');
  expect(shop.says(disruptionQuorum)).toEqual([]);
});

test('says nothing of members that do not vote', () => {
  const shop = Shop.create();
  new StatefulBackend(shop, 'files', { image: 'files:1.0.0', ports: 9000, storage: '1Gi', replicas: 4 });
  expect(shop.says(disruptionQuorum)).toEqual([]);
});

test('subtracts the majority from the members', () => {
  const shop = Shop.create();
  votes(shop, 3, { podDisruptionBudget: { spec: { maxUnavailable: '50%' } } });
  expect(shop.says(disruptionQuorum)).toEqual([
    '[test/votes/PodDisruptionBudget] error: lets 2 members of votes go at once (maxUnavailable 2 (50% of 3 = 1.5, rounded up)), but it bears the loss of 1 (3 members - a majority of 2 = 1)',
  ]);
});

test('speaks of members that nothing protects, and warns of an even number', () => {
  const shop = Shop.create();
  votes(shop, 3, {
    statefulSet: { spec: { replicas: 4 } },
    podDisruptionBudget: { spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': 'other' } } } },
  });
  expect(shop.says(disruptionQuorum)).toEqual([
    '[test/votes/StatefulSet] warning: votes with an even number of members: it bears the loss of 1 (4 members - a majority of 3 = 1), no more than 3 do',
    '[test/votes/StatefulSet] error: has no budget, so drains may take all of its members, but it bears the loss of 1 (4 members - a majority of 3 = 1)',
  ]);
});
