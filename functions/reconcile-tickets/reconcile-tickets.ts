import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import type { ReconciliationMessage } from '../../shared/contracts/queues/reconciliation.ts';
import { zohoDeliveryKey, zohoHint } from '../../shared/contracts/webhooks/zoho-desk.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface Reconciliation {
  readonly orgId: string;
  readonly everySeconds: number;
  readonly overlapSeconds: number;
  readonly changedSince: (since: string) => Promise<readonly string[]>;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  readonly log: (line: string, facts: Readonly<Record<string, number>>) => void;
}

/**
 * Zoho sends a delivery once. So every ticket that changed since the last look but one is looked at again: its messages
 * have keys of their own, and those that were taken into account are left alone.
 */
export async function reconcileTickets(
  { orgId, everySeconds, overlapSeconds, changedSince, enqueue, clock, log }: Reconciliation,
  { at }: ReconciliationMessage,
): Promise<void> {
  const since = new Date(Date.parse(at) - (everySeconds + overlapSeconds) * 1000).toISOString();
  const receivedAt = clock().toISOString();
  const ticketIds = await changedSince(since);
  for (const ticketId of ticketIds) {
    const hint = zohoHint.parse({ ticketId, eventType: 'Ticket_Update', eventTime: Date.parse(at) });
    await enqueue({ kind: 'zoho-desk-hint', deliveryKey: zohoDeliveryKey(orgId, hint), receivedAt, hint });
  }
  log('TICKETS LOOKED THROUGH', { changed: ticketIds.length });
}
