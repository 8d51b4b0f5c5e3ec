import { reportColumns } from '../../shared/contracts/commands/import-commands.ts';
import type { FileRefusal, RowOutcome } from '../../shared/domain/campaign/imports.ts';
import type { CellProblem } from './read-row.ts';

export interface ReportLine {
  readonly line: number;
  readonly environmentId?: string | undefined;
  readonly outcome: RowOutcome;
  /** Of a refusal; or what is worth knowing of a row that was not refused. */
  readonly column?: string;
  readonly message?: string;
}

/** Told of one row: who corrects these finds the others, and the reports of a batch fit into memory. */
const mostProblems = 10;

export function refused(
  line: number,
  environmentId: string | undefined,
  problems: readonly CellProblem[],
): ReportLine {
  const told = problems.slice(0, mostProblems);
  const more = problems.length - told.length;
  return {
    line,
    environmentId,
    outcome: 'refused',
    column: [...new Set(problems.map(({ column }) => column))].join(' '),
    message: [
      ...told.map(({ column, message }) => `${column}: ${message.replace(/\.?$/, '.')}`),
      ...(more > 0 ? [`And ${more} more.`] : []),
    ].join(' '),
  };
}

/** Lines of the report, without its header. */
export function reportCsv(lines: readonly ReportLine[]): string {
  return lines
    .map(({ line, environmentId = '', outcome, column = '', message = '' }) => {
      const cells = { line: String(line), environment_id: environmentId, outcome, column, message };
      return reportColumns.map((name) => quoted(cells[name])).join(';');
    })
    .map((line) => `${line}\r\n`)
    .join('');
}

export function refusalCsv({ line, column, message }: FileRefusal): string {
  return reportCsv([{ line, outcome: 'refused', column, message: `Nothing was imported. ${message}` }]);
}

/** A cell that a spreadsheet would take for a formula is made a text: messages are ours, but a name of a column may be theirs. */
function quoted(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
