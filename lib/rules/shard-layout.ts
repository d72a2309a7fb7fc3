import { SHARD_COLUMNS, SHARDS } from '../metadata/labels';
import { backendOwners } from '../model/backend-owners';
import type { Rule, Violation } from './rule';

/**
 * Where a row lies follows from the number of shards and a column. With another number, or another column, it is looked
 * for where it is not, and written a second time.
 */
export const shardLayout: Rule = {
  id: 'shard-layout',
  severity: 'error',
  summary: 'The number of shards, and the column by which the rows of a table are spread, stay as they were.',
  *check(system) {
    for (const { backend, owner } of backendOwners(system, ({ sharding }) => sharding !== undefined)) {
      const before = system.previous.manifestOf(owner.object)?.metadata?.annotations;
      if (before && backend.sharding) yield* moved(backend.path, before, backend.sharding);
    }
  },
};

function* moved(
  path: string,
  before: Readonly<Record<string, string>>,
  { shards, columns }: { readonly shards: number; readonly columns: readonly string[] },
): Iterable<Violation> {
  const had = Number(before[SHARDS]);
  if (had > 0 && had !== shards) {
    yield {
      path,
      message: `goes from ${had} to ${shards} shards: of ${Math.max(had, shards)} rows, about ${misplaced(had, shards)} would be looked for on a shard where they do not lie`,
      fix: `${had} shards; for more, a second database beside it into which the rows are copied, and then the services use that one`,
    };
  }
  const columnOf = new Map(
    String(before[SHARD_COLUMNS] ?? '')
      .split(',')
      .map(tableAndColumn),
  );
  for (const [table, column] of columns.map(tableAndColumn)) {
    const old = columnOf.get(table);
    if (old === undefined || old === column) continue;
    yield {
      path,
      message: `spreads the rows of ${table} by ${column} and no longer by ${old}: those that are there lie where nobody looks for them`,
      fix: `${old}; to change it, a new table into which the rows are copied`,
    };
  }
}

/** `orders.customer_id:numbers` as the table, and the rest for people. */
function tableAndColumn(text: string): readonly [table: string, column: string] {
  const [table = '', column = '', of = ''] = text.split(/[.:]/);
  return [table, `${column} (${of})`];
}

/** How many of as many rows as the greater number of shards has to move: all but those with the same remainder. */
function misplaced(before: number, after: number): number {
  const numbers = Array.from({ length: before * after }, (_, number) => number);
  const moving = numbers.filter((number) => number % before !== number % after).length;
  return Math.round((moving * Math.max(before, after)) / numbers.length);
}
