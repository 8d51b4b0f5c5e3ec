import { CsvError, type Parser, parse } from 'csv-parse';
import type { Delimiter } from '../../shared/domain/campaign/imports.ts';
import { FormError } from './form-error.ts';

/** One row, its cells still bytes: each character is one byte's number (decode-cell.ts). */
export interface CsvRow {
  /** Where it begins. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Offsets of bytes in the file: the row and the empty lines before it lie from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  /** The line at `from`. */
  readonly fromLine: number;
}

/** A spreadsheet's rows beyond the last one: nothing but separators. */
export function isBlank({ cells }: Pick<CsvRow, 'cells'>): boolean {
  return cells.every((cell) => cell.trim() === '');
}

export interface CsvPlace {
  readonly delimiter: Delimiter;
  /** Of the first byte that is given, in the file. */
  readonly from: number;
  readonly firstLine: number;
  /** Names of the columns for errors; may be filled while the header is read. */
  readonly columns?: readonly string[];
}

/** Of a row, in bytes: a thousand administrations fit in. What is longer is a quote that opens and never closes. */
export const longestRow = 256 * 1024;
/** Far more than there are columns: a row of delimiters only has no length to be limited by. */
const mostCells = 100;

/**
 * Rows of a part of a file that begins at the start of a row, by RFC 4180, with any of the three ends of lines. Memory is
 * bounded by `longestRow` and the given chunks. Bytes of both encodings are read as Latin-1, since separators and quotes
 * are ASCII in both: so offsets are those of the file, and an encoding cannot hide a quote. Throws `FormError`.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, place: CsvPlace): AsyncGenerator<CsvRow> {
  const found: CsvRow[] = [];
  const lines = new LineCounter(place.firstLine);
  let from = place.from;
  const parser = parse({
    encoding: 'latin1',
    delimiter: place.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'].map((end) => Buffer.from(end)),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
    cast: (value, { index, empty_lines }) => {
      lines.cell(value, index, empty_lines);
      if (index >= mostCells) {
        throw new FormError(lines.line, `cell ${index + 1}`, `The row has more than ${mostCells} cells.`);
      }
      return value;
    },
    on_record: (cells: string[], { bytes: read }) => {
      const to = place.from + read;
      found.push({ ...lines.row(), cells, from, to });
      from = to;
      return null;
    },
  });
  // Whoever writes gets the error too.
  parser.on('error', () => undefined);
  try {
    for await (const chunk of bytes) {
      await write(parser, chunk);
      yield* found.splice(0);
    }
    await end(parser);
  } catch (error) {
    throw error instanceof CsvError ? formErrorOf(error, lines, place.columns ?? []) : error;
  } finally {
    parser.destroy();
  }
  yield* found;
}

/** Keeps the line of each row and cell: line ends within quotes count, empty lines too. */
class LineCounter {
  /** Of the row at hand, and of its next cell. */
  #row: number;
  /** Where the row before it ended. */
  #from: number;
  #cell: number;
  #cells = 0;
  #emptyLines = 0;

  constructor(firstLine: number) {
    this.#row = firstLine;
    this.#from = firstLine;
    this.#cell = firstLine;
  }

  get line(): number {
    return this.#cell;
  }

  /** Finished cells of the row at hand. */
  get cells(): number {
    return this.#cells;
  }

  cell(value: string, index: number, emptyLines: number): void {
    if (index === 0) {
      this.#row += emptyLines - this.#emptyLines;
      this.#cell = this.#row;
      this.#emptyLines = emptyLines;
    }
    this.#cells = index + 1;
    this.#cell += value.match(/\r\n|\n|\r/g)?.length ?? 0;
  }

  /** The row is complete: answers its line. */
  row(): { readonly line: number; readonly fromLine: number } {
    const lines = { line: this.#row, fromLine: this.#from };
    this.#row = this.#cell + 1;
    this.#from = this.#row;
    this.#cell = this.#row;
    this.#cells = 0;
    return lines;
  }

  /** Of the cell that an error ended; in the first of a row it may not be told yet how many empty lines were before. */
  lineOfError(emptyLines: number): number {
    return this.#cells === 0 ? this.#row + emptyLines - this.#emptyLines : this.#cell;
  }
}

function formErrorOf(error: CsvError, lines: LineCounter, columns: readonly string[]): FormError {
  const emptyLines = Number(error.empty_lines ?? 0);
  const line = lines.lineOfError(emptyLines);
  const column = columns[lines.cells] ?? `cell ${lines.cells + 1}`;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new FormError(
        line,
        column,
        'The quote that opens here never closes. Close it, and write a quote within a cell twice.',
      );
    case 'CSV_MAX_RECORD_SIZE':
      return new FormError(
        line,
        column,
        `The row is longer than ${longestRow / 1024} KB with this cell, or a quote that opens here never closes. Close it, or shorten the cell.`,
      );
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new FormError(
        line,
        column,
        'The quoted text of this cell ends before the cell does. Write a quote within a cell twice.',
      );
    case 'INVALID_OPENING_QUOTE':
      return new FormError(
        line,
        column,
        'A quote stands in the middle of this cell. Put the whole cell in quotes and write a quote within it twice.',
      );
    default:
      return new FormError(line, column, `This is no CSV (${error.code}).`);
  }
}

function write(parser: Parser, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('error', reject);
    // Nobody reads what it emits, which is nothing but its end.
    parser.once('end', resolve).resume();
    parser.end();
  });
}
