import type { EntryType, entryTypes } from './entry-types.ts';

/**
 * One line of an aggregate's history: what happened, when, by whom and from which delivery.
 * Written in the same transaction as the change it tells of; the table's stream turns it into an event (see docs/events.md).
 */
export interface HistoryEntry {
  /**
   * `<aggregateId>-<sequence, six digits>`; unique, and the `eventId` of the event it becomes. Begins with `campaign_` or
   * `membership_` for those two, whose ids could be an environment's.
   */
  readonly id: string;
  readonly aggregate: Aggregate;
  readonly aggregateId: string;
  /** 1, 2, 3 … per aggregate; equals the aggregate's version after the change. Facts are consumed by this number. */
  readonly sequence: number;
  readonly type: string;
  readonly at: string;
  readonly by: Actor;
  /** Of the webhook delivery or operator command that caused it. */
  readonly deliveryKey?: string;
  /** Travels from the first request to the last e-mail. */
  readonly correlationId: string;
  /** Ids, enumerated words, numbers and dates only: this part is published. */
  readonly detail: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Stays in the table: the tenant ID that a fact reports. */
  readonly tenantId?: string;
}

export type Aggregate = keyof typeof entryTypes;

/** `workflow`, `health-check`, `campaign`, `visma`, `ticket:<system>`, `spend-cloud`, `mail-service`, `contact` or `operator:<caller's ARN>`; never a parameter of a request. */
type Actor = string;

/** Who causes a change, when, and what it belongs to. */
export interface Cause {
  readonly at: string;
  readonly by: Actor;
  readonly deliveryKey?: string;
  readonly correlationId: string;
}

function entryId(aggregate: Aggregate, aggregateId: string, sequence: number): string {
  const prefix = aggregate === 'campaign' || aggregate === 'membership' ? `${aggregate}_` : '';
  return `${prefix}${aggregateId}-${String(sequence).padStart(6, '0')}`;
}

/** The entry that follows version `sequence - 1` of an aggregate. */
export function writeEntry<Of extends Aggregate>(
  of: { aggregate: Of; aggregateId: string; sequence: number },
  type: EntryType<Of>,
  cause: Cause,
  detail: HistoryEntry['detail'] = {},
  tenantId?: string,
): HistoryEntry {
  return {
    id: entryId(of.aggregate, of.aggregateId, of.sequence),
    ...of,
    type,
    at: cause.at,
    by: cause.by,
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
    correlationId: cause.correlationId,
    detail,
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}
