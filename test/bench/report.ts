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
