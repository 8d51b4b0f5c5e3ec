import {
  customersKey,
  ImportFileGone,
  type ImportFiles,
  reportKey,
} from '../../../shared/domain/campaign/import-files.ts';

export interface InMemoryImportFiles extends ImportFiles {
  /** What the operator's tool does. */
  putCustomers(importId: string, content: Uint8Array | string): Promise<void>;
  readReport(importId: string, batch: number): Promise<string | undefined>;
}

/** `chunkBytes`: a small one cuts rows and characters in two. */
export function createInMemoryImportFiles(
  chunkBytes = 7,
): InMemoryImportFiles & { hasCustomers(importId: string): Promise<boolean> } {
  const files = new Map<string, Buffer>();
  return {
    readCustomers: async (importId, range) => {
      const file = files.get(customersKey(importId));
      if (file === undefined) throw new ImportFileGone(importId);
      const part = file.subarray(range?.from ?? 0, range?.to ?? file.length);
      return (async function* () {
        for (let at = 0; at < part.length; at += chunkBytes) yield part.subarray(at, at + chunkBytes);
      })();
    },
    deleteCustomers: async (importId) => {
      files.delete(customersKey(importId));
    },
    writeReport: async (importId, batch, csv) => {
      files.set(reportKey(importId, batch), Buffer.from(csv));
    },
    hasCustomers: async (importId) => files.has(customersKey(importId)),
    putCustomers: async (importId, content) => {
      files.set(customersKey(importId), Buffer.from(content));
    },
    readReport: async (importId, batch) => files.get(reportKey(importId, batch))?.toString('utf8'),
  };
}
