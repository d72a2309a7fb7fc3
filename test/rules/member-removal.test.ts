import { type Environment, StatefulBackend, StatelessService } from '../../lib';
import { saidAfter } from '../support/previous';

const events = (replicas: number) => (shop: Environment) =>
  StatefulBackend.kafka(shop, 'events', { storage: '10Gi', replicas });
const database = (replicas: number) => (shop: Environment) =>
  StatefulBackend.mysql(shop, 'orders-db', { storage: '10Gi', replicas, credentials: { secret: 'orders-db' } });
const files = (overrides: object) => (shop: Environment) =>
  new StatefulBackend(shop, 'files', { image: 'files:1.0.3', ports: 9000, storage: '1Gi', replicas: 3, overrides });

test('says nothing of more members, of none, or of members without volumes', () => {
  expect(saidAfter('member-removal', events(3), events(5))).toEqual([]);
  expect(saidAfter('member-removal', files({}), files({ statefulSet: { spec: { replicas: 0 } } }))).toEqual([]);
  const service = (replicas: number) => (shop: Environment) =>
    new StatelessService(shop, 'web', { image: 'web:1.0.0', replicas });
  expect(saidAfter('member-removal', service(3), service(2))).toEqual([]);
});

test('names the claims that are left', () => {
  expect(saidAfter('member-removal', database(4), database(2))).toEqual([
    '[test/orders-db/StatefulSet] warning: goes from 4 to 2 members: orders-db-2 to orders-db-3 are removed, and data-orders-db-2, data-orders-db-3 stay with what is on them -> when nothing on them is needed, kubectl -n test delete pvc data-orders-db-2 data-orders-db-3, or a member that is added later starts with old data',
  ]);
});

test('says what to move before, where a member may hold the only copy', () => {
  expect(saidAfter('member-removal', events(5), events(3))).toEqual([
    expect.stringContaining('move its partitions away first (kafka-reassign-partitions.sh)'),
  ]);
});
