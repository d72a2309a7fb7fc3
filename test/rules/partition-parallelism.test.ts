import { StatefulBackend } from '../../lib';
import type { System } from '../../lib/model/system';
import { partitionParallelism } from '../../lib/rules/partition-parallelism';
import { Shop } from '../support/rules';

/** The system of a shop whose queue has so many partitions. */
function withPartitions(shop: Shop, partitions: number | undefined): System {
  const system = shop.system();
  return { ...system, backends: system.backends.map((backend) => ({ ...backend, partitions })) };
}

function consumers(replicas: number, consumersPerPod: number | undefined): Shop {
  const shop = Shop.create();
  const queue = new StatefulBackend(shop, 'queue', { image: 'queue:1.0.0', ports: 9092, storage: '1Gi' });
  shop.add('billing', { replicas }).uses(queue, { consumersPerPod });
  return shop;
}

const said = (shop: Shop, partitions: number | undefined) =>
  [...partitionParallelism.check(withPartitions(shop, partitions))].map(({ message }) => message);

test('says nothing where every consumer has a partition, or where nobody said how many there are', () => {
  expect(said(consumers(3, 2), 6)).toEqual([]);
  expect(said(consumers(3, 9), undefined)).toEqual([]);
  expect(said(consumers(3, undefined), 1)).toEqual([]);
});

test('counts those that idle', () => {
  expect(said(consumers(4, 2), 6)).toEqual([
    'billing may run 4 pods x 2 = 8 consumers of queue, which has 6 partitions: 2 of them idle',
  ]);
});
