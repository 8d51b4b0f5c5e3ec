import {
  longestNumber,
  mostCompanies,
  registration,
} from '../../shared/contracts/commands/operator-commands.ts';
import type { RowsMessage } from '../../shared/contracts/queues/import.ts';
import { ImportFileGone } from '../../shared/domain/campaign/import-files.ts';
import type {
  CampaignImport,
  CustomersFile,
  Delimiter,
  ImportColumn,
} from '../../shared/domain/campaign/imports.ts';
import { isCompanyNumber, normaliseCorporateId } from '../../shared/domain/tenant/identity.ts';
import { decodeCell } from './decode-cell.ts';
import { eachConcurrently } from './each-concurrently.ts';
import { finishImport, type Importer } from './finish-import.ts';
import { FormError } from './form-error.ts';
import { ByteInspector, markOfUtf8 } from './inspect-bytes.ts';
import { type CsvRow, isBlank, readCsv } from './read-csv.ts';
import { columnsOf, delimiterOf, longestHeader } from './read-header.ts';
import { refusalCsv } from './report.ts';

/** Of a file. What is remembered of its rows, environments' ids and company numbers, stays below 200 MB. */
const mostRows = 250_000;
const mostNumbers = 500_000;

/** Messages that are sent at once. */
const sentAtOnce = 10;

export interface Splitter extends Importer {
  readonly queue: { send(message: RowsMessage): Promise<void> };
  readonly batchRows: number;
}

/**
 * Checks the form of the whole file, so that nothing of a broken one is imported, and sends a message for each batch of its
 * rows. Repeated, it finds and sends the same.
 */
export async function splitFile(splitter: Splitter, begun: CampaignImport): Promise<void> {
  const { imports, files, queue, clock } = splitter;
  const { importId } = begun;
  const batchRows = begun.file?.batchRows ?? splitter.batchRows;
  const checked = await check(splitter, begun, batchRows);
  if (checked instanceof FormError) {
    const { line, column, message } = checked;
    await files.writeReport(importId, 0, refusalCsv({ line, column, message }));
    await finishImport(splitter, begun, { line, column, message });
    return;
  }
  const { batches, ...file } = checked;
  await imports.describeFile(
    importId,
    { ...file, batches: batches.length, batchRows },
    clock().toISOString(),
  );
  await eachConcurrently(batches, sentAtOnce, (batch) => queue.send(batch));
}

type Checked = Pick<CustomersFile, 'encoding' | 'delimiter' | 'columns' | 'rows'> & {
  readonly batches: readonly RowsMessage[];
};

async function check(
  { imports, files }: Splitter,
  { importId }: CampaignImport,
  batchRows: number,
): Promise<Checked | FormError> {
  try {
    return await readWhole(await files.readCustomers(importId), importId, batchRows);
  } catch (error) {
    if (error instanceof FormError) return error;
    // One that was split before is gone because its batches are done, or they tell that it is lost.
    if (!(error instanceof ImportFileGone) || (await imports.find(importId))?.file !== undefined) throw error;
    return new FormError(1, 1, 'The file is not there (any more). Import it again.');
  }
}

async function readWhole(
  bytes: AsyncIterable<Uint8Array>,
  importId: string,
  batchRows: number,
): Promise<Checked> {
  const inspector = new ByteInspector();
  const start = await readStart(inspected(bytes, inspector));
  const plan = new BatchPlan(importId, batchRows);
  let columns: readonly ImportColumn[] | undefined;
  /** The reader looks here for the name of a column in which the form breaks. */
  const names: ImportColumn[] = [];
  const { delimiter, from } = start;
  for await (const row of readCsv(start.bytes, { delimiter, from, firstLine: 1, columns: names })) {
    if (isBlank(row)) continue;
    if (columns !== undefined) plan.add(row, columns);
    else {
      columns = columnsOf(row.cells);
      names.push(...columns);
    }
  }
  const encoding = inspector.encoding();
  if (columns === undefined || plan.rows === 0) {
    throw new FormError(1, 1, 'The file has no rows below its header: nothing is to be imported.');
  }
  return { encoding, delimiter, columns, rows: plan.rows, batches: plan.batches() };
}

async function* inspected(
  bytes: AsyncIterable<Uint8Array>,
  inspector: ByteInspector,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    inspector.inspect(chunk);
    yield chunk;
  }
}

