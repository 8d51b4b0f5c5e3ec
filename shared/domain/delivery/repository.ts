import type { Cause } from '../history/entry.ts';

/**
 * Deliveries that concern no connection (yet), and what is known of a ticket. A delivery's outcome is remembered once;
 * its entry becomes an event like any other.
 */
export interface DeliveryRepository {
  isSeen(deliveryKey: string): Promise<boolean>;
  /** Remembers the delivery and tells its outcome in one transaction; throws `Refusal('delivery-seen')`. */
  conclude(deliveryKey: string, outcome: DeliveryOutcome, cause: Cause): Promise<void>;
  findTicket(ticketKey: string): Promise<Ticket | undefined>;
  /** Keeps the UUIDs of a message that we sent: a quote of them is no tenant ID. Set semantics. */
  rememberSent(ticketKey: string, uuids: readonly string[]): Promise<void>;
  /**
   * Counts an answer that is about to be put on the ticket, once however often it is asked, and remembers its text as ours.
   * `false`: the ticket has `atMost` others, and nothing is remembered.
   */
  admitAnswer(
    ticketKey: string,
    answer: { readonly answerId: string; readonly textDigest: string },
    atMost: number,
  ): Promise<boolean>;
  /** Keeps the ticket system's id of a message that we put there. */
  rememberMessage(ticketKey: string, messageId: string): Promise<void>;
}

interface Ticket {
  readonly ticketKey: string;
  readonly sentUuids: readonly string[];
  /** Of answers that we put there: what comes back with such an id or text (`textDigestOf`) is our own. */
  readonly sentMessageIds: readonly string[];
  readonly sentTextDigests: readonly string[];
}

export type DeliveryOutcome =
  | { readonly type: 'TicketUnmatched'; readonly ticketKey: string; readonly reason: UnmatchedReason }
  | { readonly type: 'NoActionNeeded'; readonly ticketKey: string; readonly environmentId: string }
  | {
      readonly type: 'TenantIdUnclear';
      readonly ticketKey: string;
      readonly environmentId: string;
      readonly reason: 'several-uuids' | 'no-company-matches' | 'unreadable';
    }
  | {
      readonly type: 'TenantUnmatched';
      readonly reason: 'nobody-waits' | 'identity-unclear' | 'not-confirmed';
    }
  | { readonly type: 'DeliveryIgnored'; readonly reason: string };

export const unmatchedReasons = [
  'unknown-requester',
  'several-environments',
  'other-environment-named',
  'requester-not-registered',
  'unknown-company',
] as const;
export type UnmatchedReason = (typeof unmatchedReasons)[number];
