/** Runs `work` for each item, `limit` at a time. The first failure ends it. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** Nearest-rank percentile. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** A readable table, and the same figures as the last line in JSON. */
export function printTable<Result extends Record<string, number>>(
  result: Result,
  labels: Record<keyof Result, string>,
): void {
  const width = Math.max(...Object.values<string>(labels).map((label) => label.length));
  console.log('');
  for (const [name, value] of Object.entries(result))
    console.log(`${(labels[name] ?? name).padEnd(width)}  ${String(value).padStart(10)}`);
  console.log('');
  console.log(JSON.stringify(result));
}

/** A readable table: the first column to the left, figures to the right. */
export function printRows(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  console.log('');
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join('  '));
  }
  console.log('');
}
