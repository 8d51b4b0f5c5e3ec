import { type EventDetail, toEventDetail } from '../../shared/contracts/events/event.ts';
import type { HistoryEntry } from '../../shared/domain/history/entry.ts';
import { errorName } from '../../shared/platform/errors.ts';

export interface Publisher {
  readonly bus: {
    /** Publishes in order and answers, by index, what was not taken. */
    publish(
      events: readonly { readonly type: string; readonly detail: EventDetail }[],
    ): Promise<readonly { readonly index: number; readonly code: string }[]>;
  };
  readonly parseEntry: (item: unknown) => HistoryEntry;
  readonly log: Record<'info' | 'error', (message: string, detail: Record<string, string>) => void>;
}

/**
 * Publishes written history entries as events, in their order. Answers the position of the first that was not
 * published; those behind it come again too, and consumers know an `eventId` that they have seen.
 */
export async function publishHistory(
  { bus, parseEntry, log }: Publisher,
  records: readonly { readonly position: string; readonly item: unknown }[],
): Promise<string | undefined> {
  const entries: HistoryEntry[] = [];
  for (const { position, item } of records) {
    try {
      entries.push(parseEntry(item));
    } catch (error) {
      // What is before it must not wait for the repair.
      log.error('ENTRY UNREADABLE', { position, error: errorName(error) });
      break;
    }
  }
  const refused = await bus.publish(
    entries.map((entry) => ({ type: entry.type, detail: toEventDetail(entry) })),
  );
  for (const { index, code } of refused) {
    log.error('EVENT NOT PUBLISHED', { eventId: entries[index]?.id ?? '', code });
  }
  const missing = new Set(refused.map(({ index }) => index));
  const published = entries.filter((_, index) => !missing.has(index));
  if (published.length > 0) {
    log.info('PUBLISHED', { events: published.map(({ id, type }) => `${id} ${type}`).join(', ') });
  }
  const first = Math.min(entries.length, ...refused.map(({ index }) => index));
  return records[first]?.position;
}
