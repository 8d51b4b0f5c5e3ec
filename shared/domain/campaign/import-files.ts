/** The files of an import: the customers' file, which is deleted after the last batch, and a report for each batch. */
export interface ImportFiles {
  /** Chunk by chunk, never the whole file at once. Throws `ImportFileGone` where there is none (any more). */
  readCustomers(importId: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** Deleting a file that is gone is no error. */
  deleteCustomers(importId: string): Promise<void>;
  /** Writing it again replaces it. */
  writeReport(importId: string, batch: number, csv: string): Promise<void>;
}

/** From the first byte of the file, which is 0. */
export interface ByteRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The customers' file was deleted, by its import's last batch or after seven days. */
export class ImportFileGone extends Error {
  override readonly name = 'ImportFileGone';
  constructor(importId: string) {
    super(`The customers' file of import ${importId} is gone.`);
  }
}

/** Where the files lie in the bucket; the operator tool puts the first and gets the second. */
export function customersKey(importId: string): string {
  return `imports/${importId}/customers.csv`;
}

export function reportKey(importId: string, batch: number): string {
  return `imports/${importId}/report/${batch}.csv`;
}
