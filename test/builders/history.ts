import type { Cause, HistoryEntry } from '../../shared/domain/history/entry.ts';
import { writeEntry } from '../../shared/domain/history/entry.ts';
import type { EntryType } from '../../shared/domain/history/entry-types.ts';

/** The time at which things happen unless a test says otherwise. */
export const someTime = '2026-03-02T09:00:00.000Z';

/** `someTime` plus so many seconds. */
export function later(seconds: number, from: string = someTime): string {
  return new Date(Date.parse(from) + seconds * 1000).toISOString();
}

export function aCause(overrides: Partial<Cause> = {}): Cause {
  return { at: someTime, by: 'workflow', correlationId: 'correlation-1', ...overrides };
}

/** An entry of a connection's history. */
export function anEntry(
  overrides: {
    aggregate?: HistoryEntry['aggregate'];
    aggregateId?: string;
    sequence?: number;
    type?: EntryType;
    detail?: HistoryEntry['detail'];
    cause?: Partial<Cause>;
    tenantId?: string;
  } = {},
): HistoryEntry {
  return writeEntry(
    {
      aggregate: overrides.aggregate ?? 'connection',
      aggregateId: overrides.aggregateId ?? 'con_00000000000000000001',
      sequence: overrides.sequence ?? 1,
    },
    overrides.type ?? 'ConnectionRequested',
    aCause(overrides.cause),
    overrides.detail ?? {},
    overrides.tenantId,
  );
}
