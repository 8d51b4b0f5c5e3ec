import * as z from 'zod';
import {
  type CampaignImport,
  correlationOf,
  delimiters,
  encodings,
  type ImportRepository,
  importColumns,
  type RowOutcome,
  rowOutcomes,
} from '../../domain/campaign/imports.ts';
import { Refusal } from '../../domain/connection/repository.ts';
import { parseAs } from '../parsing.ts';
import { readHistory } from './history-items.ts';
import { importBatchKey, importKey } from './keys.ts';
import { putItem, updateItem } from './single-writes.ts';
import { readItem, type Table } from './table.ts';
import { isNew, put, transact, update } from './transaction.ts';

/** A quarter, as for deliveries: who imported what is asked for long after its files are gone. */
const keptSeconds = 90 * 24 * 3600;

const count = z.number().int().default(0);

const importItem = z.object({
  importId: z.string(),
  campaignId: z.string(),
  dryRun: z.boolean(),
  deadline: z.string(),
  ladder: z.exactOptional(z.array(z.string())),
  by: z.string(),
  startedAt: z.string(),
  file: z.exactOptional(
    z.object({
      encoding: z.enum(encodings),
      delimiter: z.enum(delimiters),
      columns: z.array(z.enum(importColumns)),
      rows: z.number().int(),
      batches: z.number().int(),
      batchRows: z.number().int(),
    }),
  ),
  refusal: z.exactOptional(z.object({ line: z.number().int(), column: z.string(), message: z.string() })),
  batchesDone: count,
  // Flat, so that one update counts them up.
  rowsCreated: count,
  rowsUpdated: count,
  rowsUnchanged: count,
  rowsSkipped: count,
  rowsRefused: count,
  givenUp: z.set(z.string()).default(new Set()),
  changedAt: z.string(),
  finishedAt: z.exactOptional(z.string()),
});

const attributeOf = {
  created: 'rowsCreated',
  updated: 'rowsUpdated',
  unchanged: 'rowsUnchanged',
  skipped: 'rowsSkipped',
  refused: 'rowsRefused',
} as const satisfies Record<RowOutcome, string>;

const exists = 'attribute_exists(pk)';

export function createImportRepository(table: Table): ImportRepository {
  return {
    find: async (importId) => {
      const item = await readItem(table, importKey(importId));
      return item === undefined ? undefined : parseImport(item);
    },
    start: (begun) =>
      putItem(
        table,
        importKey(begun.importId),
        {
          ...begun,
          changedAt: begun.startedAt,
          expiresAtEpoch: Math.ceil(Date.parse(begun.startedAt) / 1000) + keptSeconds,
        },
        isNew,
      ),
    describeFile: async (importId, file, at) => {
      await updateItem(
        table,
        importKey(importId),
        'SET #file = :file, changedAt = :at DELETE givenUp :split',
        { names: { '#file': 'file' }, values: { ':file': file, ':at': at, ':split': new Set(['split']) } },
        exists,
      );
    },
    isBatchDone: async (importId, batch) =>
      (await readItem(table, importBatchKey(importId, batch))) !== undefined,
    finishBatch: async (importId, batch, counts, at) => {
      const adds = rowOutcomes.map((outcome) => `${attributeOf[outcome]} :${outcome}`).join(', ');
      const values = Object.fromEntries(rowOutcomes.map((outcome) => [`:${outcome}`, counts[outcome] ?? 0]));
      const expiresAtEpoch = Math.ceil(Date.parse(at) / 1000) + keptSeconds;
      try {
        await transact(table, [
          put(importBatchKey(importId, batch), { at, expiresAtEpoch }, 'delivery-seen', isNew),
          update(
            importKey(importId),
            `ADD batchesDone :one, ${adds} SET changedAt = :at DELETE givenUp :batch`,
            {
              expression: exists,
              values: { ...values, ':one': 1, ':at': at, ':batch': new Set([String(batch)]) },
            },
          ),
        ]);
      } catch (error) {
        if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
      }
    },
    giveUp: async (importId, part, at) => {
      await updateItem(
        table,
        importKey(importId),
        'ADD givenUp :part SET changedAt = :at',
        { values: { ':part': new Set([part]), ':at': at } },
        exists,
      );
    },
    finish: async (importId, at, refusal) => {
      await updateItem(
        table,
        importKey(importId),
        `SET finishedAt = :at, changedAt = :at${refusal === undefined ? '' : ', refusal = :refusal'} REMOVE givenUp`,
        { values: { ':at': at, ...(refusal === undefined ? {} : { ':refusal': refusal }) } },
        `${exists} AND attribute_not_exists(finishedAt)`,
      );
    },
    entriesOf: async (importId, environmentId) => {
      const histories = await Promise.all(
        (['environment', 'membership'] as const).map((aggregate) =>
          readHistory(table, aggregate, environmentId, 0),
        ),
      );
      return histories.flat().filter(({ correlationId }) => correlationId === correlationOf(importId));
    },
  };
}

function parseImport(item: unknown): CampaignImport {
  const { rowsCreated, rowsUpdated, rowsUnchanged, rowsSkipped, rowsRefused, givenUp, ...stored } = parseAs(
    importItem,
    item,
    'A stored import',
  );
  return {
    ...stored,
    counts: {
      created: rowsCreated,
      updated: rowsUpdated,
      unchanged: rowsUnchanged,
      skipped: rowsSkipped,
      refused: rowsRefused,
    },
    givenUp: [...givenUp].sort(),
  };
}
