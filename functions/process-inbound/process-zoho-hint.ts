import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import type { TicketMessage } from '../../shared/contracts/webhooks/generic-ticket.ts';
import { Refusal } from '../../shared/domain/connection/repository.ts';
import type { DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { TransientError } from '../../shared/platform/errors.ts';

/** A message of a ticket as it lies in Zoho Desk; its key is the same whoever finds it, and however often. */
interface Item {
  readonly deliveryKey: string;
  readonly isFieldsOnly: boolean;
  read(): Promise<TicketMessage | undefined>;
}

export interface HintDependencies {
  /** `undefined` while Zoho Desk is not in use. */
  readonly zohoTickets:
    | { read(ticketId: string): Promise<readonly Item[] | 'unknown' | 'incomplete'> }
    | undefined;
  readonly deliveries: DeliveryRepository;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  readonly log: (line: string, ids: Readonly<Record<string, string>>) => void;
}

/** So often a mailed ticket is looked at whose first message is not there; the reconciliation looks again. */
const patience = 5;

/**
 * Somebody says that there is something on a ticket: looks at it over the API, and queues each message that was not
 * taken into account yet. Nothing of what the delivery said is believed, so a forged one has no effect beyond this look,
 * and it does not matter which of a ticket's deliveries were lost.
 */
export async function processZohoHint(
  { zohoTickets, deliveries, enqueue, clock, log }: HintDependencies,
  { hint, deliveryKey }: Extract<InboundMessage, { kind: 'zoho-desk-hint' }>,
  receiveCount: number,
): Promise<void> {
  const { ticketId } = hint;
  const items = zohoTickets === undefined ? 'unknown' : await zohoTickets.read(ticketId);
  if (items === 'incomplete' && receiveCount < patience) {
    throw new TransientError('The first message of the ticket is not there yet.');
  }
  if (items === 'unknown' || items === 'incomplete') {
    log('TICKET NOT READ', { ticketId, deliveryKey, reason: items });
    return;
  }
  const receivedAt = clock().toISOString();
  let isInbound = false;
  for (const item of items) {
    if (await deliveries.isSeen(item.deliveryKey)) continue;
    if (item.isFieldsOnly && isInbound) {
      await remember(deliveries, item.deliveryKey, receivedAt);
      continue;
    }
    const message = await item.read();
    if (message === undefined) continue;
    isInbound ||= message.direction === 'inbound';
    await enqueue({ kind: 'ticket', deliveryKey: item.deliveryKey, receivedAt, message });
  }
}

/** The fields came with a message of the customer's that was just queued: they are not looked at once more. */
async function remember(deliveries: DeliveryRepository, deliveryKey: string, at: string): Promise<void> {
  const cause = { at, by: 'ticket:zoho-desk', deliveryKey, correlationId: deliveryKey };
  try {
    await deliveries.conclude(deliveryKey, { type: 'DeliveryIgnored', reason: 'came-with-message' }, cause);
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
  }
}
