import type { DeliveryOutcome } from '../../domain/delivery/repository.ts';
import { type Cause, type HistoryEntry, writeEntry } from '../../domain/history/entry.ts';
import { digest } from '../../platform/ids.ts';

/** History entries of what has no aggregate in the domain: deliveries and the stock. */

/** Names a delivery without telling its key, whose parts come from outside. */
export function deliveryIdOf(deliveryKey: string): string {
  return digest('delivery', deliveryKey).slice(0, 32);
}

export function outcomeEntry(deliveryKey: string, outcome: DeliveryOutcome, cause: Cause): HistoryEntry {
  const { type, ...detail } = outcome;
  return writeEntry(
    { aggregate: 'delivery', aggregateId: deliveryIdOf(deliveryKey), sequence: 1 },
    type,
    { ...cause, deliveryKey },
    detail,
  );
}

/** The one stock's id. */
export const stockId = 'stock';

export function codesAddedEntry(sequence: number, codeIds: readonly string[], cause: Cause): HistoryEntry {
  return writeEntry({ aggregate: 'stock', aggregateId: stockId, sequence }, 'InvitationCodesAdded', cause, {
    count: codeIds.length,
    codeIds,
  });
}
