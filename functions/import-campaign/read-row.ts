import { registration as registrationSchema } from '../../shared/contracts/commands/operator-commands.ts';
import { type Encoding, type ImportColumn, importColumns } from '../../shared/domain/campaign/imports.ts';
import { takesPart, vismaExportFormat } from '../../shared/domain/environment/environment.ts';
import type { Problem, Registration } from '../../shared/domain/environment/registration.ts';
import { decodeCell } from './decode-cell.ts';
import type { CsvRow } from './read-csv.ts';

/** What is wrong with a cell, and what to do; never what it holds. */
export interface CellProblem {
  readonly column: string;
  readonly message: string;
}

/** `environmentId` is absent where the row has none that could be one. */
export type ReadRow = {
  readonly environmentId?: string;
  readonly takesPart: boolean;
} & ({ readonly registration: Registration } | { readonly problems: readonly CellProblem[] });

interface Form {
  readonly columns: readonly ImportColumn[];
  readonly encoding: Encoding;
}

/** What a spreadsheet would take for a formula when somebody opens the file or a report about it. */
const formula = /^[=+\-@\t\r＝＋－＠]/;

/** Reads a row by the grammar of cells in docs/campaign.md. */
export function readRow(row: CsvRow, { columns, encoding }: Form): ReadRow {
  const texts = row.cells.map((cell) => decodeCell(cell, encoding));
  const problems = formProblems(texts, columns);
  const cells = new Map(columns.map((column, index) => [column, (texts[index] ?? '').trim()]));
  const cell = (column: ImportColumn) => cells.get(column) ?? '';
  const environmentId = registrationSchema.shape.environmentId.safeParse(cell('environment_id')).data;
  const exportFormats = values(cell('export_formats'));
  const known = {
    ...(environmentId === undefined ? {} : { environmentId }),
    takesPart: takesPart({ exportFormats }),
  };
  if (problems.length > 0) return { ...known, takesPart: true, problems };

  const contacts = listed(cell('contacts'), 'contacts', contactOf);
  const contactPerson = contactOf(cell('contact_person'));
  const companies = listed(cell('companies'), 'companies', companyOf);
  const administrations = listed(cell('administrations'), 'administrations', administrationOf);
  const grammar = [
    ...contacts.problems,
    ...(typeof contactPerson === 'string' ? [{ column: 'contact_person', message: contactPerson }] : []),
    ...companies.problems,
    ...administrations.problems,
  ];
  if (exportFormats.length === 0) {
    grammar.push({
      column: 'export_formats',
      message: `is empty: give the formats, ${vismaExportFormat} among them if it takes part.`,
    });
  }
  const parsed = registrationSchema.safeParse({
    environmentId: cell('environment_id'),
    name: cell('name'),
    locale: cell('locale').toLowerCase(),
    contacts: contacts.items,
    contactPerson: typeof contactPerson === 'string' ? { email: '', name: '' } : contactPerson,
    exportFormats,
    companies: companies.items,
    administrations: administrations.items,
  });
  if (parsed.success && grammar.length === 0) return { ...known, registration: parsed.data };
  const issues = (parsed.error?.issues ?? []).map((issue) =>
    cellProblem({ path: issue.path.join('.'), message: messageOf(issue, cell) }),
  );
  // An empty list is told once, by its own words.
  const own = issues.filter(({ column }) => grammar.every((problem) => problem.column !== column));
  return {
    ...known,
    takesPart: exportFormats.length === 0 || known.takesPart,
    problems: [...grammar, ...own],
  };
}

const columnOfField: ReadonlyMap<string, ImportColumn> = new Map([
  ['environmentId', 'environment_id'],
  ['contactPerson', 'contact_person'],
  ['exportFormats', 'export_formats'],
]);

/** The column that a part of a registration comes from. */
export function columnOf(field: string): ImportColumn {
  return columnOfField.get(field) ?? importColumns.find((name) => name === field) ?? 'environment_id';
}