interface Start {
  readonly delimiter: Delimiter;
  /** Of the first byte after a mark of UTF-8. */
  readonly from: number;
  /** From there on. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Reads as far as the first line ends, finds its separator, and gives everything back. */
async function readStart(bytes: AsyncGenerator<Uint8Array>): Promise<Start> {
  let head = Buffer.alloc(0);
  let line: string | undefined;
  while (line === undefined) {
    const { done, value } = await bytes.next();
    if (done !== true) head = Buffer.concat([head, value]);
    const from = markOfUtf8.every((byte, index) => head[index] === byte) ? markOfUtf8.length : 0;
    const text = head
      .subarray(from, from + longestHeader)
      .toString('latin1')
      .replace(/^[\r\n]+/, '');
    const end = text.search(/[\r\n]/);
    if (done === true && text.trim() === '') throw new FormError(1, 1, 'The file is empty.');
    if (end >= 0) line = text.slice(0, end);
    else if (done === true || head.length >= longestHeader + markOfUtf8.length) line = text;
    if (line !== undefined) {
      return { delimiter: delimiterOf(line), from, bytes: continued(head.subarray(from), bytes) };
    }
  }
  throw new FormError(1, 1, 'The file is empty.');
}

async function* continued(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** A row. */
interface Place {
  readonly line: number;
  readonly batch: number;
}

/** Which rows make which batch, and what a batch must know of the others: lines, nothing of what stands there. */
class BatchPlan {
  rows = 0;
  readonly #importId: string;
  readonly #batchRows: number;
  readonly #batches: (Omit<RowsMessage, 'duplicates' | 'shared'> & {
    to: number;
    duplicates: RowsMessage['duplicates'];
    shared: RowsMessage['shared'];
  })[] = [];
  readonly #lineOf = new Map<string, number>();
  /** The first row with a company number. */
  readonly #ownerOf = new Map<string, Place>();

  constructor(importId: string, batchRows: number) {
    this.#importId = importId;
    this.#batchRows = batchRows;
  }

  add({ line, cells, from, to, fromLine }: CsvRow, columns: readonly ImportColumn[]): void {
    if (this.rows === mostRows) {
      throw new FormError(
        line,
        'environment_id',
        `The file has more than ${mostRows} rows: send it in several.`,
      );
    }
    const batch = this.#batchFor(fromLine, from);
    batch.to = to;
    this.rows += 1;
    const cell = (column: ImportColumn) => textOf(cells[columns.indexOf(column)] ?? '');
    const environmentId = registration.shape.environmentId.safeParse(cell('environment_id')).data;
    if (environmentId === undefined) return;
    const first = this.#lineOf.get(environmentId);
    if (first !== undefined) {
      batch.duplicates.push({ line, first });
      return;
    }
    this.#lineOf.set(environmentId, line);
    this.#noteNumbers(cell('companies'), { line, batch: batch.batch });
  }

  batches(): readonly RowsMessage[] {
    return this.#batches;
  }

  #batchFor(firstLine: number, from: number) {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.rows % this.#batchRows !== 0) return last;
    const batch = {
      kind: 'rows' as const,
      importId: this.#importId,
      batch: this.#batches.length,
      from,
      to: from,
      firstLine,
      duplicates: [],
      shared: [],
    };
    this.#batches.push(batch);
    return batch;
  }

  /** Each of the two rows is told of the other. */
  #noteNumbers(cell: string, place: Place): void {
    const companies = cell.split('|').filter((company) => company.trim() !== '');
    // A row with more is refused, and nothing of it is remembered.
    if (companies.length > mostCompanies) return;
    for (const company of companies) {
      const text = company.slice(company.lastIndexOf('=') + 1).trim();
      const number = normaliseCorporateId(text);
      if (text.length > longestNumber || !isCompanyNumber(number)) continue;
      const owner = this.#ownerOf.get(number);
      if (owner !== undefined) {
        this.#tell(place, owner);
        this.#tell(owner, place);
        continue;
      }
      if (this.#ownerOf.size === mostNumbers) {
        throw new FormError(
          place.line,
          'companies',
          `The file has more than ${mostNumbers} company numbers: send it in several.`,
        );
      }
      this.#ownerOf.set(ownCopy(number), place);
    }
  }

  /** Of one other row, so that the message of a batch does not grow with the numbers of its rows. */
  #tell({ line, batch }: Place, { line: other }: Place): void {
    const shared = this.#batches[batch]?.shared;
    if (line !== other && shared?.some((one) => one.line === line) === false) shared.push({ line, other });
  }
}

/** As its row will read it, whichever of the two encodings the file turns out to have. */
function textOf(cell: string): string {
  const text = decodeCell(cell, 'utf-8');
  return (text.includes('\ufffd') ? cell : text).trim();
}

/** A part of a text keeps the whole text in memory. */
function ownCopy(part: string): string {
  return Buffer.from(part).toString();
}
