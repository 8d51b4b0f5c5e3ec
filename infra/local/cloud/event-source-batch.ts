import { isRecord, listOf, stringMember } from './json.ts';

/** Something that reads a source and invokes a function until it is stopped. */
export interface Mapping {
  start(): void;
  stop(): void;
}

/**
 * The identifiers that a function reports as failed (`ReportBatchItemFailures`), by Lambda's rules: nothing, null or
 * an empty list is a success; an answer of another shape or an identifier that isn't in the batch fails all of it.
 */
export function failedItems(answer: unknown, batch: readonly string[]): readonly string[] {
  if (answer === null || answer === undefined || answer === '') return [];
  if (!isRecord(answer)) return batch;
  const { batchItemFailures } = answer;
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return batch;
  const failed = listOf(batchItemFailures).map((item) => stringMember(item, 'itemIdentifier') ?? '');
  return failed.every((id) => batch.includes(id)) ? failed : batch;
}