/** A problem of a registration, told by its column and the place among its values. */
export function cellProblem({ path, message }: Problem): CellProblem {
  const [field = '', index] = path.split('.');
  const column = columnOf(field);
  const place = index !== undefined && /^\d+$/.test(index) ? `value ${Number(index) + 1} ` : '';
  return { column, message: `${place}${message}` };
}

function formProblems(texts: readonly string[], columns: readonly ImportColumn[]): readonly CellProblem[] {
  const more = texts.slice(columns.length).some((text) => text.trim() !== '');
  if (texts.length < columns.length || more) {
    return [
      {
        column: columns[texts.length] ?? `cell ${columns.length + 1}`,
        message: `the row has ${texts.length} cells, the header has ${columns.length}: add or remove separators, and put a cell that has one in quotes.`,
      },
    ];
  }
  return columns.flatMap((column, index) => {
    const text = texts[index] ?? '';
    if (formula.test(text) || formula.test(text.trim())) {
      return [{ column, message: 'begins like a formula (=, +, -, @ or a tab): remove that character.' }];
    }
    if (/\p{Cc}/u.test(text.trim())) {
      return [{ column, message: 'holds a line break or another control character: write it on one line.' }];
    }
    return text.includes('\ufffd')
      ? [
          {
            column,
            message: 'holds a character that an earlier program could not read (U+FFFD): correct it.',
          },
        ]
      : [];
  });
}

function values(cell: string): readonly string[] {
  return cell
    .split('|')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** The most of any cell, which its schema limits further: what has more is not looked at one by one. */
const mostValues = 1_000;

/** A reader answers a value, or in words what is wrong. */
function listed<Value extends object>(
  cell: string,
  column: ImportColumn,
  read: (text: string) => Value | string,
): { readonly items: readonly Value[]; readonly problems: readonly CellProblem[] } {
  const items: Value[] = [];
  const problems: CellProblem[] = [];
  const texts = values(cell);
  if (texts.length > mostValues) {
    return { items, problems: [{ column, message: `has more than ${mostValues} values.` }] };
  }
  texts.forEach((text, index) => {
    const item = read(text);
    if (typeof item === 'string') problems.push({ column, message: `value ${index + 1} ${item}` });
    else items.push(item);
  });
  return { items, problems };
}

function contactOf(text: string): { email: string; name: string } | string {
  const [, name = '', email = text] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  if (text === '') return 'is empty: give an address, or Name <address>.';
  return registrationSchema.shape.contactPerson.shape.email.safeParse(email.trim()).success
    ? { email: email.trim(), name: name.trim() }
    : 'is no e-mail address: write address, or Name <address>, with | between several.';
}

function companyOf(text: string): { name: string; corporateId: string } | string {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, Math.max(at, 0)).trim();
  const corporateId = text.slice(at + 1).trim();
  return at < 0 || name === '' || corporateId === ''
    ? 'is no company: write name=number, with | between several.'
    : { name, corporateId };
}

function administrationOf(
  text: string,
): { administrationId: string; name: string; company?: string } | string {
  const [administrationId = '', name = '', company, ...more] = text.split('=').map((part) => part.trim());
  return administrationId === '' || name === '' || company === '' || more.length > 0
    ? 'is no administration: write id=name, or id=name=company number, with | between several.'
    : { administrationId, name, ...(company === undefined ? {} : { company }) };
}

type Issue = NonNullable<ReturnType<typeof registrationSchema.safeParse>['error']>['issues'][number];

function messageOf(issue: Issue, cell: (column: ImportColumn) => string): string {
  const [field] = issue.path;
  if (field === 'locale') return 'must be nl or en.';
  if (field === 'environmentId') {
    return cell('environment_id') === ''
      ? 'is empty: give the id of the environment.'
      : 'must be lower-case letters, digits and dashes, 64 at most.';
  }
  if (issue.code === 'too_small') return 'is empty: fill it in.';
  if (issue.code === 'too_big') {
    return issue.origin === 'array'
      ? `has more than ${issue.maximum} values.`
      : `is longer than ${issue.maximum} characters: shorten it.`;
  }
  return `${issue.message}.`;
}
