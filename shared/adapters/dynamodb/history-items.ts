import * as z from 'zod';
import type { Aggregate, HistoryEntry } from '../../domain/history/entry.ts';
import { aggregates } from '../../domain/history/entry-types.ts';
import { parseAs } from '../parsing.ts';
import { historyPk, historySk } from './keys.ts';
import { queryItems, type Table } from './table.ts';
import { isNew, put, type Write } from './transaction.ts';

const shape = {
  id: z.string(),
  aggregate: z.enum(aggregates),
  aggregateId: z.string(),
  sequence: z.number().int().min(1),
  type: z.string(),
  at: z.string(),
  by: z.string(),
  deliveryKey: z.exactOptional(z.string()),
  correlationId: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  tenantId: z.exactOptional(z.string()),
} satisfies Record<keyof HistoryEntry, z.ZodType>;

const historyItem = z.object(shape);

/** An entry from its item, e.g. the unmarshalled new image of a stream record. Throws `PermanentError`. */
export function parseHistoryItem(item: unknown): HistoryEntry {
  return parseAs(historyItem, item, 'A stored history entry');
}

/** The first entry carries the write's digest; see `transact`. */
export function entryWrites(entries: readonly HistoryEntry[], write: string): readonly Write[] {
  return entries.map((entry, index) =>
    put(
      entryKey(entry),
      index === 0 ? { ...entry, write } : entry,
      'concurrent-change',
      // Entries are never overwritten: a number that is taken means that another writer was first.
      isNew,
    ),
  );
}

export function entryKey(entry: Pick<HistoryEntry, 'aggregate' | 'aggregateId' | 'sequence'>) {
  return { pk: historyPk(entry.aggregate, entry.aggregateId), sk: historySk(entry.sequence) };
}

export async function readHistory(
  table: Table,
  aggregate: Aggregate,
  aggregateId: string,
  after: number,
): Promise<readonly HistoryEntry[]> {
  const items = await queryItems(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': historyPk(aggregate, aggregateId),
      ':from': historySk(after + 1),
      ':to': 'HISTORY#~',
    },
    ConsistentRead: true,
  });
  return items.map(parseHistoryItem);
}
