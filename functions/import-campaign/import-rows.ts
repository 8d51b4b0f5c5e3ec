import type { RowsMessage } from '../../shared/contracts/queues/import.ts';
import type { Campaign } from '../../shared/domain/campaign/campaign.ts';
import {
  type CampaignImport,
  correlationOf,
  type RowCounts,
  type RowOutcome,
} from '../../shared/domain/campaign/imports.ts';
import { startCampaign } from '../../shared/domain/campaign/join-campaign.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { eachConcurrently } from './each-concurrently.ts';
import { finishImport, type Importer } from './finish-import.ts';
import { importRow, type RowImporter } from './import-row.ts';
import { isBlank, readCsv } from './read-csv.ts';
import { readRow } from './read-row.ts';
import { readStored, type StoredReader } from './read-stored.ts';
import { type ReportLine, reportCsv } from './report.ts';

export type BatchImporter = Importer & RowImporter & StoredReader;

/** Rows of a batch that are written at once. */
const rowsAtOnce = 10;

/**
 * Imports the rows of a batch, writes its report and counts it, once. Each row is a transaction of its own, so that a batch
 * which is repeated after a crash finds its own work and reports the same. The last batch ends the import.
 */
export async function importRows(importer: BatchImporter, message: RowsMessage): Promise<void> {
  const { imports, files, clock } = importer;
  const { importId, batch } = message;
  const begun = await imports.find(importId);
  if (begun?.file === undefined || begun.finishedAt !== undefined) return;
  if (!(await imports.isBatchDone(importId, batch))) {
    const lines = await report(importer, begun, begun.file, message);
    await files.writeReport(importId, batch, reportCsv(lines));
    await imports.finishBatch(importId, batch, countsOf(lines), clock().toISOString());
  }
  const now = await imports.find(importId);
  if (now !== undefined && now.finishedAt === undefined && now.batchesDone === begun.file.batches) {
    await finishImport(importer, now);
  }
}

async function report(
  importer: BatchImporter,
  begun: CampaignImport,
  file: NonNullable<CampaignImport['file']>,
  { importId, from, to, firstLine, duplicates, shared }: RowsMessage,
): Promise<readonly ReportLine[]> {
  const campaign = await campaignOf(importer, begun);
  const first = new Map(duplicates.map((one) => [one.line, one.first]));
  const others = new Map(shared.map((one) => [one.line, one.other]));
  const bytes = await importer.files.readCustomers(importId, { from, to });
  const rows = [];
  for await (const row of readCsv(bytes, {
    delimiter: file.delimiter,
    from,
    firstLine,
    columns: file.columns,
  })) {
    if (!isBlank(row)) rows.push({ line: row.line, read: readRow(row, file) });
  }
  const stored = await readStored(
    importer,
    rows.map(({ read }) => read),
  );
  // Those that share a number write one item: at once they would be in each other's way until none gets in.
  const together = rows.filter(({ line }) => others.has(line));
  const apart = rows.filter(({ line }) => !others.has(line)).map((row) => [row]);
  const lines = await eachConcurrently([together, ...apart], rowsAtOnce, async (some) => {
    const done: ReportLine[] = [];
    for (const { line, read } of some) {
      const beside = { firstLine: first.get(line), sharedWith: others.get(line) };
      done.push(await importRow(importer, { begun, campaign, stored }, line, read, beside));
    }
    return done;
  });
  return lines.flat().sort((one, other) => one.line - other.line);
}

/** A dry run of a new campaign goes by what it would be. */
async function campaignOf({ campaigns }: Importer, begun: CampaignImport): Promise<Campaign> {
  const { campaignId, importId, dryRun, deadline, ladder, by, startedAt } = begun;
  const campaign = await campaigns.find(campaignId);
  if (campaign !== undefined) return campaign;
  const cause = { at: startedAt, by, correlationId: correlationOf(importId) };
  const started = startCampaign(campaignId, { deadline, ...(ladder === undefined ? {} : { ladder }) }, cause);
  if (!dryRun || !('after' in started)) throw new PermanentError(`There is no campaign ${campaignId}.`);
  return started.after;
}

function countsOf(lines: readonly ReportLine[]): RowCounts {
  const counts: Partial<Record<RowOutcome, number>> = {};
  for (const { outcome } of lines) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
