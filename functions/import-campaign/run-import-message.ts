import type { ImportMessage } from '../../shared/contracts/queues/import.ts';
import { type BatchImporter, importRows } from './import-rows.ts';
import { type Splitter, splitFile } from './split-file.ts';

export interface ImportRunner extends Splitter, BatchImporter {
  /** Of the queue: the last one sends a message to the dead letters. */
  readonly triesMax: number;
}

/** A message of the import's queue. What fails at its last try is noted, so that operators see it with the import. */
export async function runImportMessage(
  runner: ImportRunner,
  message: ImportMessage,
  receiveCount: number,
): Promise<void> {
  const { imports, files, clock, triesMax } = runner;
  const { importId } = message;
  try {
    if (message.kind === 'rows') await importRows(runner, message);
    else {
      const begun = await imports.find(importId);
      if (begun !== undefined && begun.finishedAt === undefined) await splitFile(runner, begun);
      else if (begun?.refusal !== undefined) await files.deleteCustomers(importId);
    }
  } catch (error) {
    if (receiveCount >= triesMax) {
      const part = message.kind === 'split' ? message.kind : String(message.batch);
      await imports.giveUp(importId, part, clock().toISOString());
    }
    throw error;
  }
}
