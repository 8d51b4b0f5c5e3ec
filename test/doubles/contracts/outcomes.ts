import { Refusal, type RefusalReason } from '../../../shared/domain/connection/repository.ts';

/** The reason for which a write was refused; `undefined` when it was written. */
export async function refusal(write: Promise<unknown>): Promise<RefusalReason | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

/** `done` or the reason of refusal, of each of several writes at once. */
export function settled(writes: readonly Promise<unknown>[]): Promise<(RefusalReason | 'done')[]> {
  return Promise.all(writes.map(async (write) => (await refusal(write)) ?? 'done'));
}
