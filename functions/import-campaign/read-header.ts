import {
  type Delimiter,
  delimiters,
  type ImportColumn,
  importColumns,
} from '../../shared/domain/campaign/imports.ts';
import { FormError } from './form-error.ts';

/** More than the names of all columns with quotes; what has no end of a line by then has no header. */
export const longestHeader = 4_096;

/** Which separator the first line uses: the one that makes more known columns of it. */
export function delimiterOf(firstLine: string): Delimiter {
  const [found] = delimiters
    .map((delimiter) => ({ delimiter, known: namesOf(firstLine.split(delimiter)).filter(isColumn).length }))
    .toSorted((one, other) => other.known - one.known);
  if (found === undefined || found.known === 0) {
    throw new FormError(
      1,
      1,
      `The first line must name the columns, with ; or , between them: ${importColumns.join(';')}.`,
    );
  }
  return found.delimiter;
}

/** The columns in their order. Throws `FormError` that names every one that is missing, unknown or doubled. */
export function columnsOf(cells: readonly string[]): readonly ImportColumn[] {
  const names = namesOf(cells);
  // Spreadsheets end lines with separators of columns that are empty throughout.
  while (names.at(-1) === '') names.pop();
  const missing = importColumns.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !isColumn(name));
  const doubled = [...new Set(names.filter((name, index) => names.indexOf(name) < index))].filter(isColumn);
  const wrong = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`unknown: ${unknown.map(shown).join(', ')}`] : []),
    ...(doubled.length > 0 ? [`more than once: ${doubled.join(', ')}`] : []),
  ];
  if (wrong.length > 0) {
    const column = doubled[0] ?? unknown.map(shown)[0] ?? missing[0] ?? 'header';
    throw new FormError(
      1,
      column,
      `The columns are not right (${wrong.join('; ')}). Correct the first line.`,
    );
  }
  return names.filter(isColumn);
}

function namesOf(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.replaceAll('"', '').trim().toLowerCase());
}

function isColumn(name: string): name is ImportColumn {
  return importColumns.some((column) => column === name);
}

/** A name that we do not know may be anything, such as a customer's: so much of it as tells which is meant. */
function shown(name: string): string {
  return name === '' ? '(empty)' : name.replace(/[^\p{L}\p{N}_ -]/gu, '?').slice(0, 30);
}
