/** What an answer looks like to a person: lines for values, a table for each list. Names may hold anything. */

/** Makes text harmless on a terminal: control characters, escape sequences and reversals of direction become visible. */
export function harmless(text: string): string {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON that is as harmless: `JSON.stringify` leaves the characters above U+001F alone. */
export function renderJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).split('\n').map(harmless).join('\n');
}

export function render(answer: unknown): string {
  if (!isRecord(answer)) return harmless(JSON.stringify(answer));
  const { lines, tables } = partsOf(answer);
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  const listed = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [listed.join('\n'), ...tables].filter((part) => part !== '').join('\n\n');
}

interface Parts {
  readonly lines: readonly (readonly [string, string])[];
  readonly tables: readonly string[];
}

function partsOf(record: Readonly<Record<string, unknown>>, prefix = ''): Parts {
  const lines: (readonly [string, string])[] = [];
  const tables: string[] = [];
  for (const [key, value] of Object.entries(record)) {
    const name = `${prefix}${words(key)}`;
    if (Array.isArray(value) && value.some(isRecord)) {
      tables.push(`${name}\n${table(value.filter(isRecord))}`);
    } else if (isRecord(value)) {
      const inner = partsOf(value, `${name}: `);
      lines.push(...inner.lines);
      tables.push(...inner.tables);
    } else lines.push([name, cell(value)]);
  }
  return { lines, tables };
}

/** What a terminal shows beside each other; a wider table would be folded and nobody could read it. */
const tableWidth = 140;

/**
 * Columns in the order of their first appearance, as wide as their widest cell. Where that is too wide, what only some
 * rows have stands in one last column.
 */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const all = [keys.map(words), ...rows.map((row) => keys.map((key) => cell(row[key])))];
  if (lineWidth(all) <= tableWidth) return drawn(all);
  const everywhere = keys.filter((key) => rows.every((row) => row[key] !== undefined));
  const sparse = keys.filter((key) => !everywhere.includes(key));
  if (sparse.length < 2) return drawn(all);
  const details = (row: Readonly<Record<string, unknown>>) =>
    sparse.flatMap((key) => (row[key] === undefined ? [] : [`${words(key)} ${cell(row[key])}`])).join(', ');
  return drawn([
    [...everywhere.map(words), 'details'],
    ...rows.map((row) => [...everywhere.map((key) => cell(row[key])), details(row)]),
  ]);
}

function widthsOf(cells: readonly (readonly string[])[]): readonly number[] {
  return (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
}

function lineWidth(cells: readonly (readonly string[])[]): number {
  return widthsOf(cells).reduce((sum, width) => sum + width + 2, -2);
}

function drawn(cells: readonly (readonly string[])[]): string {
  const widths = widthsOf(cells);
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = cells;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(cell).join(', ');
  if (isRecord(value)) return harmless(JSON.stringify(value));
  return harmless(String(value));
}

/** `connectionId` reads as `connection id`. */
function words(key: string): string {
  return harmless(key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase());
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
