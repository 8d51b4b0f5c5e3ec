import { textDigestOf } from '../../shared/platform/ids.ts';
import { plainText } from './conversation-text.ts';
import type { TicketCase } from './ticket-case.ts';

/**
 * Whether a message that came in is an answer of ours, given back by the ticket system or by a mail program that
 * repeats what it gets: nobody says anything by it. `text`: what its sender wrote himself.
 */
export async function isOurOwn(
  { dependencies, message, ticketKey }: TicketCase,
  text: string,
): Promise<boolean> {
  const ticket = await dependencies.deliveries.findTicket(ticketKey);
  if (ticket === undefined) return false;
  if (ticket.sentMessageIds.includes(message.messageId)) return true;
  const said = [plainText(message), text].map(textDigestOf);
  return said.some((digest) => ticket.sentTextDigests.includes(digest));
}
