import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { IssuedCode } from '../../domain/connection/connection.ts';
import { onFreshState } from '../../domain/connection/repository.ts';
import type { Cause } from '../../domain/history/entry.ts';
import type { NewCode, Stock } from '../../domain/stock/stock.ts';
import { codeIdOf } from '../../platform/ids.ts';
import { parseAs } from '../parsing.ts';
import { deliveryWrite } from './delivery-items.ts';
import { entryWrites } from './history-items.ts';
import { codeInStockKey, deliveryItemKey, knownCodeKey, stockKey } from './keys.ts';
import { codesAddedEntry } from './own-entries.ts';
import { queryItems, queryPrefix, readItem, readItems, type Table } from './table.ts';
import { hasVersion, isNew, put, transact, type Write } from './transaction.ts';
import { writeDigestOf } from './transaction-rules.ts';

const codeItem = z.object({ codeId: z.string(), code: z.string(), expiresAt: z.string() });
const knownCodeItem = z.object({ codeId: z.string(), addedBy: z.string() });
const stockItem = z.object({ version: z.number().int() });

/** Two items a code; with the stock, its entry and the delivery they stay below the limit of a transaction. */
const codesPerTransaction = 45;

/**
 * Codes in stock lie in one partition, sorted by expiry. Whoever takes one deletes its item; of two takers of one code
 * the second is refused (`code-gone`). Callers therefore pick at random among the first ones, or else everybody tries
 * for the same code at once.
 */
export function createStock(table: Table): Stock {
  return {
    add: (codes, cause) => {
      // Marks what this call writes, so that its own repetition after a concurrent change knows it again.
      const addedBy = cause.deliveryKey ?? `call:${randomUUID()}`;
      return onFreshState(() => addCodes(table, codes, addedBy, cause));
    },
    available: async (after, limit) => {
      const items = await queryItems(table, { ...living(after), ConsistentRead: true }, limit);
      return items.map(parseCode);
    },
    count: async (after) => {
      const all = (await queryPrefix(table, stockKey.pk, 'CODE#')).map(parseCode);
      const alive = all.filter((code) => code.expiresAt > instant(after));
      const soonest = alive.at(0)?.expiresAt;
      const latest = alive.at(-1)?.expiresAt;
      return {
        available: alive.length,
        tooOld: all.length - alive.length,
        ...(soonest === undefined ? {} : { soonest }),
        ...(latest === undefined ? {} : { latest }),
      };
    },
  };
}

/** One spelling of an instant: sort keys are compared as text. */
function instant(text: string): string {
  return new Date(text).toISOString();
}

function parseCode(item: unknown): IssuedCode {
  return parseAs(codeItem, item, 'A stored code');
}

/** `~` sorts behind every code id, so that a code that ends at `after` itself is left out. */
function living(after: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': stockKey.pk, ':from': `CODE#${instant(after)}#~`, ':to': 'CODE#~' },
  };
}

/**
 * More codes than one transaction holds are written in several; the last one tells of all in one entry and remembers
 * the delivery. A crash in between leaves codes that can be issued already; the repeated command finds them marked as
 * its own, answers the same and tells of them.
 */
async function addCodes(table: Table, codes: readonly NewCode[], addedBy: string, cause: Cause) {
  const distinct = new Map<string, NewCode>();
  for (const code of codes) {
    const codeId = codeIdOf(code.code);
    if (!distinct.has(codeId)) distinct.set(codeId, code);
  }
  const known = await readKnown(table, [...distinct.keys()]);
  const told =
    cause.deliveryKey !== undefined &&
    (await readItem(table, deliveryItemKey(cause.deliveryKey))) !== undefined;
  const fresh = told ? [] : [...distinct].filter(([codeId]) => !known.has(codeId));
  const own = [...distinct.keys()].filter((codeId) => known.get(codeId) === addedBy);
  if (!told && fresh.length + own.length > 0) {
    const chunks = chunksOf(fresh, codesPerTransaction);
    for (const chunk of chunks.slice(0, -1)) await transact(table, codeWrites(chunk, addedBy, cause));
    await tell(
      table,
      [...own, ...fresh.map(([codeId]) => codeId)],
      codeWrites(chunks.at(-1) ?? [], addedBy, cause),
      cause,
    );
  }
  const added = new Set([...own, ...fresh.map(([codeId]) => codeId)]);
  return codes.map(({ code }): 'added' | 'known' => (added.delete(codeIdOf(code)) ? 'added' : 'known'));
}

async function readKnown(table: Table, codeIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const items = await readItems(table, codeIds.map(knownCodeKey));
  return new Map(
    items.map((item) => {
      const { codeId, addedBy } = parseAs(knownCodeItem, item, 'A known code');
      return [codeId, addedBy];
    }),
  );
}

function codeWrites(
  codes: readonly (readonly [string, NewCode])[],
  addedBy: string,
  cause: Cause,
): readonly Write[] {
  return codes.flatMap(([codeId, code]) => {
    const expiresAt = instant(code.expiresAt);
    return [
      put(knownCodeKey(codeId), { codeId, addedBy, at: cause.at }, 'concurrent-change', isNew),
      put(codeInStockKey(expiresAt, codeId), { codeId, code: code.code, expiresAt }),
    ];
  });
}

async function tell(
  table: Table,
  codeIds: readonly string[],
  writes: readonly Write[],
  cause: Cause,
): Promise<void> {
  const item = await readItem(table, stockKey);
  const version = item === undefined ? 0 : parseAs(stockItem, item, 'The stored stock').version;
  const entry = codesAddedEntry(version + 1, codeIds, cause);
  await transact(table, [
    ...writes,
    put(stockKey, { version: version + 1 }, 'concurrent-change', version === 0 ? isNew : hasVersion(version)),
    ...entryWrites([entry], writeDigestOf(entry)),
    // A repetition that was faster is found at the next look, not refused.
    ...(cause.deliveryKey === undefined
      ? []
      : [deliveryWrite(cause.deliveryKey, cause.at, 'concurrent-change')]),
  ]);
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
