import { Environment, ShardedDatabase, type ShardedPostgresProps } from '../../lib';
import type { SynthError } from '../../lib/synth/synth-error';
import { quietApp } from '../support/render';
import { temporaryDirectory } from '../support/temporary';

const byCustomer = { orders: { shardBy: 'customer_id' } } as const;

function shopOf(outdir: string, shards: number, tables: ShardedPostgresProps['tables'] = byCustomer) {
  const app = quietApp({ outdir });
  ShardedDatabase.postgres(new Environment(app, 'test'), 'orders-db', {
    shards,
    tables,
    storage: '1Gi',
    credentials: { secret: 'orders-db' },
  });
  return app;
}

/** What is said of a database that was another one before. */
function changed(before: [number, ShardedPostgresProps['tables']?], after: [number, ShardedPostgresProps['tables']?]) {
  const outdir = `${temporaryDirectory()}/dist`;
  shopOf(outdir, ...before).synth();
  return shopOf(outdir, ...after)
    .findings()
    .map(({ rule, path, message, fix }) => `${rule} [${path}] ${message}; ${fix}`);
}

test('says nothing of the first synth, of the same again, and of tables that come and go', () => {
  expect(shopOf(`${temporaryDirectory()}/dist`, 3).findings()).toEqual([]);
  expect(changed([3], [3])).toEqual([]);
  const more = { ...byCustomer, sessions: { shardBy: 'token', of: 'text' }, currencies: 'every shard' } as const;
  expect([...changed([3], [3, more]), ...changed([3, more], [3])]).toEqual([]);
});

test('another number of shards', () => {
  expect(changed([2], [4])).toEqual([
    'shard-layout [test/orders-db] goes from 2 to 4 shards: of 4 rows, about 2 would be looked for on a shard where they do not lie; 2 shards; for more, a second database beside it into which the rows are copied, and then the services use that one',
  ]);
  expect(changed([4], [3])).toEqual([
    expect.stringContaining('data-loss [test] the StatefulSet orders-db-shard-3 is no longer written'),
    'shard-layout [test/orders-db] goes from 4 to 3 shards: of 4 rows, about 3 would be looked for on a shard where they do not lie; 4 shards; for more, a second database beside it into which the rows are copied, and then the services use that one',
  ]);
});

test('another column, or another way to read it', () => {
  expect(changed([2], [2, { orders: { shardBy: 'id' } }])).toEqual([
    'shard-layout [test/orders-db] spreads the rows of orders by id (numbers) and no longer by customer_id (numbers): those that are there lie where nobody looks for them; customer_id (numbers); to change it, a new table into which the rows are copied',
  ]);
  expect(changed([2], [2, { orders: { shardBy: 'customer_id', of: 'text' } }])).toHaveLength(1);
});

test('stops the synth', () => {
  const outdir = `${temporaryDirectory()}/dist`;
  shopOf(outdir, 2).synth();
  expect(() => shopOf(outdir, 3).synth()).toThrow(
    expect.objectContaining({ name: 'SynthError' } satisfies Partial<SynthError>),
  );
});
