import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import { Refusal } from '../../shared/domain/connection/repository.ts';
import { processTenantAdded, type TenantAddedDependencies } from './process-tenant-added.ts';
import { processTicket } from './process-ticket.ts';
import { type HintDependencies, processZohoHint } from './process-zoho-hint.ts';
import { requestNewLink } from './request-new-link.ts';
import type { TicketDependencies } from './ticket-case.ts';

export type InboundDependencies = TicketDependencies & TenantAddedDependencies & HintDependencies;

/**
 * Takes one verified delivery into account, once however often it comes: each way through it ends in a transaction that
 * remembers the delivery, and a delivery that is remembered is done.
 */
export async function processInbound(
  dependencies: InboundDependencies,
  message: InboundMessage,
  receiveCount: number,
): Promise<void> {
  // Of those that lie in the queue together, all but the first come to nothing by the time that must pass between two.
  if (message.kind === 'link-request') return requestNewLink(dependencies, message);
  // A hint is no delivery by itself: what it leads to is remembered, each message for itself.
  if (message.kind === 'zoho-desk-hint') return processZohoHint(dependencies, message, receiveCount);
  if (await dependencies.deliveries.isSeen(message.deliveryKey)) return;
  try {
    if (message.kind === 'ticket') await processTicket(dependencies, message, receiveCount);
    else await processTenantAdded(dependencies, message, receiveCount);
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'delivery-seen') return;
    throw error;
  }
}
